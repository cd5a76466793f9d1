"""The leaf hashes of a log as its rows have them: those of pruned entries stand in the tiles."""

from collections.abc import Iterator
from itertools import chain, islice

from sqlalchemy import Connection, func, select

from audit.models import Entry, Pruning, Tile
from audit.tiles import WIDTH
from audit.tree import HASH_SIZE


def leaf_hashes(connection: Connection, log_id: int, size: int | None = None) -> Iterator[bytes]:
    """Yield the leaf hashes of a log's first entries, or of all."""
    minimum = connection.scalar(select(func.max(Pruning.minimum)).where(Pruning.log_id == log_id)) or 0
    of_pruned = (Tile.log_id == log_id, Tile.level == 0, Tile.index < minimum // WIDTH)
    tiles = connection.scalars(select(Tile.hashes).where(*of_pruned).order_by(Tile.index)).all()
    pruned = (tile[at : at + HASH_SIZE] for tile in tiles for at in range(0, len(tile), HASH_SIZE))
    leaves = select(Entry.leaf_hash).where(Entry.log_id == log_id, Entry.index >= minimum).order_by(Entry.index)
    yield from islice(chain(pruned, connection.scalars(leaves)), size)
