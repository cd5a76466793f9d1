"""Migrations and models say the same, on both engines, up and down."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

import facility.models
import licensing.models.catalogue
import licensing.models.observed
import licensing.models.seats
from answerprint.core import kept_answers
from answerprint.core.db import Base, Database, open_engine
from answerprint.core.upgrade import downgrade, is_current, upgrade

TABLES = (facility.models, licensing.models, kept_answers)


def test_models_are_what_the_migrations_make(database: Database) -> None:
    """No column, index or constraint stands in the models only, or in the database only."""
    with database.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)

    assert not differences


def test_every_table_names_its_floor(database: Database) -> None:
    """A table's name begins with the floor it belongs to."""
    names = set(inspect(database.engine).get_table_names()) - {"alembic_version"}

    assert names == set(Base.metadata.tables)
    assert {name.partition("_")[0] for name in names} == {"audit", "core", "facility", "licensing"}


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

    assert unrecorded == {"core_kept_answers", "facility_sign_in_counters", "facility_token_uses"}
