"""Attacks on personal values and on tiles."""

from sqlalchemy import delete, insert, select, update

from audit.drill.attacks.attack import Attack
from audit.drill.scene import DISCLOSURES, TILES, NothingToAttackError, Row, Scene, found


def _two(scene: Scene) -> tuple[Row, Row]:
    """Return two personal values of the same name, of two entries."""
    found(scene.copy.seal, "the sealing key, so values cannot be opened: give --seal-file")
    rows = (
        scene.connection.execute(select(DISCLOSURES).where(DISCLOSURES.c.sealed.is_not(None)).limit(10_000))
        .mappings()
        .all()
    )
    by_name: dict[str, Row] = {}
    for row in rows:
        if row["name"] in by_name:
            return by_name[row["name"]], row
        by_name[row["name"]] = row
    raise NothingToAttackError("there are not two personal values of one name")


def _set(scene: Scene, row: Row, sealed: bytes) -> None:
    this = [DISCLOSURES.c[key] == row[key] for key in ("log_id", "idx", "name")]
    scene.connection.execute(update(DISCLOSURES).where(*this).values(sealed=sealed))


def _swap(scene: Scene) -> None:
    one, two = _two(scene)
    _set(scene, one, two["sealed"])
    _set(scene, two, one["sealed"])


def _edit(scene: Scene) -> None:
    one, _ = _two(scene)
    _set(scene, one, one["sealed"][:-1] + bytes([one["sealed"][-1] ^ 1]))


def _delete(scene: Scene) -> None:
    one, _ = _two(scene)
    this = [DISCLOSURES.c[key] == one[key] for key in ("log_id", "idx", "name")]
    scene.connection.execute(delete(DISCLOSURES).where(*this))


def _add(scene: Scene) -> None:
    one, _ = _two(scene)
    scene.connection.execute(insert(DISCLOSURES).values(dict(one) | {"name": "witness"}))


def _tile(scene: Scene) -> Row:
    return found(scene.connection.execute(select(TILES).limit(1)).mappings().first(), "a full tile")


def _edit_tile(scene: Scene) -> None:
    tile = _tile(scene)
    this = [TILES.c[key] == tile[key] for key in ("log_id", "level", "idx")]
    hashes: bytes = tile["hashes"]
    scene.connection.execute(update(TILES).where(*this).values(hashes=hashes[32:64] + hashes[:32] + hashes[64:]))


def _delete_tile(scene: Scene) -> None:
    tile = _tile(scene)
    this = [TILES.c[key] == tile[key] for key in ("log_id", "level", "idx")]
    scene.connection.execute(delete(TILES).where(*this))


ATTACKS = (
    Attack("swap the personal values of two entries", _swap),
    Attack("edit a personal value", _edit),
    Attack("delete a personal value", _delete),
    Attack("add a personal value", _add),
    Attack("edit a tile", _edit_tile),
    Attack("delete a tile", _delete_tile),
)
