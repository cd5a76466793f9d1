"""``answerprint audit verify``: its exit code is the verdict."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database, open_engine
from answerprint.web.cli import main
from audit.keys import UnusableKeyError, load_key, make_key
from audit.note import Signer
from audit.record import HOUSE, record
from audit.service.checkpoints import publish_checkpoint
from tests.conftest import ORIGIN
from tests.facts import ThingHappened


def verify(*options: str) -> tuple[int, str]:
    """Run the command: its exit code and what it printed."""
    result = CliRunner().invoke(main, ["audit", "verify", *options])
    return result.exit_code, result.output


@pytest.fixture(name="signed")
def _signed(database: Database, database_url: str, log_key: Ed25519PrivateKey) -> str:
    """A database with a signed entry, and its address."""
    with database.transaction() as session:
        record(session, SYSTEM, ThingHappened(about="thing:1", number=7))
    with database.transaction() as session:
        publish_checkpoint(session, SYSTEM, log_name=HOUSE, key=log_key)
    return database_url


def test_whole_trail_exits_with_0(signed: str, log_key: Ed25519PrivateKey) -> None:
    """All holds: 0, and no warning where a key was given."""
    code, output = verify("--database", signed, "--key", Signer(f"{ORIGIN}/house", log_key).vkey)

    assert code == 0
    assert "All holds." in output
    assert "WARNING" not in output


def test_without_a_key_it_warns(signed: str) -> None:
    """Keys that come from the database itself prove little, and it says so."""
    code, output = verify("--database", signed)

    assert code == 0
    assert output.startswith("WARNING: no key was given")


def test_other_key_exits_with_1(signed: str) -> None:
    """A trail that another key signed is not the trail that was asked for."""
    other = Signer(f"{ORIGIN}/house", Ed25519PrivateKey.generate()).vkey

    assert verify("--database", signed, "--key", other)[0] == 1


def test_altered_entry_exits_with_1_and_is_named(signed: str) -> None:
    """The first entry that does not hold is named, on the page and as JSON."""
    engine = open_engine(signed)
    is_sqlite = engine.dialect.name == "sqlite"
    off = "DROP TRIGGER audit_entries_no_update" if is_sqlite else "ALTER TABLE audit_entries DISABLE TRIGGER USER"
    back = (
        "CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries BEGIN SELECT RAISE(ABORT, 'no'); END"
        if is_sqlite
        else "ALTER TABLE audit_entries ENABLE TRIGGER USER"
    )
    change = "UPDATE audit_entries SET kind = '{}' WHERE idx = 1"
    with engine.connect() as connection:
        for statement in (off, change.format("test.thing.happenee"), back):
            connection.execute(text(statement))
        connection.commit()
        code, output = verify("--database", signed)
        as_json = verify("--database", signed, "--json")[1]
        for statement in (off, change.format(ThingHappened.kind), back):
            connection.execute(text(statement))
        connection.commit()
    engine.dispose()

    assert code == 1
    assert "First that does not hold: house: entry 1 was altered" in output
    assert json.loads(as_json.partition("\n")[2])["findings"][0]["place"] == "entry 1"


@pytest.mark.parametrize(
    "options",
    [
        ("--database", "sqlite:////nowhere/at/all.db"),
        ("--database", "postgresql+psycopg://nobody@127.0.0.1:1/none"),
        ("--key", "not a vkey"),
        ("--key-file", "/nowhere/log.pem"),
    ],
)
def test_what_cannot_be_tried_exits_with_2(options: tuple[str, ...]) -> None:
    """A missing database or a malformed key is no verdict."""
    assert verify(*options)[0] == 2


class TestKeyFile:
    """The key lies in a file that only its owner may read."""

    def test_key_is_made_once(self, tmp_path: Path) -> None:
        """A key file is never written over: the old logs would lose their key."""
        key = make_key(tmp_path / "keys" / "log.pem")

        with pytest.raises(FileExistsError):
            make_key(tmp_path / "keys" / "log.pem")
        assert load_key(tmp_path / "keys" / "log.pem").private_bytes_raw() == key.private_bytes_raw()

    def test_key_that_others_can_read_is_refused(self, tmp_path: Path) -> None:
        """A key that others may have read is not used, and the sentence says what to do."""
        make_key(tmp_path / "log.pem")
        (tmp_path / "log.pem").chmod(0o640)

        with pytest.raises(UnusableKeyError, match="chmod 600"):
            load_key(tmp_path / "log.pem")

    @pytest.mark.parametrize("content", [b"", b"-----BEGIN PRIVATE KEY-----\n", b"\xff\x00"])
    def test_file_that_is_no_key_is_refused(self, tmp_path: Path, content: bytes) -> None:
        """Whatever else lies there is not taken for a key."""
        (tmp_path / "log.pem").write_bytes(content)
        (tmp_path / "log.pem").chmod(0o600)

        with pytest.raises(UnusableKeyError):
            load_key(tmp_path / "log.pem")
