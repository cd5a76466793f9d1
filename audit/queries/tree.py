"""Reads of the tree that a log's leaf hashes make: tiles, entry bundles, proofs."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.problems import NotFound
from audit.models import Entry, Log, StoredCheckpoint
from audit.models import Tile as StoredTile
from audit.proof import TlogProof
from audit.tiles import WIDTH, Bundle, Tile, TileReader, decode_tile, encode_entry_bundle
from audit.tree import Frontier, inclusion_proof


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
