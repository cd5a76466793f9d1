"""``answerprint audit drill``: every attack is caught, or said to be beyond what stands in the house."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import text

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database, open_engine, settle
from answerprint.web.cli import main
from audit.keys import make_key
from audit.record import HOUSE, record
from audit.service.checkpoints import publish_checkpoint
from audit.service.logs import open_log
from tests.facts import PersonSeen, ThingHappened

BEYOND = {
    "record with the clock set back",
    "edit an entry that nobody has signed yet, with its hash",
    "cut the house log with its newest checkpoint",
    "cut entries that nobody has signed yet",
    "append a forged entry and raise the head",
    "delete the house log's newest checkpoint",
    "rewrite and re-sign the house log with the stolen key",
    "restore an older backup of the whole trail",
    "go on in two replicas, and show each its own",
}


def drill(*options: object) -> tuple[int, str]:
    """Run the command: its exit code and what it printed."""
    result = CliRunner().invoke(main, ["audit", "drill", *map(str, options)])
    return result.exit_code, result.output


@pytest.fixture(name="key_file")
def _key_file(tmp_path: Path, log_key: Ed25519PrivateKey) -> Path:
    """The house's key file."""
    path = tmp_path / "log.pem"
    path.write_bytes(log_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    path.chmod(0o600)
    return path


@pytest.fixture(name="keys")
def _keys(key_file: Path, tmp_path: Path) -> tuple[object, ...]:
    """The options that name the house's own key file and its sealing key."""
    path = tmp_path / "seal.key"
    path.write_text(bytes(range(32)).hex())
    path.chmod(0o600)
    return ("--key-file", key_file, "--seal-file", path)


@pytest.fixture(name="note")
def _note(database: Database, log_key: Ed25519PrivateKey) -> bytes:
    """A trail with a counterparty's log, signed; its house checkpoint, as somebody kept it."""
    with database.transaction() as session:
        open_log(session, SYSTEM, name="licensor-acme")
        record(session, SYSTEM, PersonSeen(about="person:1", name="Ann Example", place="suite 2"), log="licensor-acme")
        record(session, SYSTEM, ThingHappened(about="thing:1", number=7))
    with database.transaction() as session:
        publish_checkpoint(session, SYSTEM, log_name="licensor-acme", key=log_key)
    with database.transaction() as session:
        return publish_checkpoint(session, SYSTEM, log_name=HOUSE, key=log_key).note


def outcomes(report: dict[str, Any], end: str) -> set[str]:
    """Name the attacks that ended so."""
    return {one["attack"] for one in report["outcomes"] if one["end"] == end}


@pytest.mark.usefixtures("note")
class TestWithKey:
    """The house's own key file lets the drill sign in the copy, and so try everything."""

    def test_no_attack_is_missed(self, database_url: str, keys: tuple[object, ...]) -> None:
        """Each attack is caught, but for those of which the drill says that nothing within the house can."""
        code, output = drill("--database", database_url, *keys, "--json")
        report = json.loads(output)

        assert code == 0
        assert outcomes(report, "missed") == set()
        assert outcomes(report, "not tried") == set()
        assert outcomes(report, "beyond") == BEYOND
        assert len(outcomes(report, "caught")) >= 57

    def test_table_says_what_caught_each(self, database_url: str, keys: tuple[object, ...]) -> None:
        """A line an attack: what the triggers did, and the first finding; the table says whose triggers they are."""
        _, output = drill("--database", database_url, *keys)
        lines = {line.partition("  ")[0]: line.partition("  ")[2].strip() for line in output.splitlines()}

        assert "checkpoint" in lines["edit a body with its leaf hash"]
        assert lines["edit a body"].startswith("refused")
        assert "guard: no fact was recorded" in lines["change a domain's table without a fact, in bulk"]
        assert "only a witness or a kept checkpoint" in lines["restore an older backup of the whole trail"]
        assert "or the second place" in output
        assert ("SQLite's triggers" in output) == database_url.startswith("postgresql")


def content(url: str, tmp_path: Path) -> str:
    """Return a digest of the database: of its file, or of all rows of the trail."""
    if url.startswith("sqlite"):
        return hashlib.sha256((tmp_path / "answerprint.db").read_bytes()).hexdigest()
    engine = open_engine(url)
    with engine.connect() as connection:
        tables = ("logs", "heads", "entries", "disclosures", "tiles", "checkpoints")
        rows = [connection.execute(text(f"SELECT xmin::text, ctid::text, * FROM audit_{one}")).all() for one in tables]
    engine.dispose()
    return hashlib.sha256(repr(rows).encode()).hexdigest()


@pytest.mark.usefixtures("note")
def test_original_is_only_read(database: Database, database_url: str, keys: tuple[object, ...], tmp_path: Path) -> None:
    """Not one byte of the database differs after a drill; on PostgreSQL no row was as much as written again."""
    database.close()
    before = content(database_url, tmp_path)
    code, _ = drill("--database", database_url, *keys)

    assert code == 0
    assert content(database_url, tmp_path) == before


@pytest.mark.usefixtures("note")
def test_without_a_key_file_it_says_what_was_not_tried(database_url: str) -> None:
    """What needs a signature is left out aloud, and the rest is tried."""
    code, output = drill("--database", database_url)

    assert code == 0
    assert output.startswith("WARNING: no key file was given")
    assert "not tried: there is no key from outside, so this goes unseen: give --key-file" in output
    assert "edit a body " in output


class TestKeptCheckpoint:
    """A checkpoint that somebody kept is held against the trail before any attack."""

    def test_the_one_that_was_kept_holds(
        self, database_url: str, note: bytes, keys: tuple[object, ...], tmp_path: Path
    ) -> None:
        """It is of this trail, so the drill goes on."""
        kept = tmp_path / "kept"
        kept.write_bytes(note)

        assert drill("--database", database_url, *keys, "--checkpoint", kept)[0] == 0

    def test_older_backup_of_everything_is_named(
        self, database: Database, database_url: str, note: bytes, log_key: Ed25519PrivateKey, tmp_path: Path
    ) -> None:
        """A database that is whole by itself, and older than what was kept, is told before any attack."""
        with pytest.raises(ZeroDivisionError), database.transaction() as session:
            record(session, SYSTEM, ThingHappened(about="thing:2"))
            settle(session)
            later = publish_checkpoint(session, SYSTEM, log_name=HOUSE, key=log_key).note
            _ = 1 // 0
        kept = tmp_path / "kept"
        kept.write_bytes(later)
        code, output = drill("--database", database_url, "--checkpoint", kept)

        assert note != later
        assert code == 1
        assert "BEFORE ANY ATTACK: house: checkpoint" in output
        assert "the log was cut" in output

    @pytest.mark.parametrize("before", [b"x", b"no note\n"])
    def test_what_no_trusted_key_signed_is_no_verdict(
        self, database_url: str, note: bytes, keys: tuple[object, ...], tmp_path: Path, before: bytes
    ) -> None:
        """A file that is not a checkpoint of these logs cannot be held against them."""
        kept = tmp_path / "kept"
        kept.write_bytes(before + note)

        assert drill("--database", database_url, *keys, "--checkpoint", kept)[0] == 2


@pytest.mark.usefixtures("note")
def test_key_of_another_house_cannot_drill(database_url: str, tmp_path: Path) -> None:
    """With another key than the logs' the trail does not hold even before an attack."""
    make_key(tmp_path / "other.pem")
    code, output = drill("--database", database_url, "--key-file", tmp_path / "other.pem")

    assert code == 1
    assert "BEFORE ANY ATTACK: house: the key is none of the keys that were given" in output


@pytest.mark.usefixtures("note")
def test_trigger_that_the_original_lacks_is_told(database_url: str, keys: tuple[object, ...]) -> None:
    """A defence that is down in the database itself is no drill: it is told, and the verdict is 1."""
    engine = open_engine(database_url)
    on = "" if engine.dialect.name == "sqlite" else " ON audit_entries"
    with engine.connect() as connection:
        connection.execute(text(f"DROP TRIGGER audit_entries_no_gap{on}"))
        connection.commit()
    engine.dispose()
    code, output = drill("--database", database_url, *keys)

    assert code == 1
    assert "BEFORE ANY ATTACK: trigger audit_entries_no_gap is missing or out of force" in output
