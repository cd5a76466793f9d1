"""When a token was last used, to the minute: no fact, so it stands apart from the use cases."""

from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table, update
from sqlalchemy.orm import Session

from answerprint.core.db import insert_if_absent
from facility.models import TokenUse


def is_noted(last_used_at: datetime | None, *, now: datetime) -> bool:
    """Report whether this minute's use is noted already, so that no transaction need be opened for it."""
    return last_used_at is not None and last_used_at >= _minute(now)


def note_token_use(session: Session, token_id: UUID, *, now: datetime) -> None:
    """Note that a token is used; writes at most once a minute."""
    minute = _minute(now)
    table = cast("Table", TokenUse.__table__)
    if not insert_if_absent(session, table, {"token_id": token_id, "last_used_at": minute}):
        session.execute(
            update(TokenUse)
            .where(TokenUse.token_id == token_id, TokenUse.last_used_at < minute)
            .values(last_used_at=minute)
        )


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
