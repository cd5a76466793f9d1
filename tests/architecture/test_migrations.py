"""Migrations and models say the same, on both engines, up and down."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

import facility.models
import licensing.models.catalogue
import licensing.models.entitlements
import licensing.models.eventlogs
import licensing.models.observed
import licensing.models.reservations
import licensing.models.seats
import licensing.models.statements
from answerprint.core import kept_answers, outbox
from answerprint.core.db import Base, Database, open_engine
from answerprint.core.upgrade import downgrade, is_current, upgrade
from audit.canonical import canonical
from audit.disclosure import digest, make_disclosure
from audit.models import Entry, Log
from audit.queries.entries import values_beside
from audit.subjects import nonce_of
from tests.conftest import SEAL

TABLES = (facility.models, licensing.models, kept_answers, outbox)


def test_models_are_what_the_migrations_make(database: Database) -> None:
    """No column, index or constraint stands in the models only, or in the database only."""
    with database.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)

    assert not differences


def test_every_table_names_its_floor(database: Database) -> None:
    """A table's name begins with the floor it belongs to."""
    names = set(inspect(database.engine).get_table_names()) - {"alembic_version"}

    assert names == set(Base.metadata.tables)
    assert {name.partition("_")[0] for name in names} == {"audit", "core", "facility", "licensing", "reviews"}


def test_all_the_way_down_and_up_again(database_url: str) -> None:
    """Every revision can be taken back, leaves nothing behind, and runs again."""
    downgrade(database_url, "base")
    engine = open_engine(database_url)
    left = set(inspect(engine).get_table_names())
    upgrade(database_url)
    with engine.connect() as connection:
        current = is_current(connection)
    engine.dispose()

    assert left == {"alembic_version"}
    assert current


def test_only_known_tables_change_without_a_fact() -> None:
    """A table that the guard lets pass says why, and stands in this list."""
    unrecorded = {name for name, table in Base.metadata.tables.items() if "unrecorded" in table.info}

    assert unrecorded == {
        "audit_export_jobs",
        "core_kept_answers",
        "core_outbox",
        "facility_sign_in_counters",
        "facility_token_uses",
        "reviews_gate_counters",
        "reviews_mailbox_codes",
        "reviews_media_tokens",
        "reviews_receipts",
    }


def test_values_kept_in_clear_are_sealed_on_the_way(tmp_path: Path) -> None:
    """Revision 0004 seals what lay open, each value under its subject, and it still fits its digest."""
    url = f"sqlite:///{tmp_path / 'older.db'}"
    upgrade(url, "0003")
    disclosure = make_disclosure("A" * 22, "email", "ann@example.com")
    body = {"about": "person:1", "data": {"project": "p1"}, "nonce": "0" * 32, "v": 1, "_sd": [digest(disclosure)]}
    engine = open_engine(url)
    with engine.connect() as connection:
        connection.execute(
            text(
                "INSERT INTO audit_entries (log_id, idx, kind, recorded_at, actor, about, body, leaf_hash)"
                " VALUES (1, 0, 'k', '2026-01-01 00:00:00.000000', 'a', 'person:1', :body, x'00')"
            ),
            {"body": canonical(body)},
        )
        connection.execute(text("INSERT INTO audit_disclosures VALUES (1, 0, 'email', :text)"), {"text": disclosure})
        connection.commit()
    engine.dispose()
    upgrade(url, seal=SEAL)
    database = Database(url, seal=SEAL)
    with database.reading() as session:
        entry = session.get_one(Entry, (1, 0))
        values = values_beside(session, Log(id=1, name="house"), {0: nonce_of(entry.body)})[0]
    database.close()

    assert entry.project == "p1"
    assert values.disclosures == {"email": disclosure}
    assert b"ann@example.com" not in (tmp_path / "older.db").read_bytes()


def test_values_in_clear_are_not_left_behind_without_the_key(tmp_path: Path) -> None:
    """Revision 0004 refuses to go on where it has values and no key to seal them with."""
    url = f"sqlite:///{tmp_path / 'older.db'}"
    upgrade(url, "0003")
    engine = open_engine(url)
    with engine.connect() as connection:
        body = canonical({"about": "person:1", "data": {}, "nonce": "0" * 32, "v": 1})
        connection.execute(
            text(
                "INSERT INTO audit_entries (log_id, idx, kind, recorded_at, actor, about, body, leaf_hash)"
                " VALUES (1, 0, 'k', '2026-01-01 00:00:00.000000', 'a', 'person:1', :body, x'00')"
            ),
            {"body": body},
        )
        connection.execute(text("INSERT INTO audit_disclosures VALUES (1, 0, 'email', 'x')"))
        connection.commit()
    engine.dispose()

    with pytest.raises(RuntimeError, match="answerprint upgrade"):
        upgrade(url)
