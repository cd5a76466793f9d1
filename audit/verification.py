"""Verify everything: every row of the trail is read, hashed and held against what was signed.

What is checked, log by log:
- the log's row says what its first entry says, and its key is one that the reader trusts, or one it handed over to;
- entries are without gap; each body hashes to its leaf; the columns beside it repeat what it says;
- every personal value opens to what a digest of its entry was made of; without the sealing key it is counted, unopened;
- a value that was emptied is listed by an entry of the log, under its order: it is erased, and no finding;
- every stored tile is what the entries make; every tile that a checkpoint covers is stored; below the minimum index
  the tiles stand for the entries that were pruned;
- every checkpoint is signed by the key of its size, and its root is what the entries make at that size;
- keys and revocations are announced by entries, prunings, orders, holds and retention are what the house log says;
- cosignatures are lines of stored checkpoints, and hold as far as a policy that is given knows the witness;
- the head counts the entries;
and across logs: the house log names each checkpoint of the others, and no row belongs to a log that does not exist.

Entries after the newest checkpoint are covered by their own hashes only; the verdict says how many they are.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.sealing import NotSealedHereError, seal_if_any
from audit.facts.orders import ErasureCarriedOut, LogPruned, ValuesErased
from audit.logwalk import UNREADABLE, LogWalk
from audit.models import (
    Cosignature,
    Disclosure,
    Entry,
    Head,
    KeyRevocation,
    Log,
    LogKey,
    Pruning,
    Retention,
    StoredCheckpoint,
    Subject,
    Tile,
    Witnessing,
)
from audit.orderrows import HouseTold, order_faults
from audit.record import HOUSE
from audit.subjects import open_key
from audit.verdict import Finding, LogVerdict, Progress
from audit.walkers import Place, read_all
from audit.witnessrows import GivenPolicy, WitnessRows, check_witnesses

_OF_LOGS = (
    *(Head, Entry, Disclosure, Tile, StoredCheckpoint),
    *(LogKey, KeyRevocation, Cosignature, Witnessing, Retention, Pruning),
)


@dataclass(frozen=True, slots=True)
class Means:
    """What a reader brings beside keys: policies, how long a silence he bears and what time it is, where to read."""

    policies: Sequence[GivenPolicy] = ()
    max_silence: timedelta | None = None
    now: datetime | None = None
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found. ``is_pinned`` says whether the keys came from outside the database; ``notes`` are no findings."""

    logs: tuple[LogVerdict, ...]
    findings: tuple[Finding, ...]
    is_pinned: bool
    notes: tuple[str, ...] = field(default=())

    @property
    def holds(self) -> bool:
        """Report whether everything holds."""
        return not self.findings


def verify_database(
    session: Session,
    *,
    trusted_keys: Collection[str] | None,
    progress: Progress | None = None,
    means: Means | None = None,
) -> Verification:
    """Verify all logs. ``trusted_keys`` are public keys in base64; ``None`` believes the keys in the database itself.

    Personal values are opened where the session carries the sealing key. Whatever is wrong comes back as findings, the
    first of each log first.
    """
    means = means or Means()
    try:
        logs = list(session.scalars(select(Log).order_by(Log.id)))
        walks = [LogWalk(session, log, trusted_keys) for log in logs]
        _walk(session, walks, means, progress)
    except UNREADABLE as error:
        found = Finding("", "the trail", f"cannot be read: {str(error).partition(chr(10))[0]}")
        return Verification((), (found,), trusted_keys is not None)
    rows = _witnesses(session, walks, means)
    findings = [] if any(log.name == HOUSE for log in logs) else [Finding(HOUSE, "the log", "is missing")]
    findings += [finding for walk in walks for finding in walk.findings]
    findings += [*_across(walks), *_house_rows(session, walks), *_erasures(walks), *_subjects(session)]
    findings += _orphans(session, {log.id for log in logs})
    verdicts = tuple(
        walk.verdict(rows.checked.get(walk.log.id, 0), rows.unchecked.get(walk.log.id, 0)) for walk in walks
    )
    notes = tuple(note for walk in walks for note in (*walk.notes, *_pruned_notes(walk, walks)))
    return Verification(verdicts, tuple(findings), trusted_keys is not None, notes)


def _walk(session: Session, walks: Sequence[LogWalk], means: Means, progress: Progress | None) -> None:
    silences = {HOUSE: means.max_silence}
    pairs = [(walk, stretch) for walk in walks for stretch in walk.stretches(silences.get(walk.log.name))]
    reads = read_all(session, [stretch for _, stretch in pairs], means.place)
    done, total = 0, sum(stretch.last - stretch.first for _, stretch in pairs)
    for (walk, stretch), read in zip(pairs, reads, strict=True):
        walk.take(stretch, read)
        if progress is not None:
            done += stretch.last - stretch.first
            progress(walk.log.name, done, total)
    for walk in walks:
        walk.finish(silences.get(walk.log.name), means.now)


