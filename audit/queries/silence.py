"""Reads of silence: since when nothing was recorded."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.models import Entry, Head, Log


def last_entry_at(session: Session, log_name: str) -> datetime | None:
    """Return when the last entry of a log was recorded; ``None`` where there is none, or it was pruned."""
    return session.scalars(
        select(Entry.recorded_at)
        .join(Head, Head.log_id == Entry.log_id)
        .join(Log, Log.id == Entry.log_id)
        .where(Log.name == log_name, Entry.index == Head.size - 1)
    ).one_or_none()


def is_silent(session: Session, log_name: str, *, silence: timedelta, now: datetime) -> bool:
    """Report whether nothing was recorded in a log for so long."""
    last = last_entry_at(session, log_name)
    return last is None or now - last >= silence
