"""One set of bundles for all tests of the folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.audit.bundle.aging import Aged, Life, age, opened
from tests.audit.bundle.making import Made, make
from tests.audit.kit.programs import go_program_fixture, page_fixture
from tests.conftest import ENGINES
from tests.postgres import Cluster

__all__ = ["go_program_fixture", "page_fixture"]


@pytest.fixture(scope="session", name="made")
def _made(sqlite_template: Path, log_key: Ed25519PrivateKey, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Bundles of a real log."""
    return make(sqlite_template, tmp_path_factory.mktemp("bundles"), log_key)


@pytest.fixture(scope="session", name="aged")
def _aged(tmp_path_factory: pytest.TempPathFactory) -> Aged:
    """Bundles of a log that has lived."""
    folder = tmp_path_factory.mktemp("aged")
    database = opened(f"sqlite:///{folder / 'log.db'}")
    try:
        return age(database, folder)
    finally:
        database.close()


@pytest.fixture(name="life", params=ENGINES)
def _life(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Life]:
    """A log about to live, once for each engine."""
    if request.param == "sqlite":
        database = opened(f"sqlite:///{tmp_path / 'log.db'}")
        yield Life(database, tmp_path)
        database.close()
        return
    postgres: Cluster = request.getfixturevalue("postgres")
    with postgres.copy_of("template1") as url:
        database = opened(url)
        yield Life(database, tmp_path)
        database.close()
