"""Attacks on what an entry says."""

from datetime import timedelta
from functools import partial

from answerprint.core.types import isoformat
from audit.drill.attacks.attack import CLOCK, UNSIGNED, Attack
from audit.drill.scene import ENTRIES, Scene


def _edit_body(scene: Scene) -> None:
    index = scene.middle(scene.house)
    body: bytes = scene.entry(scene.house, index)["body"]
    scene.edit(scene.house, index, body=body.replace(b'"v":1', b'"v":2'))


def _edit_body_and_hash(scene: Scene) -> None:
    scene.rewrite(scene.house, scene.middle(scene.house), data={"edited": 1})


def _edit_waiting(scene: Scene) -> None:
    scene.rewrite(scene.house, scene.waiting(scene.house), data={"edited": 1})


def _edit_column(column: str, scene: Scene) -> None:
    index = scene.middle(scene.house)
    scene.edit(scene.house, index, **{column: scene.entry(scene.house, index)[column] + "x"})


def _edit_time_column(scene: Scene) -> None:
    index = scene.middle(scene.house)
    later = scene.entry(scene.house, index)["recorded_at"] + timedelta(hours=1)
    scene.edit(scene.house, index, recorded_at=later)


def _edit_time(scene: Scene) -> None:
    index = scene.middle(scene.house)
    later = scene.entry(scene.house, index)["recorded_at"] + timedelta(hours=1)
    scene.rewrite(scene.house, index, at=isoformat(later))
    scene.edit(scene.house, index, recorded_at=later)


def _set_clock_back(scene: Scene) -> None:
    size = scene.size(scene.house)
    last = scene.entry(scene.house, scene.waiting(scene.house))
    at = last["recorded_at"] - timedelta(days=2)
    scene.set_head(scene.house, size + 1)
    scene.forge(last, size, {"at": isoformat(at)}, recorded_at=at)


def _edit_hash(scene: Scene) -> None:
    index = scene.middle(scene.house)
    leaf: bytes = scene.entry(scene.house, index)["leaf_hash"]
    scene.edit(scene.house, index, leaf_hash=bytes([leaf[0] ^ 1]) + leaf[1:])


ATTACKS = (
    Attack("edit a body", _edit_body),
    Attack("edit a leaf hash", _edit_hash),
    Attack("edit a body with its leaf hash", _edit_body_and_hash),
    *(
        Attack(f"edit the column {column}", partial(_edit_column, column))
        for column in (ENTRIES.c.kind.key, ENTRIES.c.actor.key, ENTRIES.c.about.key)
    ),
    Attack("edit the column recorded_at", _edit_time_column),
    Attack("edit a time in body, hash and column", _edit_time),
    Attack("record with the clock set back", _set_clock_back, beyond=CLOCK),
    Attack("edit an entry that nobody has signed yet, with its hash", _edit_waiting, beyond=UNSIGNED),
)
