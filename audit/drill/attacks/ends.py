"""Attacks on what may end, and on who says so: erasure, pruning, subjects' keys, the logs' keys, cosignatures."""

import json
from typing import Any, cast
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Table, delete, insert, select, update

from audit.drill.attacks.attack import Attack
from audit.drill.scene import DISCLOSURES, ENTRIES, LOGS, Row, Scene, found
from audit.facts.orders import ValuesErased
from audit.models import Cosignature, LogKey, Order, Pruning, Subject
from audit.note import Signer
from audit.queries.logs import public_text
from audit.succession import sign_handover
from audit.tiles import WIDTH

SUBJECTS, ORDERS = cast("Table", Subject.__table__), cast("Table", Order.__table__)
PRUNINGS, LOG_KEYS = cast("Table", Pruning.__table__), cast("Table", LogKey.__table__)
COSIGNATURES = cast("Table", Cosignature.__table__)


def _standing_value(scene: Scene) -> Row:
    stands = select(DISCLOSURES).where(DISCLOSURES.c.sealed.is_not(None)).limit(1)
    return found(scene.connection.execute(stands).mappings().first(), "a personal value")


def _empty(scene: Scene, subject: str, order: object) -> None:
    values = update(DISCLOSURES).where(DISCLOSURES.c.subject == subject)
    scene.connection.execute(values.values(subject=f"erased:{order}", tag=None, sealed=None))


def _empty_without_order(scene: Scene) -> None:
    _empty(scene, _standing_value(scene)["subject"], uuid4())


def _empty_and_list(scene: Scene) -> None:
    """Empty a value, and list its digest as erased in an entry that nobody signed."""
    value, order = _standing_value(scene), uuid4()
    log, size = value["log_id"], scene.size(value["log_id"])
    digests = json.loads(scene.entry(log, value["idx"])["body"])["_sd"]
    same = [DISCLOSURES.c[key] == value[key] for key in ("log_id", "idx")]
    emptied = update(DISCLOSURES).where(*same).values(subject=f"erased:{order}", tag=None, sealed=None)
    scene.connection.execute(emptied)
    said = {"fact": ValuesErased.kind, "about": f"order:{order}"}
    data = {"digests": digests, "ground": "none", "order": str(order)}
    scene.set_head(log, size + 1)
    columns = {"kind": said["fact"], "about": said["about"], "project": None}
    scene.forge(scene.entry(log, size - 1), size, said | {"data": data}, **columns)


def _delete_key(scene: Scene) -> None:
    subject = _standing_value(scene)["subject"]
    scene.connection.execute(delete(SUBJECTS).where(SUBJECTS.c.subject == subject))


def _swap_keys(scene: Scene) -> None:
    found(scene.copy.seal, "the sealing key, so keys cannot be opened: give --seal-file")
    rows = scene.connection.execute(select(SUBJECTS).limit(2)).mappings().all()
    one, two = found(rows if len(rows) == 2 else None, "the keys of two subjects")
    for subject, sealed in ((one["subject"], two["sealed_key"]), (two["subject"], one["sealed_key"])):
        scene.connection.execute(update(SUBJECTS).where(SUBJECTS.c.subject == subject).values(sealed_key=sealed))


def _order(scene: Scene, **said: Any) -> Any:
    """Write an order as if two people had given and decided it, and return its id."""
    at = scene.entry(scene.house, scene.size(scene.house) - 1)["recorded_at"]
    row = {"id": uuid4(), "ground": "no reason", "state": "approved", "version": 2, "asked_by": "one"}
    row |= {"asked_at": at, "decided_by": "another", "decided_at": at}
    scene.connection.execute(insert(ORDERS).values(row | said))
    return row["id"]


def _done(scene: Scene, order: Any) -> None:
    scene.connection.execute(update(ORDERS).where(ORDERS.c.id == order).values(state="done", version=3))


def _erase_by_one_person(scene: Scene) -> None:
    subject = _standing_value(scene)["subject"]
    _order(scene, kind="erasure", subject=subject, decided_by="one")


def _erase_unrecorded(scene: Scene) -> None:
    """Do all that the database asks for, and record nothing: the triggers let it pass."""
    subject = _standing_value(scene)["subject"]
    order = _order(scene, kind="erasure", subject=subject)
    scene.connection.execute(delete(SUBJECTS).where(SUBJECTS.c.subject == subject))
    _empty(scene, subject, order)
    _done(scene, order)


