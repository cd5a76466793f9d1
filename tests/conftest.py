"""Fixtures of all tests: a migrated database on each engine, the app on it, and the log verified at the end."""

import copy
import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import hypothesis
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from flask.testing import FlaskClient

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.sealing import Seal
from answerprint.core.upgrade import upgrade
from answerprint.web.app import create_app
from answerprint.web.settings import Settings
from audit.keys import LogKeys
from audit.queries.logs import public_text
from audit.service.logs import open_house
from audit.verification import verify_database
from tests.postgres import Cluster, cluster

# A rule holds or not; how long a machine took to show it is no verdict.
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], derandomize="CI" in os.environ
)
hypothesis.settings.load_profile("house")

ENGINES = ("sqlite", "postgresql")
ORIGIN = "post.example/answerprint"
SEAL = Seal(bytes(range(32)))
"""The sealing key of all tests."""


def pytest_collection_finish() -> None:
    """Spare what was imported from every search for garbage that follows: it stays until the end."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", name="log_key")
def _log_key() -> Ed25519PrivateKey:
    """The key that signs checkpoints in all tests of a session."""
    return Ed25519PrivateKey.generate()


@pytest.fixture(scope="session", name="sqlite_template")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory, log_key: Ed25519PrivateKey) -> Path:
    """A migrated SQLite database with the house log open, to be copied."""
    path = tmp_path_factory.mktemp("template") / "answerprint.db"
    _prepare(f"sqlite:///{path}", log_key)
    return path


@pytest.fixture(scope="session", name="postgres")
def _postgres() -> Iterator[Cluster]:
    """A running PostgreSQL."""
    with cluster() as found:
        yield found


@pytest.fixture(scope="session", name="postgres_template")
def _postgres_template(postgres: Cluster, log_key: Ed25519PrivateKey) -> Iterator[str]:
    """A migrated PostgreSQL database with the house log open, to be copied."""
    with postgres.copy_of("template1") as url:
        _prepare(url, log_key)
        yield url.partition("?")[0].rpartition("/")[2]


@pytest.fixture(params=ENGINES, name="database_url")
def _database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database, once for each engine."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        shutil.copy(template, tmp_path / "answerprint.db")
        yield f"sqlite:///{tmp_path / 'answerprint.db'}"
        return
    postgres: Cluster = request.getfixturevalue("postgres")
    with postgres.copy_of(request.getfixturevalue("postgres_template")) as url:
        yield url


@pytest.fixture(name="database")
def _database(database_url: str, log_key: Ed25519PrivateKey) -> Iterator[Database]:
    """A fresh database on each engine; when the test ends, every log in it must verify."""
    database = Database(database_url, seal=SEAL)
    yield database
    with database.reading() as session:
        verification = verify_database(session, trusted_keys=[public_text(log_key.public_key())])
    database.close()

    assert not verification.findings


def _prepare(url: str, log_key: Ed25519PrivateKey) -> None:
    upgrade(url)
    database = Database(url, seal=SEAL)
    with database.transaction() as session:
        open_house(session, SYSTEM, origin=ORIGIN, public_key=log_key.public_key())
    database.close()


def settings_at(home: Path, database_url: str) -> Settings:
    """Return the settings of a house whose files are all in one folder."""
    return Settings(
        home=home,
        database=database_url,
        key_file=home / "log.pem",
        second_place=home / "second-place",
        seal_file=home / "seal.key",
        policies=home / "policies",
        exports=home / "exports",
        origin=ORIGIN,
        zone=ZoneInfo("Europe/Berlin"),
        url="http://localhost",
    )


@pytest.fixture(scope="session", name="first_app")
def _first_app(sqlite_template: Path, log_key: Ed25519PrivateKey) -> Flask:
    """The app, built once; it serves nobody, and each test gets a copy."""
    url = f"sqlite:///{sqlite_template}"
    app = create_app(settings_at(sqlite_template.parent, url), database=Database(url, seal=SEAL), keys=LogKeys(log_key))
    # The copies have its routes and its hooks in common. Flask refuses to change them once a request was served.
    app._got_first_request = True
    return app


@pytest.fixture(name="app")
def _app(first_app: Flask, database: Database, tmp_path: Path) -> Flask:
    """The app on a fresh database, once for each engine; faults are raised, not answered."""
    app = copy.copy(first_app)
    app.config, app.view_functions = copy.copy(app.config), dict(app.view_functions)
    app.extensions = app.extensions | {"answerprint.database": database, "answerprint.exports": tmp_path / "exports"}
    app.testing = True
    return app


@pytest.fixture(name="client")
def _client(app: Flask) -> FlaskClient:
    """A browser of nobody's."""
    return app.test_client()