def _witnesses(session: Session, walks: Iterable[LogWalk], means: Means) -> WitnessRows:
    by_id = {walk.log.id: walk for walk in walks}
    try:
        rows = check_witnesses(session, means.policies)
    except UNREADABLE as error:
        rows = WitnessRows(findings=[(log_id, "the witnesses", f"cannot be read: {error}") for log_id in by_id])
    for log_id, place, reason in rows.findings:
        if log_id in by_id:
            by_id[log_id].find(place, reason)
    return rows


def _across(walks: Iterable[LogWalk]) -> Iterator[Finding]:
    """Hold the checkpoints of the counterparties' logs against what the house log says was signed."""
    signed: dict[tuple[str, int], str] = {}
    told: dict[tuple[str, int], str] = {}
    is_whole = True
    for walk in walks:
        told |= walk.published()
        if walk.log.name != HOUSE:
            signed |= {(walk.log.name, size): root for size, root in walk.signed.items()}
        else:
            is_whole = not walk.pruned_below
    for key in sorted(signed.keys() | told.keys()):
        log, size = key
        if key not in told:
            # Where the house log was pruned, the first that it names of a log may have had others before it.
            if is_whole or any(one == log and other < size for one, other in told):
                yield Finding(log, f"checkpoint {size}", "is not named by the house log")
        elif signed.get(key) != told[key]:
            yield Finding(log, f"checkpoint {size}", "is missing, or is not the one that the house log names")


def _house_rows(session: Session, walks: Iterable[LogWalk]) -> Iterator[Finding]:
    house = next((walk for walk in walks if walk.log.name == HOUSE), None)
    if house is None:
        return
    logs = {walk.log.id: walk.log.name for walk in walks}
    told = HouseTold.read(logs, house.meant, is_whole=not house.pruned_below)
    try:
        for place, reason in order_faults(session, told):
            yield Finding(HOUSE, place, reason)
    except UNREADABLE as error:
        yield Finding(HOUSE, "orders and holds", f"cannot be read: {str(error).partition(chr(10))[0]}")


def _erasures(walks: Sequence[LogWalk]) -> Iterator[Finding]:
    """Hold what each log says was erased against what the house log says was carried out, in number too."""
    carried = {
        one.said.about.removeprefix("order:"): one.said.data.get("values")
        for walk in walks
        if walk.log.name == HOUSE
        for one in walk.meant
        if one.said.kind == ErasureCarriedOut.kind
    }
    erased: dict[str, int] = {}
    for walk in walks:
        for one in walk.meant:
            if one.said.kind == ValuesErased.kind:
                order, digests = str(one.said.data.get("order")), one.said.data.get("digests")
                erased[order] = erased.get(order, 0) + (len(digests) if isinstance(digests, list) else 0)
    is_whole = not any(walk.pruned_below for walk in walks)
    is_house_whole = not any(walk.pruned_below for walk in walks if walk.log.name == HOUSE)
    for order in sorted(erased.keys() | carried.keys()):
        listed, said = erased.get(order, 0), carried.get(order)
        # What was pruned took its listings with it: there may be fewer then, and never more.
        is_told = isinstance(said, int) and (listed == said or (listed < said and not is_whole))
        if not is_told and (said is not None or is_house_whole):
            yield Finding(HOUSE, f"the order {order}", "erased other values than the house log says")


def _subjects(session: Session) -> Iterator[Finding]:
    """Open the key of each subject, where the sealing key is at hand."""
    seal = seal_if_any(session)
    if seal is None:
        return
    try:
        for subject, sealed in session.execute(select(Subject.subject, Subject.sealed_key)):
            try:
                open_key(seal, subject, sealed)
            except (NotSealedHereError, ValueError, TypeError):
                yield Finding("", f"the key of {subject}", "does not open: another's, or altered")
    except UNREADABLE as error:
        yield Finding("", "the subjects' keys", f"cannot be read: {str(error).partition(chr(10))[0]}")


def _pruned_notes(walk: LogWalk, walks: Iterable[LogWalk]) -> Iterator[str]:
    """Say below which index a log was pruned, and which entry of the house log says so."""
    if not walk.pruned_below:
        return
    entries = [
        one.index
        for house in walks
        if house.log.name == HOUSE
        for one in house.meant
        if one.said.kind == LogPruned.kind
        and (one.said.data.get("log"), one.said.data.get("minimum")) == (walk.log.name, walk.pruned_below)
    ]
    said = f"by order of house entry {entries[0]}" if entries else "by an order that was pruned itself"
    yield f"{walk.log.name}: entries below {walk.pruned_below} were pruned {said}"


def _orphans(session: Session, known: set[int]) -> Iterator[Finding]:
    for model in _OF_LOGS:
        try:
            for log_id in session.scalars(select(model.log_id).distinct()):
                if log_id not in known:
                    yield Finding("", f"{model.__tablename__} of log {log_id}", "belongs to no log")
        except UNREADABLE as error:
            yield Finding("", model.__tablename__, f"cannot be read: {str(error).partition(chr(10))[0]}")
