"""Attacks through the product's own code, and on the defences that the database has of its own."""

from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Base, Database
from audit.drill.attacks.attack import Attack, Stage
from audit.drill.scene import Scene, found
from audit.drill.triggers import standing
from audit.record import HOUSE
from audit.service.checkpoints import publish_checkpoint


def _domain_table() -> str:
    exempt = {"trail", "unrecorded"}
    tables = {name: table for name, table in Base.metadata.tables.items() if not name.startswith("audit_")}
    domain = [name for name, table in tables.items() if not table.info.keys() & exempt]
    return found(min(domain, default=None), "a table of a domain")


def _change_by_text(scene: Scene) -> None:
    _change(scene, lambda session: session.execute(text(f"DELETE FROM {_domain_table()} WHERE 1 = 0")))  # noqa: S608


def _change_by_core(scene: Scene) -> None:
    table = Base.metadata.tables[_domain_table()]
    _change(scene, lambda session: session.execute(delete(table).where(text("1 = 0"))))


def _change_by_driver(scene: Scene) -> None:
    statement = f"DELETE FROM {_domain_table()} WHERE 1 = 0"  # noqa: S608
    _change(scene, lambda session: session.connection().exec_driver_sql(statement))


def _sign_with_replaced_file(scene: Scene) -> None:
    with scene.session() as session:
        publish_checkpoint(session, SYSTEM, log_name=HOUSE, key=Ed25519PrivateKey.generate())


def _sign_over_altered(scene: Scene) -> None:
    key = scene.held_key()
    scene.edit(scene.house, scene.waiting(scene.house), body=b"{}")
    with scene.session() as session:
        publish_checkpoint(session, SYSTEM, log_name=HOUSE, key=key, beside=scene.copy.beside)


def _drop_trigger(scene: Scene) -> None:
    scene.connection.exec_driver_sql(f"DROP TRIGGER {_trigger(scene)}")


def _hollow_trigger(scene: Scene) -> None:
    name = _trigger(scene)
    scene.connection.exec_driver_sql(f"DROP TRIGGER {name}")
    scene.connection.exec_driver_sql(f"CREATE TRIGGER {name} BEFORE UPDATE ON audit_entries BEGIN SELECT 1; END")


def _trigger(scene: Scene) -> str:
    return found(min(standing(scene.connection), default=None), "a trigger")


def _change(scene: Scene, act: Callable[[Session], object]) -> None:
    database = Database(scene.copy.url)
    try:
        with database.transaction() as session:
            act(session)
    finally:
        database.close()


ATTACKS = (
    Attack("change a domain's table without a fact, by text", _change_by_text, Stage.HOUSE),
    Attack("change a domain's table without a fact, in bulk", _change_by_core, Stage.HOUSE),
    Attack("change a domain's table without a fact, by the driver", _change_by_driver, Stage.HOUSE),
    Attack("sign with another key file in its place", _sign_with_replaced_file, Stage.HOUSE),
    Attack("sign over an altered entry", _sign_over_altered),
    Attack("drop a trigger", _drop_trigger, Stage.SCHEMA),
    Attack("replace a trigger by one that does nothing", _hollow_trigger, Stage.SCHEMA),
)
