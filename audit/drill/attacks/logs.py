"""Attacks on whole logs: their rows, older backups of them, and two that go on from the same state."""

from sqlalchemy import delete, insert, update
from sqlalchemy.orm import Session

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Base, settle
from audit.drill.attacks.attack import ONLY_KEPT, Attack
from audit.drill.attacks.ends import COSIGNATURES
from audit.drill.growth import Rehearsed
from audit.drill.scene import CHECKPOINTS, DISCLOSURES, ENTRIES, HEADS, LOGS, TILES, NothingToAttackError, Scene
from audit.record import HOUSE, record
from audit.service.checkpoints import publish_checkpoint


def _rename(scene: Scene) -> None:
    scene.connection.execute(update(LOGS).where(LOGS.c.id == scene.other).values(name="renamed"))


def _move_origin(scene: Scene) -> None:
    scene.connection.execute(update(LOGS).where(LOGS.c.id == scene.other).values(origin="elsewhere.example/log"))


def _delete_row(scene: Scene) -> None:
    scene.connection.execute(delete(LOGS).where(LOGS.c.id == scene.other))


def _delete_whole(scene: Scene) -> None:
    log = scene.other
    for table in (DISCLOSURES, TILES, CHECKPOINTS, ENTRIES, HEADS):
        scene.connection.execute(delete(table).where(table.c.log_id == log))
    scene.connection.execute(delete(LOGS).where(LOGS.c.id == log))


def _open_secretly(scene: Scene) -> None:
    row = {"id": 99_999, "name": "secret", "origin": "secret.example/log", "public_key": "AAAA"}
    scene.connection.execute(insert(LOGS).values(row))


def _restore_other(scene: Scene) -> None:
    _need_backup(scene)
    log = scene.other
    for table in (DISCLOSURES, TILES, COSIGNATURES, CHECKPOINTS, ENTRIES, HEADS):
        scene.connection.execute(delete(table).where(table.c.log_id == log))
        scene.connection.exec_driver_sql(
            f"INSERT INTO main.{table.name} SELECT * FROM earlier.{table.name} WHERE log_id = {log}"  # noqa: S608
        )


def _restore_all(scene: Scene) -> None:
    _need_backup(scene)
    for table in (table for name, table in Base.metadata.tables.items() if name.startswith("audit_")):
        scene.connection.execute(delete(table))
        scene.connection.exec_driver_sql(
            f"INSERT INTO main.{table.name} SELECT * FROM earlier.{table.name}"  # noqa: S608 - our own tables' names
        )


def _need_backup(scene: Scene) -> None:
    if scene.rehearsal is None:
        raise NothingToAttackError("there is not an older backup; the key file lets the drill make one")


def _fork(scene: Scene) -> None:
    key = scene.held_key()
    # A savepoint of its own: when this session closes, all that the first replica wrote is gone but its checkpoint.
    with scene.session() as first:
        record(first, SYSTEM, Rehearsed(about="drill:first", person=None))
        settle(first)
        shown = publish_checkpoint(first, SYSTEM, log_name=HOUSE, key=key, beside=scene.copy.beside)
        scene.kept.append(shown.note)
    with Session(scene.connection, join_transaction_mode="rollback_only") as second:
        record(second, SYSTEM, Rehearsed(about="drill:second", person=None))
        settle(second)
        publish_checkpoint(second, SYSTEM, log_name=HOUSE, key=key, beside=scene.copy.beside)


ATTACKS = (
    Attack("rename a log", _rename),
    Attack("give a log another origin", _move_origin),
    Attack("delete the row of a log", _delete_row),
    Attack("delete a counterparty's log whole", _delete_whole),
    Attack("add the row of a log that was never opened", _open_secretly),
    Attack("restore an older backup of a counterparty's log", _restore_other),
    Attack("restore an older backup of the whole trail", _restore_all, beyond=ONLY_KEPT),
    Attack("go on in two replicas, and show each its own", _fork, beyond=ONLY_KEPT),
)
