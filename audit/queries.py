"""Reads of the trail: logs, entries, and the tree that their leaf hashes make."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from answerprint.core.paging import Page, PageRequest, cut
from answerprint.core.problems import NotFound
from answerprint.core.types import isoformat
from audit.models import Disclosure, Entry, Head, Log, StoredCheckpoint
from audit.models import Tile as StoredTile
from audit.note import ED25519, VerifierKey, decode_base64, encode_base64
from audit.proof import TlogProof
from audit.tiles import WIDTH, Bundle, Tile, TileReader, decode_tile, encode_entry_bundle
from audit.tree import Frontier, inclusion_proof


@dataclass(frozen=True, slots=True)
class LogSummary:
    """A log as a list shows it: how many entries it has, and how many of them a signed checkpoint covers."""

    name: str
    origin: str
    vkey: str
    size: int
    signed_size: int


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """What to search entries for; ``None`` is anything."""

    log: str | None = None
    kind: str | None = None
    actor: str | None = None
    about: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry as a list shows it."""

    log: str
    index: int
    kind: str
    recorded_at: datetime
    actor: str
    about: str


@dataclass(frozen=True, slots=True)
class EntryDetail:
    """An entry whole: the bytes that are hashed, and the personal values that lie beside the log."""

    row: EntryRow
    body: bytes
    leaf_hash: bytes
    disclosures: dict[str, str]


def log_named(session: Session, name: str) -> Log:
    """Return the log of this name, or raise ``NotFound``."""
    log = session.scalars(select(Log).where(Log.name == name)).one_or_none()
    if log is None:
        raise NotFound(f"There is no log named {name}.")
    return log


def vkey_of(log: Log) -> str:
    """Return the log's verifier key, as C2SP signed-note writes it."""
    return VerifierKey(log.origin, ED25519, decode_base64(log.public_key)).vkey


def public_text(key: Ed25519PublicKey) -> str:
    """Return a public key as the logs' rows hold it."""
    return encode_base64(key.public_bytes_raw())


def list_logs(session: Session) -> list[LogSummary]:
    """Return all logs by name."""
    signed = (
        select(StoredCheckpoint.log_id, func.max(StoredCheckpoint.size).label("size"))
        .group_by(StoredCheckpoint.log_id)
        .subquery()
    )
    rows = session.execute(
        select(Log, Head.size, func.coalesce(signed.c.size, 0))
        .join(Head, Head.log_id == Log.id)
        .outerjoin(signed, signed.c.log_id == Log.id)
        .order_by(Log.name)
    )
    return [
        LogSummary(name=log.name, origin=log.origin, vkey=vkey_of(log), size=size, signed_size=signed_size)
        for log, size, signed_size in rows
    ]


def log_size(session: Session, log: Log) -> int:
    """Return how many entries a log has."""
    return session.scalars(select(Head.size).where(Head.log_id == log.id)).one()


def newest_checkpoint(session: Session, log: Log) -> StoredCheckpoint | None:
    """Return the signed checkpoint of the largest size, or ``None`` where nothing was signed yet."""
    return session.scalars(
        select(StoredCheckpoint)
        .where(StoredCheckpoint.log_id == log.id)
        .order_by(StoredCheckpoint.size.desc())
        .limit(1)
    ).one_or_none()


def checkpoint_covering(session: Session, log: Log, index: int) -> StoredCheckpoint | None:
    """Return the newest checkpoint if it covers the entry at ``index``."""
    newest = newest_checkpoint(session, log)
    return newest if newest is not None and newest.size > index else None


def find_entries(session: Session, sought: EntryFilter, page: PageRequest) -> Page[EntryRow]:
    """Return entries newest first; the page's key is (time, log, index)."""
    columns = (Log.name, Entry.index, Entry.kind, Entry.recorded_at, Entry.actor, Entry.about)
    statement = _narrow(select(*columns).join(Log, Log.id == Entry.log_id), sought)
    if page.after is not None:
        at, log, index = page.after
        moment = datetime.fromisoformat(str(at))
        statement = statement.where(
            (Entry.recorded_at < moment)
            | ((Entry.recorded_at == moment) & (Log.name < str(log)))
            | ((Entry.recorded_at == moment) & (Log.name == str(log)) & (Entry.index < int(index)))
        )
    order = (Entry.recorded_at.desc(), Log.name.desc(), Entry.index.desc())
    rows = session.execute(statement.order_by(*order).limit(page.limit + 1)).all()
    return cut([_entry_row(row) for row in rows], page, lambda row: (isoformat(row.recorded_at), row.log, row.index))