def _forge_pruning(scene: Scene) -> None:
    _tile_of_house(scene)
    scene.connection.execute(insert(PRUNINGS).values(log_id=scene.house, minimum=WIDTH, order_id=uuid4()))


def _prune_unrecorded(scene: Scene) -> None:
    """Do all that the database asks for, and record nothing: the triggers let it pass."""
    _tile_of_house(scene)
    order = _order(scene, kind="pruning", log_id=scene.house, minimum=WIDTH)
    scene.connection.execute(insert(PRUNINGS).values(log_id=scene.house, minimum=WIDTH, order_id=order))
    for table in (DISCLOSURES, ENTRIES):
        scene.connection.execute(delete(table).where(table.c.log_id == scene.house, table.c.idx < WIDTH))
    _done(scene, order)


def _tile_of_house(scene: Scene) -> None:
    held = select(PRUNINGS.c.minimum).where(PRUNINGS.c.log_id == scene.house)
    is_whole = scene.connection.scalar(held) is None and scene.signed(scene.house) >= WIDTH
    found(is_whole or None, "a house log with a full tile, and none of it pruned")


def _hand_over(scene: Scene) -> None:
    """Hand the house log to a key of the attacker's with the stolen one, as the two keys may, and record nothing."""
    origin: str = scene.connection.execute(select(LOGS.c.origin).where(LOGS.c.id == scene.house)).scalar_one()
    own = Ed25519PrivateKey.generate()
    since = scene.signed(scene.house)
    statement = sign_handover(since, old=Signer(origin, scene.held_key()), new=Signer(origin, own))
    row = {"log_id": scene.house, "since": since, "algorithm": "ed25519", "public_key": public_text(own.public_key())}
    scene.connection.execute(insert(LOG_KEYS).values(row | {"statement": statement}))


def _edit_handover(scene: Scene) -> None:
    """Name another heir in a key's row, or where there is none put one that nobody handed the log to."""
    this = scene.connection.execute(select(LOG_KEYS).limit(1)).mappings().first()
    heir = public_text(Ed25519PrivateKey.generate().public_key())
    if this is None:
        row = {"log_id": scene.house, "since": scene.signed(scene.house), "algorithm": "ed25519", "public_key": heir}
        scene.connection.execute(insert(LOG_KEYS).values(row | {"statement": b"handed over"}))
        return
    place = [LOG_KEYS.c[key] == this[key] for key in ("log_id", "since", "algorithm")]
    scene.connection.execute(update(LOG_KEYS).where(*place).values(public_key=heir))


def _edit_cosignature(scene: Scene) -> None:
    row = _cosignature(scene)
    dash, name, said = row["line"].split(" ")
    changed = f"{said[:40]}{'A' if said[40] != 'A' else 'B'}{said[41:]}"
    _set_cosignature(scene, row, line=f"{dash} {name} {changed}")


def _move_cosignature(scene: Scene) -> None:
    row = _cosignature(scene)
    _set_cosignature(scene, row, size=row["size"] + 1)


def _cosignature(scene: Scene) -> Row:
    known = [one.verifier.key.name for given in scene.policies for one in given.policy.witnesses]
    these = select(COSIGNATURES).where(COSIGNATURES.c.witness.in_(known)).limit(1)
    return found(scene.connection.execute(these).mappings().first(), "a cosignature by a witness of a policy at hand")


def _set_cosignature(scene: Scene, row: Row, **changes: object) -> None:
    place = [COSIGNATURES.c[column.key] == row[column.key] for column in COSIGNATURES.primary_key]
    scene.connection.execute(update(COSIGNATURES).where(*place).values(**changes))


ATTACKS = (
    Attack("empty a personal value without an order", _empty_without_order),
    Attack("empty a personal value and forge the entry that lists it", _empty_and_list),
    Attack("delete the key of a subject", _delete_key),
    Attack("swap the keys of two subjects", _swap_keys),
    Attack("approve an order by one person", _erase_by_one_person),
    Attack("erase by an order that nobody recorded", _erase_unrecorded),
    Attack("forge a log's minimum index", _forge_pruning),
    Attack("prune by an order that nobody recorded", _prune_unrecorded),
    Attack("edit the row of a key's handover", _edit_handover),
    Attack("hand a log over with the stolen key", _hand_over),
    Attack("edit a cosignature", _edit_cosignature),
    Attack("move a cosignature to another checkpoint", _move_cosignature),
)
