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
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.actor import Actor
from answerprint.core.db import at_end
from answerprint.core.sealing import seal_of
from answerprint.core.types import isoformat
from audit.canonical import JsonValue, canonical
from audit.disclosure import digest, make_disclosure
from audit.models import Disclosure, Entry, Head, Log
from audit.subjects import SubjectKey, keys_for_recording, text_subject
from audit.tiles import MAX_ENTRY
from audit.tree import leaf_hash

HOUSE = "house"
"""The log of all that belongs to no counterparty."""

_PERSONAL = "personal"
_Row = dict[str, object]

# Built once: every change of the house ends in these, and to build a statement anew costs more than to run it.
_MOVE_HEAD = (
    update(Head)
    .where(Head.log_id == select(Log.id).where(Log.name == bindparam("log")).scalar_subquery())
    .values(size=Head.size + bindparam("more"))
    .returning(Head.log_id, Head.size)
)
_ADD_ENTRIES, _ADD_DISCLOSURES = insert(Entry), insert(Disclosure)


class Whose(StrEnum):
    """Whose a personal value is: with that subject's key it is sealed, and with that subject it is erased."""

    ABOUT = "about"
    """That of what the fact is about, such as ``person:<id>``."""
    ACTOR = "actor"
    """That of who acted."""
    VALUE = "value"
    """Its own: nobody's account, such as the holder of a seat."""


def personal(whose: Whose = Whose.ABOUT) -> Any:
    """Mark a fact's field as personal: the log holds only its digest."""
    return dataclasses.field(metadata={_PERSONAL: whose})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something that happened. Subclasses are frozen and name themselves ``floor.noun.past-verb``, for ever.

    A field ``project`` is the id of the project that it belongs to, by which it is found.
    """

    kind: ClassVar[str]
    about: str
    """What it happened to, as ``noun:id``."""


@dataclass(frozen=True, slots=True)
class _Value:
    name: str
    value: str
    subject: str
    tag: str


@dataclass(frozen=True, slots=True)
class _Held:
    log: str
    actor: Actor
    kind: str
    at: datetime
    about: str
    data: dict[str, JsonValue]
    values: list[_Value]


class UnknownLogError(LookupError):
    """A fact was recorded for a log that was never opened."""


def record(session: Session, actor: Actor, fact: Fact, *, log: str = HOUSE) -> None:
    """Hold ``fact`` for ``log``; it takes its place when the transaction ends, or never was."""
    held: list[_Held] = session.info.setdefault("held_facts", [])
    data, personal_values = _split(fact, actor)
    values = [_value(session, actor, fact, *one) for one in personal_values]
    held.append(_Held(log, actor, fact.kind, clock.now(), fact.about, data, values))
    at_end(session, _append_held)


def _split(fact: Fact, actor: Actor) -> tuple[dict[str, JsonValue], list[tuple[str, str, Whose]]]:
    """Return what stands in the entry, and what of it only as a digest: name, value and whose it is."""
    data: dict[str, JsonValue] = {}
    values = [("address", actor.address, Whose.ACTOR)] if actor.address else []
    for field in dataclasses.fields(fact):
        if field.name == "about":
            continue
        value = _plain(getattr(fact, field.name))
        whose = field.metadata.get(_PERSONAL)
        if whose is None:
            data[field.name] = value
        elif isinstance(value, str):
            values.append((field.name, value, whose))
    return data, values


def _value(session: Session, actor: Actor, fact: Fact, name: str, value: str, whose: Whose) -> _Value:
    tag = seal_of(session).tag(value)
    if whose is Whose.ABOUT:
        return _Value(name, value, fact.about, tag)
    if whose is Whose.ACTOR and actor.subject is not None:
        return _Value(name, value, actor.subject, tag)
    return _Value(name, value, text_subject(tag), tag)


def _write(held: _Held, nonce: str, digests: list[str]) -> bytes:
    who: dict[str, JsonValue] = {"kind": held.actor.kind.value, "id": held.actor.id}
    if held.actor.token_id is not None:
        who["token"] = str(held.actor.token_id)
    body: dict[str, JsonValue] = {
        "v": 1,
        "fact": held.kind,
        "at": isoformat(held.at),
        "actor": who,
        "about": held.about,
        "data": held.data,
        "nonce": nonce,
    }
    if digests:
        body["_sd"] = list[JsonValue](sorted(digests))
        body["_sd_alg"] = "sha-256"
    written = canonical(body)
    if len(written) > MAX_ENTRY:
        message = f"a fact of {len(written)} bytes would not fit an entry bundle, which takes {MAX_ENTRY}"
        raise ValueError(message)
    return written


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
    # Keys and bodies come first: the lock on a head is held from here to the commit only.
    subjects = {value.subject for one in held for value in one.values}
    keys = keys_for_recording(session, seal_of(session), subjects) if subjects else {}
    written = [(one.log, *_rows(one, keys)) for one in held]
    for name in sorted({log for log, _, _ in written}):
        _append(session, name, [(row, values) for log, row, values in written if log == name])


def _rows(held: _Held, keys: dict[str, SubjectKey]) -> tuple[_Row, list[_Row]]:
    """Return an entry's row and those of its personal values, all but their place."""
    nonce = secrets.token_hex(16)
    digests: list[str] = []
    values: list[_Row] = []
    for one in held.values:
        key = keys[one.subject]
        disclosure = make_disclosure(key.salt(nonce, one.name), one.name, one.value)
        digests.append(digest(disclosure))
        sealed = key.seal(disclosure, nonce, one.name)
        values.append({"name": one.name, "subject": one.subject, "tag": one.tag, "sealed": sealed})
    body = _write(held, nonce, digests)
    project = held.data.get("project")
    row: _Row = {
        "kind": held.kind,
        "recorded_at": held.at,
        "actor": held.actor.id,
        "about": held.about,
        "project": project if isinstance(project, str) else None,
        "body": body,
        "leaf_hash": leaf_hash(body),
    }
    return row, values


def _append(session: Session, log: str, held: list[tuple[_Row, list[_Row]]]) -> None:
    connection = session.connection()
    # The row lock is held until the commit, so indexes are contiguous and a refusal leaves no gap.
    moved = connection.execute(_MOVE_HEAD, {"log": log, "more": len(held)}).one_or_none()
    if moved is None:
        raise UnknownLogError(log)
    rows, disclosures = [], []
    for index, (row, values) in enumerate(held, start=moved.size - len(held)):
        place = {"log_id": moved.log_id, "idx": index}
        rows.append(place | row)
        disclosures += [place | value for value in values]
        session.info.setdefault("entries", []).append(f"{log}/{index}")
    connection.execute(_ADD_ENTRIES, rows)
    if disclosures:
        connection.execute(_ADD_DISCLOSURES, disclosures)
