"""Fixtures of the trail's tests: a trail in which everything happened, two people who decide, the key as a file."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from answerprint.core.db import Database
from tests.audit.deciding import TwoPeople, two_people
from tests.audit.eventful import Eventful, live


@pytest.fixture(name="eventful")
def _eventful(database: Database, log_key: Ed25519PrivateKey, monkeypatch: pytest.MonkeyPatch) -> Eventful:
    """A trail in which everything happened."""
    return live(database, log_key, monkeypatch)


@pytest.fixture(name="people")
def _people(database: Database) -> TwoPeople:
    """Two people who decide."""
    return two_people(database)


@pytest.fixture(name="seal_file")
def _seal_file(tmp_path: Path) -> Path:
    """The sealing key of the tests, as a file."""
    path = tmp_path / "tests.seal"
    path.write_text(bytes(range(32)).hex())
    path.chmod(0o600)
    return path
