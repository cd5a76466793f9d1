"""Attacks on checkpoints and keys."""

import json
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, insert, select, update

from audit.checkpoint import Checkpoint, sign_checkpoint
from audit.drill.attacks.attack import ONLY_KEPT, Attack
from audit.drill.leaves import leaf_hashes
from audit.drill.scene import CHECKPOINTS, ENTRIES, LOGS, TILES, NothingToAttackError, Scene, found
from audit.facts.logs import CheckpointPublished, LogOpened
from audit.note import Signer, encode_base64
from audit.queries.logs import public_text
from audit.tiles import WIDTH
from audit.tree import Frontier, roots_of

Rewording = Callable[[dict[str, object]], dict[str, object]]


def _origin(scene: Scene, log: int) -> str:
    origin: str | None = scene.connection.scalar(select(LOGS.c.origin).where(LOGS.c.id == log))
    return found(origin, "such a log")


def _newest(scene: Scene, log: int) -> tuple[int, bytes]:
    size = scene.signed(log)
    this = select(CHECKPOINTS.c.note).where(CHECKPOINTS.c.log_id == log, CHECKPOINTS.c.size == size)
    return size, scene.connection.execute(this).scalar_one()


def _delete_newest(scene: Scene, log: int) -> None:
    this = (CHECKPOINTS.c.log_id == log, CHECKPOINTS.c.size == scene.signed(log))
    scene.connection.execute(delete(CHECKPOINTS).where(*this))


def _put_note(scene: Scene, log: int, size: int, note: bytes) -> None:
    this = (CHECKPOINTS.c.log_id == log, CHECKPOINTS.c.size == size)
    scene.connection.execute(update(CHECKPOINTS).where(*this).values(note=note))


def _put_that_of_another_log(scene: Scene) -> None:
    _put_note(scene, scene.house, scene.signed(scene.house), _newest(scene, scene.other)[1])


def _sign_with_another_key(scene: Scene) -> None:
    size = scene.signed(scene.house)
    root = roots_of(_leaves(scene, scene.house), [size])[size]
    origin = _origin(scene, scene.house)
    signed = sign_checkpoint(Checkpoint(origin, size, root), Signer(origin, Ed25519PrivateKey.generate()))
    _put_note(scene, scene.house, size, signed)


def _sign_another_size(scene: Scene) -> None:
    size, note = _newest(scene, scene.house)
    _put_note(scene, scene.house, size, note.replace(f"\n{size}\n".encode(), f"\n{size - 1}\n".encode()))


def _delete_published(scene: Scene) -> None:
    named = select(ENTRIES.c.idx).where(ENTRIES.c.log_id == scene.house, ENTRIES.c.kind == CheckpointPublished.kind)
    index = found(scene.connection.scalar(named.limit(1)), "a checkpoint of a counterparty's log")
    scene.remove(scene.house, index, index)


def _put_key(scene: Scene) -> None:
    key = public_text(Ed25519PrivateKey.generate().public_key())
    scene.connection.execute(update(LOGS).where(LOGS.c.id == scene.house).values(public_key=key))


def _rewrite_with_stolen_key(scene: Scene) -> None:
    index = scene.middle(scene.house)
    said = json.loads(scene.entry(scene.house, index)["body"])["data"]
    scene.rewrite(scene.house, index, data=said | {"edited": 1})
    _sign_anew(scene, scene.house, scene.held_key())


def _rewrite_with_own_key(scene: Scene) -> None:
    """Put a key of the attacker's everywhere: rows, opening entries, checkpoints, and what the house log names."""
    if scene.trusted is None:
        raise NothingToAttackError("there is no key from outside, so this goes unseen: give --key-file")
    key = Ed25519PrivateKey.generate()
    public = public_text(key.public_key())
    scene.connection.execute(update(LOGS).values(public_key=public))
    logs = scene.connection.execute(select(LOGS.c.id, LOGS.c.name).order_by(LOGS.c.id == scene.house)).all()
    roots: dict[tuple[object, object], str] = {}
    for log, name in logs:
        _reword(scene, log, LogOpened.kind, lambda data: data | {"public_key": public})
        if log == scene.house:
            kind = CheckpointPublished.kind
            _reword(scene, log, kind, lambda data: data | {"root": roots.get((data["log"], data["size"]), "")})
        roots.update({(name, size): root for size, root in _sign_anew(scene, log, key).items()})


def _reword(scene: Scene, log: int, kind: str, reword: Rewording) -> None:
    rows = scene.connection.execute(select(ENTRIES).where(ENTRIES.c.log_id == log, ENTRIES.c.kind == kind)).mappings()
    for row in rows.all():
        scene.rewrite(log, row["idx"], data=reword(json.loads(row["body"])["data"]))


def _leaves(scene: Scene, log: int) -> list[bytes]:
    return list(leaf_hashes(scene.connection, log))


def _sign_anew(scene: Scene, log: int, key: Ed25519PrivateKey) -> dict[int, str]:
    """Make tiles and checkpoints of a log anew over the entries as they are now; return the roots by size."""
    sizes = list(scene.connection.scalars(select(CHECKPOINTS.c.size).where(CHECKPOINTS.c.log_id == log)))
    if not sizes:
        return {}
    leaves = _leaves(scene, log)
    scene.connection.execute(delete(TILES).where(TILES.c.log_id == log))
    _lay_tiles(scene, log, leaves[: max(sizes)])
    roots, origin = roots_of(leaves, sizes), _origin(scene, log)
    for size in sizes:
        _put_note(scene, log, size, sign_checkpoint(Checkpoint(origin, size, roots[size]), Signer(origin, key)))
    return {size: encode_base64(root) for size, root in roots.items()}


def _lay_tiles(scene: Scene, log: int, hashes: list[bytes]) -> None:
    level = 0
    while len(hashes) >= WIDTH:
        full = [hashes[at : at + WIDTH] for at in range(0, len(hashes) - WIDTH + 1, WIDTH)]
        rows = [
            {"log_id": log, "level": level, "idx": index, "hashes": b"".join(tile)} for index, tile in enumerate(full)
        ]
        scene.connection.execute(insert(TILES), rows)
        hashes, level = [_root(tile) for tile in full], level + 1


def _root(hashes: list[bytes]) -> bytes:
    tree = Frontier()
    tree.extend(hashes)
    return tree.root()


ATTACKS = (
    Attack("delete a checkpoint of a counterparty's log", lambda scene: _delete_newest(scene, scene.other)),
    Attack(
        "delete the house log's newest checkpoint", lambda scene: _delete_newest(scene, scene.house), beyond=ONLY_KEPT
    ),
    Attack("put a checkpoint of another log in its place", _put_that_of_another_log),
    Attack("sign a checkpoint with another key", _sign_with_another_key),
    Attack("have a checkpoint say another size", _sign_another_size),
    Attack("delete the house log's entry that names a checkpoint", _delete_published),
    Attack("put another public key in a log's row", _put_key),
    Attack("rewrite and re-sign everything with an own key", _rewrite_with_own_key),
    Attack("rewrite and re-sign the house log with the stolen key", _rewrite_with_stolen_key, beyond=ONLY_KEPT),
)
