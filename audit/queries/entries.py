"""Reads of single entries, and of the personal values that lie beside entries."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.problems import NotFound
from answerprint.core.sealing import seal_if_any
from audit.facts.orders import ValuesErased
from audit.models import Disclosure, Entry, Log
from audit.subjects import known_keys, nonce_of


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry as a list shows it."""

    log: str
    index: int
    kind: str
    recorded_at: datetime
    actor: str
    about: str
    project: str | None


@dataclass(frozen=True, slots=True)
class ValuesBeside:
    """The personal values of one entry by name: open ones as disclosures, erased ones with their order, the rest."""

    disclosures: dict[str, str]
    erased: dict[str, str]
    sealed: list[str]


_NO_VALUES = ValuesBeside({}, {}, [])


@dataclass(frozen=True, slots=True)
class EntryDetail:
    """An entry whole: the bytes that are hashed, and the personal values that lie beside the log."""

    row: EntryRow
    body: bytes
    leaf_hash: bytes
    disclosures: dict[str, str]
    erased: dict[str, str]
    """Names of values that were erased, each with the order that erased it."""
    sealed: tuple[str, ...]
    """Names of values that this process has no key for."""


def entry_at(session: Session, log: Log, index: int) -> EntryDetail:
    """Return one entry, or raise ``NotFound``."""
    entry = session.get(Entry, (log.id, index))
    if entry is None:
        raise NotFound(f"The log {log.name} has no entry {index}.")
    row = EntryRow(log.name, entry.index, entry.kind, entry.recorded_at, entry.actor, entry.about, entry.project)
    values = values_beside(session, log, {index: nonce_of(entry.body)}).get(index, _NO_VALUES)
    return EntryDetail(row, entry.body, entry.leaf_hash, values.disclosures, values.erased, tuple(values.sealed))


def values_beside(session: Session, log: Log, nonces: Mapping[int, str]) -> dict[int, ValuesBeside]:
    """Return the personal values of some entries by index; ``nonces`` are those entries' own."""
    if not nonces:
        return {}
    places = (Disclosure.log_id == log.id, Disclosure.index.between(min(nonces), max(nonces)))
    columns = (Disclosure.index, Disclosure.name, Disclosure.subject, Disclosure.sealed)
    rows = [row for row in session.execute(select(*columns).where(*places)) if row[0] in nonces]
    seal = seal_if_any(session)
    keys = known_keys(session, seal, {row[2] for row in rows}) if seal is not None else {}
    found: dict[int, ValuesBeside] = {}
    for index, name, subject, sealed in rows:
        values = found.setdefault(index, ValuesBeside({}, {}, []))
        if sealed is None:
            values.erased[name] = subject.removeprefix("erased:")
        elif subject in keys:
            values.disclosures[name] = keys[subject].open(sealed, nonces[index], name)
        else:
            values.sealed.append(name)
    return found


def erasing_entries(session: Session, log: Log, entry: EntryDetail) -> dict[str, int]:
    """Return by order which entry of the same log says that it erased values of this one."""
    digests = set(json.loads(entry.body).get("_sd", []))
    named = {f"order:{order}" for order in entry.erased.values()}
    found = session.execute(
        select(Entry.about, Entry.index, Entry.body)
        .where(Entry.about.in_(named), Entry.log_id == log.id, Entry.kind == ValuesErased.kind)
        .order_by(Entry.index)
    ).all()
    return {
        about.removeprefix("order:"): index
        for about, index, body in found
        if not digests.isdisjoint(json.loads(body)["data"]["digests"])
    }
