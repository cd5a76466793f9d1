"""Attacks on which entries there are, and in which order."""

from sqlalchemy import delete

from audit.drill.attacks.attack import ONLY_KEPT, UNSIGNED, UNTRUE, Attack
from audit.drill.scene import CHECKPOINTS, DISCLOSURES, TILES, Scene
from audit.tiles import WIDTH


def _delete(scene: Scene) -> None:
    index = scene.middle(scene.house)
    scene.remove(scene.house, index, index)


def _delete_and_close(scene: Scene) -> None:
    index, size = scene.middle(scene.house), scene.size(scene.house)
    scene.remove(scene.house, index, index)
    scene.move(scene.house, index + 1, -1)
    scene.set_head(scene.house, size - 1)


def cut(scene: Scene, log: int, size: int) -> None:
    """Cut a log to ``size`` entries, and its head with it."""
    scene.remove(log, size, scene.size(log))
    scene.set_head(log, size)


def cut_clean(scene: Scene, log: int, size: int) -> None:
    """Cut a log to ``size`` entries, with all that speaks of more."""
    cut(scene, log, size)
    scene.connection.execute(delete(CHECKPOINTS).where(CHECKPOINTS.c.log_id == log, CHECKPOINTS.c.size > size))
    for level in range(4):
        beyond = (TILES.c.level == level, (TILES.c.idx + 1) * WIDTH ** (level + 1) > size)
        scene.connection.execute(delete(TILES).where(TILES.c.log_id == log, *beyond))


def _cut(scene: Scene) -> None:
    cut(scene, scene.house, scene.signed(scene.house) - 1)


def _cut_other_clean(scene: Scene) -> None:
    cut_clean(scene, scene.other, scene.middle(scene.other))


def _cut_house_clean(scene: Scene) -> None:
    # No further than to the last checkpoint of another log that it names: that one would tell.
    cut_clean(scene, scene.house, scene.signed(scene.house) - 1)


def _cut_waiting(scene: Scene) -> None:
    cut(scene, scene.house, scene.waiting(scene.house))


def _insert(scene: Scene) -> None:
    index, size = scene.middle(scene.house), scene.size(scene.house)
    row = scene.entry(scene.house, index)
    scene.move(scene.house, index, 1)
    scene.forge(row, index, {})
    scene.set_head(scene.house, size + 1)


def _append(scene: Scene) -> None:
    size = scene.size(scene.house)
    scene.forge(scene.entry(scene.house, size - 1), size, {})


def _append_with_head(scene: Scene) -> None:
    scene.set_head(scene.house, scene.size(scene.house) + 1)
    _append(scene)


def _swap_entries(scene: Scene) -> None:
    log, index = scene.house, scene.middle(scene.house)
    for before, after in ((index, -1), (index + 1, index), (-1, index + 1)):
        scene.edit(log, before, idx=after)
        beside = (DISCLOSURES.c.log_id == log, DISCLOSURES.c.idx == before)
        scene.connection.execute(DISCLOSURES.update().where(*beside).values(idx=after))


def _swap_bodies(scene: Scene) -> None:
    log, index = scene.house, scene.middle(scene.house)
    one, two = scene.entry(log, index), scene.entry(log, index + 1)
    scene.edit(log, index, body=two["body"], leaf_hash=two["leaf_hash"])
    scene.edit(log, index + 1, body=one["body"], leaf_hash=one["leaf_hash"])


def _copy_to_other_log(scene: Scene) -> None:
    size = scene.size(scene.other)
    scene.put(scene.entry(scene.house, scene.middle(scene.house)), log_id=scene.other, idx=size)


def _raise_head(scene: Scene) -> None:
    scene.set_head(scene.house, scene.size(scene.house) + 5)


def _lower_head(scene: Scene) -> None:
    scene.set_head(scene.house, scene.size(scene.house) - 1)


ATTACKS = (
    Attack("delete an entry in the middle", _delete),
    Attack("delete an entry, close the gap, lower the head", _delete_and_close),
    Attack("cut the tail and lower the head", _cut),
    Attack("cut a counterparty's log with its checkpoints", _cut_other_clean),
    Attack("cut the house log with its newest checkpoint", _cut_house_clean, beyond=ONLY_KEPT),
    Attack("cut entries that nobody has signed yet", _cut_waiting, beyond=UNSIGNED),
    Attack("insert an entry in the middle", _insert),
    Attack("append an entry behind the head", _append),
    Attack("append a forged entry and raise the head", _append_with_head, beyond=UNTRUE),
    Attack("swap two entries", _swap_entries),
    Attack("swap the bodies of two entries", _swap_bodies),
    Attack("copy an entry into another log", _copy_to_other_log),
    Attack("raise the head", _raise_head),
    Attack("lower the head", _lower_head),
)
