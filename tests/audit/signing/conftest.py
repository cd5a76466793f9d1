"""Houses whose keys change."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from audit.cli.key_change import House, KeyFiles
from audit.second_place import SecondPlace
from audit.service.logs import open_log
from tests.audit.signing.commands import publish_all
from tests.audit.signing.making import LICENSOR, furnished
from tests.conftest import SEAL


@pytest.fixture(name="house")
def _house(database: Database, log_key: Ed25519PrivateKey) -> Database:
    """A house with a licensor's log, both signed."""
    return furnished(database, log_key)


@pytest.fixture(name="burgled")
def _burgled(database_url: str, log_key: Ed25519PrivateKey) -> Iterator[Database]:
    """The same house; at the end the first key alone does not vouch for all that was revoked, altered or opened."""
    database = furnished(Database(database_url, seal=SEAL), log_key)
    yield database
    database.close()


@pytest.fixture(name="keyed")
def _keyed(
    database_url: str, log_key: Ed25519PrivateKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[House]:
    """A house of two signed logs with its key file and its second place, as the settings name them."""
    files = KeyFiles(tmp_path / "keys" / "log.pem", None, None)
    files.key.parent.mkdir()
    files.key.write_bytes(log_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    files.key.chmod(0o600)
    place = SecondPlace(tmp_path / "second-place")
    place.set_up()
    for name, value in {
        "ANSWERPRINT_HOME": str(tmp_path),
        "ANSWERPRINT_DATABASE": database_url,
        "ANSWERPRINT_SECOND_PLACE": str(tmp_path / "second-place"),
    }.items():
        monkeypatch.setenv(name, value)
    house = House(Database(database_url, seal=SEAL), files, place)
    with house.database.transaction() as session:
        open_log(session, SYSTEM, name=LICENSOR)
    publish_all(house, log_key)
    yield house
    house.database.close()