def _narrow(
    statement: Select[str, int, str, datetime, str, str], sought: EntryFilter
) -> Select[str, int, str, datetime, str, str]:
    wanted = {Log.name: sought.log, Entry.kind: sought.kind, Entry.actor: sought.actor, Entry.about: sought.about}
    for column, value in wanted.items():
        if value is not None:
            statement = statement.where(column == value)
    if sought.since is not None:
        statement = statement.where(Entry.recorded_at >= sought.since)
    if sought.until is not None:
        statement = statement.where(Entry.recorded_at < sought.until)
    return statement


def _entry_row(row: Row[str, int, str, datetime, str, str]) -> EntryRow:
    log, index, kind, recorded_at, actor, about = row
    return EntryRow(log=log, index=index, kind=kind, recorded_at=recorded_at, actor=actor, about=about)


def entry_at(session: Session, log: Log, index: int) -> EntryDetail:
    """Return one entry, or raise ``NotFound``."""
    entry = session.get(Entry, (log.id, index))
    if entry is None:
        raise NotFound(f"The log {log.name} has no entry {index}.")
    values = session.execute(
        select(Disclosure.name, Disclosure.disclosure).where(Disclosure.log_id == log.id, Disclosure.index == index)
    )
    row = EntryRow(log.name, entry.index, entry.kind, entry.recorded_at, entry.actor, entry.about)
    return EntryDetail(row, entry.body, entry.leaf_hash, {one.name: one.disclosure for one in values})


def known_kinds(session: Session) -> Sequence[str]:
    """Return the kinds of fact that occur on the trail, for a list to choose from."""
    return session.scalars(select(Entry.kind).distinct().order_by(Entry.kind)).all()


def tile_bytes(session: Session, log: Log, tile: Tile) -> bytes:
    """Return a tile's hashes: a full one as it was stored, else made from what lies below it.

    Raises ``NotFound`` where the log is not that long.
    """
    stored = session.scalars(
        select(StoredTile.hashes).filter_by(log_id=log.id, level=tile.level, index=tile.index)
    ).one_or_none()
    hashes = stored[: tile.width * 32] if stored is not None else _partial(session, log, tile)
    if len(hashes) != tile.width * 32:
        raise NotFound("The log is not that long yet.")
    return hashes


def _partial(session: Session, log: Log, tile: Tile) -> bytes:
    first = tile.index * WIDTH
    if tile.level == 0:
        places = (Entry.log_id == log.id, Entry.index >= first, Entry.index < first + tile.width)
        return b"".join(session.scalars(select(Entry.leaf_hash).where(*places).order_by(Entry.index)))
    below = [Tile(tile.level - 1, index, WIDTH) for index in range(first, first + tile.width)]
    return b"".join(_root_of(tile_bytes(session, log, part)) for part in below)


def _root_of(hashes: bytes) -> bytes:
    subtree = Frontier()
    subtree.extend(decode_tile(hashes))
    return subtree.root()


def tile_reader(session: Session, log: Log, size: int) -> TileReader:
    """Return the tree of the log's first ``size`` entries, for proofs."""
    return TileReader(size, lambda tile: tile_bytes(session, log, tile))


def entry_bundle(session: Session, log: Log, bundle: Bundle) -> bytes:
    """Return the bytes of up to 256 entries (C2SP tlog-tiles), or raise ``NotFound`` where there are not so many."""
    first = bundle.index * WIDTH
    places = (Entry.log_id == log.id, Entry.index >= first, Entry.index < first + bundle.width)
    bodies = session.scalars(select(Entry.body).where(*places).order_by(Entry.index)).all()
    if len(bodies) != bundle.width:
        raise NotFound("The log is not that long yet.")
    return encode_entry_bundle(bodies)


def prove(session: Session, log: Log, index: int, checkpoint: StoredCheckpoint) -> TlogProof:
    """Return the proof that ``checkpoint`` covers the entry at ``index``."""
    reader = tile_reader(session, log, checkpoint.size)
    return TlogProof(index, tuple(inclusion_proof(index, checkpoint.size, reader)), checkpoint.note)
