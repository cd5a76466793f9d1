"""When the whole trail was last verified in the house, and what came of it: that it was read whole is recorded."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.facts.exports import TrailRead
from audit.models import Entry

ABOUT = "trail:verification"


@dataclass(frozen=True, slots=True)
class LastVerification:
    """Who had the trail verified when, and how many things were wrong with it."""

    at: datetime
    by: str
    findings: int


def last_verification(session: Session) -> LastVerification | None:
    """Return the newest verification that somebody asked for, or ``None`` where nobody ever did."""
    wanted = select(Entry.recorded_at, Entry.actor, Entry.body).where(
        Entry.about == ABOUT, Entry.kind == TrailRead.kind
    )
    row = session.execute(wanted.order_by(Entry.recorded_at.desc(), Entry.index.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    sought = json.loads(row.body)["data"]["sought"]
    return LastVerification(row.recorded_at, row.actor, int(sought["findings"]))
