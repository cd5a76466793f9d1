"""The one door of the trail for other floors: say what happened, in the transaction in which it happens.

Facts are held until the transaction's end. Then each log's head row is moved on by as many as wait for it, logs in one
order, and the entries take those places: no gap, no fork, no deadlock, and the lock is held only until the commit.

An entry is canonical JSON::

    {"_sd": [digests], "_sd_alg": "sha-256", "about": "checkout:…", "actor": {"id": "…", "kind": "person"},
     "at": "2026-03-14T09:26:53.000000Z", "data": {…}, "fact": "licensing.seat.checked-out", "nonce": "…", "v": 1}

Personal values stand in it only as digests; what they digest lies beside the log.
"""

import dataclasses
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.actor import Actor
from answerprint.core.db import at_end
from answerprint.core.types import isoformat
from audit.canonical import JsonValue, canonical
from audit.disclosure import digest, make_disclosure, new_salt
from audit.models import Disclosure, Entry, Head, Log
from audit.tiles import MAX_ENTRY
from audit.tree import leaf_hash

HOUSE = "house"
"""The log of all that belongs to no counterparty."""

_PERSONAL = "personal"

# Built once: every change of the house ends in these, and to build a statement anew costs more than to run it.
_MOVE_HEAD = (
    update(Head)
    .where(Head.log_id == select(Log.id).where(Log.name == bindparam("log")).scalar_subquery())
    .values(size=Head.size + bindparam("more"))
    .returning(Head.log_id, Head.size)
)
_ADD_ENTRIES, _ADD_DISCLOSURES = insert(Entry), insert(Disclosure)


def personal() -> Any:
    """Mark a fact's field as personal: the log holds only its digest."""
    return dataclasses.field(metadata={_PERSONAL: True})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that happened. Subclasses are frozen and name themselves ``floor.noun.past-verb``, for ever."""

    kind: ClassVar[str]
    about: str
    """What it happened to, as ``noun:id``."""


@dataclass(frozen=True, slots=True)
class _Held:
    log: str
    kind: str
    at: datetime
    actor: str
    about: str
    body: bytes
    disclosures: dict[str, str]


class UnknownLogError(LookupError):
    """A fact was recorded for a log that was never opened."""


def record(session: Session, actor: Actor, fact: Fact, *, log: str = HOUSE) -> None:
    """Hold ``fact`` for ``log``; it takes its place when the transaction ends, or never was."""
    held: list[_Held] = session.info.setdefault("held_facts", [])
    held.append(_write(actor, fact, log, clock.now()))
    at_end(session, _append_held)


def _write(actor: Actor, fact: Fact, log: str, at: datetime) -> _Held:
    data: dict[str, JsonValue] = {}
    values = {"address": actor.address} if actor.address else {}
    for field in dataclasses.fields(fact):
        if field.name == "about":
            continue
        value = _plain(getattr(fact, field.name))
        if not field.metadata.get(_PERSONAL):
            data[field.name] = value
        elif isinstance(value, str):
            values[field.name] = value
    disclosures = {name: make_disclosure(new_salt(), name, value) for name, value in values.items()}
    who: dict[str, JsonValue] = {"kind": actor.kind.value, "id": actor.id}
    if actor.token_id is not None:
        who["token"] = str(actor.token_id)
    body: dict[str, JsonValue] = {
        "v": 1,
        "fact": fact.kind,
        "at": isoformat(at),
        "actor": who,
        "about": fact.about,
        "data": data,
        "nonce": secrets.token_hex(16),
    }
    if disclosures:
        body["_sd"] = list[JsonValue](sorted(digest(text) for text in disclosures.values()))
        body["_sd_alg"] = "sha-256"
    written = canonical(body)
    if len(written) > MAX_ENTRY:
        message = f"a fact of {len(written)} bytes would not fit an entry bundle, which takes {MAX_ENTRY}"
        raise ValueError(message)
    return _Held(log, fact.kind, at, actor.id, fact.about, written, disclosures)


def _plain(value: object) -> JsonValue:
    match value:
        case None | str() | int():
            return int(value) if isinstance(value, bool) else value
        case datetime():
            return isoformat(value)
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case list() | tuple():
            return [_plain(part) for part in value]
        case dict():
            return {str(key): _plain(part) for key, part in value.items()}
        case _:
            message = f"a fact cannot hold {type(value).__name__}"
            raise TypeError(message)


def _append_held(session: Session) -> None:
    held: list[_Held] = session.info.pop("held_facts", [])
    for name in sorted({one.log for one in held}):
        _append(session, name, [one for one in held if one.log == name])


def _append(session: Session, log: str, held: list[_Held]) -> None:
    connection = session.connection()
    # The row lock is held until the commit, so indexes are contiguous and a refusal leaves no gap.
    moved = connection.execute(_MOVE_HEAD, {"log": log, "more": len(held)}).one_or_none()
    if moved is None:
        raise UnknownLogError(log)
    rows, disclosures = [], []
    for index, one in enumerate(held, start=moved.size - len(held)):
        place = {"log_id": moved.log_id, "idx": index}
        leaf = leaf_hash(one.body)
        rows.append(
            place
            | {"kind": one.kind, "recorded_at": one.at, "actor": one.actor, "about": one.about}
            | {"body": one.body, "leaf_hash": leaf}
        )
        disclosures += [place | {"name": name, "disclosure": text} for name, text in one.disclosures.items()]
        session.info.setdefault("entries", []).append(f"{log}/{index}")
    connection.execute(_ADD_ENTRIES, rows)
    if disclosures:
        connection.execute(_ADD_DISCLOSURES, disclosures)
