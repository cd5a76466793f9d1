"""Say that the house lives, so that silence is heard: who sees no new checkpoint for long knows that something is."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from audit.facts.logs import Heartbeat
from audit.models import Log
from audit.queries.silence import is_silent, last_entry_at
from audit.record import HOUSE, record


def beat(session: Session, actor: Actor, *, silence: timedelta, now: datetime) -> bool:
    """Record in the house log that the house lives, if nothing else was recorded there for so long; report whether."""
    # One process at a time: the second one sees the first one's beat, and is silent.
    session.execute(select(Log.id).where(Log.name == HOUSE).with_for_update())
    if not is_silent(session, HOUSE, silence=silence, now=now):
        return False
    record(session, actor, Heartbeat(about=f"log:{HOUSE}", since=last_entry_at(session, HOUSE)))
    return True
