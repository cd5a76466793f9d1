"""One entry as a reader sees it: its body, its leaf, the personal values that are shown with it."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from audit.disclosure import read_disclosure
from audit.tree import leaf_hash

_SIDES = ("old_", "new_")


@dataclass(frozen=True, slots=True)
class BundledEntry:
    """An entry and the disclosures beside it, by name.

    ``erased_by`` are the entries that name an order to erase one of its values, one for each; ``withheld`` counts the
    values that are not there for another reason.
    """

    index: int
    body: bytes
    disclosures: dict[str, str]
    erased_by: tuple[int, ...] = ()
    withheld: int = 0

    def not_shown(self) -> str:
        """Say what personal values are not there, and why; nothing where all are."""
        reasons = [f"erased by order of entry {index}" for index in self.erased_by]
        return "; ".join([*reasons, *([f"{self.withheld} withheld"] if self.withheld else [])])


@dataclass(frozen=True, slots=True)
class Reading:
    """What an entry says, apart: values that stand alone, and those that changed from old to new."""

    index: int
    at: str
    local: str
    kind: str
    actor_kind: str
    actor: str
    about: str
    values: dict[str, Any]
    old: dict[str, Any]
    new: dict[str, Any]
    not_shown: str
    leaf: str

    def cells(self) -> tuple[str, ...]:
        """Return the entry as one row of a table, in the order of ``COLUMNS``."""
        changes = [json.dumps(part, ensure_ascii=False) if part else "" for part in (self.values, self.old, self.new)]
        said = (self.at, self.local, self.kind, self.actor_kind, self.actor, self.about)
        return (str(self.index), *said, *changes, self.not_shown, self.leaf)


COLUMNS = (
    "index",
    "time (UTC)",
    "time (local)",
    "kind",
    "actor kind",
    "actor",
    "about",
    "values",
    "old values",
    "new values",
    "not shown",
    "leaf hash",
)


def read_entry(entry: BundledEntry, zone: ZoneInfo) -> Reading:
    """Return what an entry says; raise ``ValueError``, ``KeyError`` or ``TypeError`` where it is none of ours."""
    said = json.loads(entry.body)
    values = dict(said["data"]) | {name: read_disclosure(text)[2] for name, text in entry.disclosures.items()}
    names = {key.removeprefix("old_") for key in values if key.startswith("old_")}
    changed = {name for name in names if f"new_{name}" in values}
    return Reading(
        index=entry.index,
        at=said["at"],
        local=datetime.fromisoformat(said["at"]).astimezone(zone).isoformat(timespec="seconds"),
        kind=said["fact"],
        actor_kind=said["actor"]["kind"],
        actor=said["actor"]["id"],
        about=said["about"],
        values={key: value for key, value in values.items() if key[4:] not in changed or key[:4] not in _SIDES},
        old={name: values[f"old_{name}"] for name in sorted(changed)},
        new={name: values[f"new_{name}"] for name in sorted(changed)},
        not_shown=entry.not_shown(),
        leaf=leaf_hash(entry.body).hex(),
    )
