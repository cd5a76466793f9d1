"""Reading the trail is a fact too.

What is read stays a read: the search runs in a session that only reads, and holds no writer up. That it was read is
recorded in a transaction of its own, after the search and before the answer leaves: where it cannot be recorded,
nothing is shown. Who reloads a page, or follows a log, leaves one fact in a while and not one each time.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.db import Database
from answerprint.core.sealing import seal_if_any
from answerprint.core.types import isoformat
from audit.facts.exports import TrailRead
from audit.models import Disclosure, Entry
from audit.queries.search import EntryFilter
from audit.queries.verifications import ABOUT as VERIFICATION
from audit.record import record

AGAIN = timedelta(minutes=1)
"""Who asks the same again so soon reloads a page."""
FOLLOWS = timedelta(hours=1)
"""Who fetches the same bundle of entries again so soon follows a log that grows."""
_EVERYTHING = "trail:all"


@dataclass(frozen=True, slots=True)
class Reading:
    """Something that was read: what was sought, by name, and how much of it was shown."""

    about: str
    sought: Mapping[str, str]
    shown: int
    value: str | None = None
    address: str | None = None
    again: timedelta = AGAIN

    @classmethod
    def of_search(cls, sought: EntryFilter, *, shown: int, form: str = "list") -> Self:
        """Return what a search read; ``form`` tells a list from a copy that was taken along."""
        named = {"log": sought.log, "kind": sought.kind, "actor": sought.actor, "about": sought.about}
        named |= {"since": _written(sought.since), "until": _written(sought.until)}
        named |= {"project": sought.project, "form": form}
        about = f"log:{sought.log}" if sought.log else _EVERYTHING
        said = {name: text for name, text in named.items() if text is not None}
        return cls(about, said, shown, sought.value, sought.address)

    @classmethod
    def of_entry(cls, log: str, index: int, *, shown: int) -> Self:
        """Return what was read by opening an entry beside which ``shown`` personal values were told."""
        return cls(f"entry:{log}/{index}", {"log": log, "entry": str(index)}, shown)

    @classmethod
    def of_bundle(cls, log: str, number: int, *, shown: int) -> Self:
        """Return what was read by fetching the bodies of a bundle of entries."""
        return cls(f"bundle:{log}/{number}", {"log": log, "bundle": str(number)}, shown, again=FOLLOWS)

    @classmethod
    def of_verification(cls, *, findings: int, shown: int) -> Self:
        """Return what was read by verifying everything, and how many things were wrong with it."""
        return cls(VERIFICATION, {"findings": str(findings)}, shown)


def note_reading(database: Database, actor: Actor, reading: Reading, *, now: datetime) -> None:
    """Record a reading in a transaction of its own, unless the same was recorded of this reader just before."""
    with database.reading() as session:
        is_known = _is_known(session, actor, reading, now)
    if not is_known:
        with database.transaction() as session:
            _record(session, actor, reading)


def record_reading(session: Session, actor: Actor, reading: Reading, *, now: datetime) -> None:
    """Record a reading in a transaction that is open anyway, unless it was recorded just before."""
    if not _is_known(session, actor, reading, now):
        _record(session, actor, reading)


def _record(session: Session, actor: Actor, reading: Reading) -> None:
    fact = TrailRead(
        about=reading.about,
        sought=dict(reading.sought),
        shown=reading.shown,
        sought_value=reading.value,
        sought_address=reading.address,
    )
    record(session, actor, fact)


def _is_known(session: Session, actor: Actor, reading: Reading, now: datetime) -> bool:
    token = str(actor.token_id) if actor.token_id is not None else None
    recent = session.execute(
        select(Entry.log_id, Entry.index, Entry.body).where(
            Entry.actor == actor.id,
            Entry.recorded_at > now - reading.again,
            Entry.kind == TrailRead.kind,
            Entry.about == reading.about,
        )
    ).all()
    for log_id, index, body in recent:
        said = json.loads(body)
        is_same = said["data"]["sought"] == dict(reading.sought) and said["actor"].get("token") == token
        if is_same and _tags_sought(session, reading) == _tags_beside(session, log_id, index):
            return True
    return False


def _tags_sought(session: Session, reading: Reading) -> dict[str, str]:
    seal = seal_if_any(session)
    named = {"sought_value": reading.value, "sought_address": reading.address}
    return {name: seal.tag(text) for name, text in named.items() if text is not None and seal is not None}


def _tags_beside(session: Session, log_id: int, index: int) -> dict[str, str | None]:
    beside = select(Disclosure.name, Disclosure.tag).where(Disclosure.log_id == log_id, Disclosure.index == index)
    return {one.name: one.tag for one in session.execute(beside.where(Disclosure.name.startswith("sought_")))}


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else isoformat(moment)
