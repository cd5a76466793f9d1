"""What the command writes, the command verifies: on both engines, whole and of a period."""

import csv
import hashlib
import io
import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from answerprint.core.db import Database
from answerprint.web.cli import main
from audit.bundle.check import Trust, verify_bundle
from audit.bundle.verdict import Word
from audit.facts.exports import LogExported
from audit.models import Entry
from audit.note import Signer
from audit.record import HOUSE, record
from audit.service.checkpoints import publish_checkpoint
from audit.tree import leaf_hash
from tests.audit.bundle.making import ANN, OLDER, SIZE, Made, members_of, write_seal
from tests.conftest import ORIGIN
from tests.facts import PersonSeen, ThingHappened


@pytest.fixture(autouse=True)
def _settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sealing key as the settings name it, and no policy."""
    monkeypatch.setenv("ANSWERPRINT_SEAL_FILE", str(write_seal(tmp_path)))
    monkeypatch.setenv("ANSWERPRINT_POLICIES", str(tmp_path / "policies"))


def command(*words: str | Path) -> Result:
    """Run ``answerprint audit``."""
    return CliRunner().invoke(main, ["audit", *map(str, words)])


@pytest.fixture(name="signed")
def _signed(database: Database, database_url: str, log_key: Ed25519PrivateKey) -> str:
    """A database with two signed entries and one that waits, and its address."""
    with database.transaction() as session:
        record(session, ANN, ThingHappened(about="thing:1", number=7))
        record(session, ANN, PersonSeen(about="person:1", name="Ann Example", place="suite 2"))
    with database.transaction() as session:
        publish_checkpoint(session, ANN, log_name=HOUSE, key=log_key)
    with database.transaction() as session:
        record(session, ANN, ThingHappened(about="thing:2", number=8))
    return database_url


class TestCommands:
    """Export and verify as a person at a terminal uses them."""

    def test_there_and_back(self, signed: str, tmp_path: Path, log_key: Ed25519PrivateKey) -> None:
        """A bundle holds what is signed, says how much is newer, and verifies with the key."""
        out = tmp_path / "house.zip"
        exported = command("export", "--log", HOUSE, "--out", out, "--database", signed)
        verified = command("verify", out, "--reports", "--key", Signer(f"{ORIGIN}/{HOUSE}", log_key).vkey)

        assert (exported.exit_code, verified.exit_code) == (0, 0)
        assert "3 of 3 entries of house. 1 newer entries wait" in exported.output
        assert verified.output.startswith("intact: post.example/answerprint/house, 3 entries")
        assert stat.S_IMODE(out.stat().st_mode) == 0o600

    def test_without_a_key_it_warns(self, signed: str, tmp_path: Path) -> None:
        """The key inside a bundle proves little, and it says so; the JSON says it too."""
        command("export", "--log", HOUSE, "--out", tmp_path / "house.zip", "--database", signed)
        verified = CliRunner().invoke(main, ["audit", "verify", str(tmp_path / "house.zip"), "--json"])

        assert verified.stderr.startswith("WARNING: no key was given")
        assert json.loads(verified.stdout)["word"] == "intact"
        assert not json.loads(verified.stdout)["is_pinned"]

    def test_other_key_exits_with_1(self, signed: str, tmp_path: Path) -> None:
        """A bundle that another key signed is not the one that was asked for."""
        command("export", "--log", HOUSE, "--out", tmp_path / "house.zip", "--database", signed)
        other = Signer(f"{ORIGIN}/{HOUSE}", Ed25519PrivateKey.generate()).vkey
        verified = command("verify", tmp_path / "house.zip", "--key", other)

        assert verified.exit_code == 1
        assert verified.output.startswith("unknown key")

    def test_selection(self, signed: str, tmp_path: Path) -> None:
        """A project and no values can be asked for; what is withheld is said, and what was handed on is recorded."""
        project = "018f0000-0000-7000-8000-000000000001"
        words = ("--project", project, "--without-values", "--database", signed)
        exported = command("export", "--log", HOUSE, "--out", tmp_path / "some.zip", *words)
        verdict = verify_bundle(tmp_path / "some.zip", Trust(), reports="anew")
        database = Database(signed)
        with database.reading() as session:
            entry = session.scalars(select(Entry).where(Entry.kind == LogExported.kind)).one()
        database.close()

        assert "0 of 3 entries of house" in exported.output
        assert (verdict.word, verdict.entries) == (Word.FILTERED, 0)
        assert json.loads(entry.body)["data"]["project"] == project

    def test_without_the_sealing_key_it_says_so(
        self, signed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Where there is no sealing key values are withheld, and it is said; a file that is none is no option."""
        monkeypatch.setenv("ANSWERPRINT_SEAL_FILE", str(tmp_path / "nowhere"))
        exported = command("export", "--log", HOUSE, "--out", tmp_path / "blind.zip", "--database", signed)
        named = ("--seal-file", tmp_path / "nowhere", "--database", signed)
        refused = command("export", "--log", HOUSE, "--out", tmp_path / "never.zip", *named)

        assert "personal values are withheld. Give --seal-file." in exported.stderr
        assert "3 personal values are withheld." in exported.output
        assert refused.exit_code == 2

    def test_sealing_key_of_another_house(self, signed: str, tmp_path: Path) -> None:
        """Another house's key opens nothing: nothing is handed on, and the reason is said."""
        other = tmp_path / "other.key"
        other.write_text(bytes(32).hex() + "\n")
        other.chmod(0o600)
        words = ("--seal-file", other, "--database", signed)
        refused = command("export", "--log", HOUSE, "--out", tmp_path / "never.zip", *words)

        assert refused.exit_code == 1
        assert "the sealing key is another house's" in refused.output
        assert not list(tmp_path.glob("*.zip*"))

    def test_bar_is_for_terminals(self, signed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """On a terminal a bar grows to its end; anywhere else nothing of it is written."""
        silent = command("export", "--log", HOUSE, "--out", tmp_path / "one.zip", "--database", signed)
        monkeypatch.setattr("audit.cli.export._is_watched", lambda: True)
        shown = command("export", "--log", HOUSE, "--out", tmp_path / "two.zip", "--database", signed)

        assert "[#" not in silent.stderr
        assert shown.stderr.endswith("[##############################]\n")

    def test_unsigned_log_is_refused(self, database: Database, database_url: str, tmp_path: Path) -> None:
        """Nothing is exported that nobody signed; the sentence says what to do first."""
        assert database.is_sqlite or database_url
        refused = command("export", "--log", HOUSE, "--out", tmp_path / "house.zip", "--database", database_url)

        assert refused.exit_code == 1
        assert "Ask for a receipt of an entry first." in refused.output
        assert not list(tmp_path.glob("*.zip*"))

    def test_file_that_is_there_is_kept(self, made: Made) -> None:
        """An export writes over nothing."""
        address = f"sqlite:///{made.folder / 'log.db'}"

        assert command("export", "--log", HOUSE, "--out", made.whole, "--database", address).exit_code == 2
        assert verify_bundle(made.whole, Trust(made.vkey)).holds

    @pytest.mark.parametrize(
        "words",
        [
            ("verify", "/nowhere/house.zip"),
            ("verify", "{whole}", "--key", "not a vkey"),
            ("verify", "{whole}", "--kept", "/nowhere/checkpoint"),
            ("verify", "{whole}", "--database", "sqlite:///x.db"),
            ("verify", "--reports"),
            ("export", "--log", "house", "--out", "/nowhere/never.zip", "--database", "sqlite:////nowhere.db"),
            ("export", "--log", "house", "--out", "/nowhere/never.zip", "--database", "sqlite:///{log}"),
            ("export", "--log", "house", "--out", "/nowhere/n.zip", "--database", "sqlite:///{log}", "--from", "noon"),
            ("export", "--log", "house", "--out", "/nowhere/n.zip", "--database", "sqlite:///{log}", "--zone", "Mars"),
        ],
    )
    def test_what_cannot_be_tried_exits_with_2(self, made: Made, words: tuple[str, ...]) -> None:
        """A missing file or a malformed option is no verdict."""
        places = {"whole": str(made.whole), "log": str(made.folder / "log.db")}

        assert command(*(word.format(**places) for word in words)).exit_code == 2


class TestContents:
    """What lies in a bundle is what the entries say."""

    def test_whole(self, made: Made) -> None:
        """All entries, all values, nothing left out."""
        verdict = verify_bundle(made.whole, Trust(made.vkey), reports="anew")

        assert (verdict.word, verdict.size, verdict.entries) == (Word.INTACT, SIZE, SIZE)
        assert (verdict.left_out, verdict.erased, verdict.withheld) == ((), 0, 0)

    def test_period(self, made: Made) -> None:
        """Entries outside the period are there as hashes only, and their places are named."""
        verdict = verify_bundle(made.period, Trust(made.vkey), reports="anew")
        ((first, last),) = verdict.left_out

        assert verdict.word == Word.FILTERED
        assert (first, verdict.entries) == (0, SIZE - 1 - last)
        assert 0 < last < OLDER
        assert b"thing:1," not in b"".join(members_of(made.period).values())

    def test_period_of_nothing(self, made: Made, tmp_path: Path) -> None:
        """A period in which nothing happened still proves how many entries there are."""
        address = f"sqlite:///{made.folder / 'log.db'}"
        words = ("--out", tmp_path / "none.zip", "--to", "2001-01-01T00:00:00Z", "--database", address)
        command("export", "--log", HOUSE, *words)
        verdict = verify_bundle(tmp_path / "none.zip", Trust(made.vkey), reports="anew")

        assert (verdict.word, verdict.entries, verdict.left_out) == (Word.FILTERED, 0, ((0, SIZE - 1),))

    def test_table_opens_no_formula(self, made: Made) -> None:
        """No cell of the table begins what a spreadsheet would run."""
        rows = list(csv.reader(io.StringIO(members_of(made.whole)["report.csv"].decode())))

        assert len(rows) == SIZE + 1
        assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]
        assert json.loads(rows[6][7])["place"] == "=suite 2"

    def test_page_is_escaped(self, made: Made) -> None:
        """What somebody wrote as a name is text on the page."""
        page = members_of(made.whole)["report.html"].decode()

        assert "Ann &lt;5&gt;" in page
        assert "Ann <5>" not in page
        assert "default-src 'none'" in page

    def test_events_name_their_entry(self, made: Made) -> None:
        """Each event names the log, the place and the leaf, so that a copy elsewhere can be held against the log."""
        members = members_of(made.whole)
        event = json.loads(members["events.ocsf.jsonl"].splitlines()[256])
        first = members["tile/entries/001"]
        attestation = event["attestation_list"][0]

        assert attestation["uid"] == f"{ORIGIN}/house/256"
        assert event["raw_data_hash"]["value"] == leaf_hash(first[2 : 2 + int.from_bytes(first[:2])]).hex()
        assert event["type_uid"] == event["class_uid"] * 100 + event["activity_id"]
        assert datetime.fromtimestamp(event["time"] / 1000, UTC).year > 2000

    def test_sums_are_those_of_sha256sum(self, made: Made) -> None:
        """Every member but the list itself is on the list."""
        members = members_of(made.whole)
        listed = dict(line.split("  ")[::-1] for line in members.pop("SHA256SUMS").decode().splitlines())

        assert listed == {name: hashlib.sha256(raw).hexdigest() for name, raw in members.items()}


def test_export_is_itself_a_fact(signed: str, tmp_path: Path) -> None:
    """The house log says which log was handed on, how much of it, and of which period."""
    until = "2030-01-01T00:00:00Z"
    command("export", "--log", HOUSE, "--out", tmp_path / "out.zip", "--to", until, "--database", signed)
    database = Database(signed)
    with database.reading() as session:
        entry = session.scalars(select(Entry).where(Entry.kind == LogExported.kind)).one()
    database.close()
    said = json.loads(entry.body)["data"]

    assert (said["log"], said["since"], said["until"]) == ("house", None, "2030-01-01T00:00:00.000000Z")
    assert said["size"] == said["disclosed"] > 0
