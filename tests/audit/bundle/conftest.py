"""One set of bundles for all tests of the folder."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.audit.bundle.making import Made, make


@pytest.fixture(scope="session", name="made")
def _made(sqlite_template: Path, log_key: Ed25519PrivateKey, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Bundles of a real log."""
    return make(sqlite_template, tmp_path_factory.mktemp("bundles"), log_key)
