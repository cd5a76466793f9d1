"""``answerprint witness`` as the house runs it: its policies and settings, and a witness that knows another history."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from answerprint.core.db import Database
from audit.record import HOUSE
from tests.audit.witness.grounds import COSIGNER, LOG
from tests.audit.witness.staff import Staff, ran
from tests.audit.witness.watched_house import House
from tests.audit.witness.watchers import NOWHERE, all_served, write_policy


@pytest.fixture(name="house")
def _house(database: Database, database_url: str, log_key: Ed25519PrivateKey, tmp_path: Path) -> tuple[str, str]:
    """A house with a signed checkpoint: the database's address, and its log's verifier key."""
    house = House(database, log_key, tmp_path)
    house.sign()
    return database_url, house.signer.vkey


class TestPolicies:
    """`answerprint witness policy check`."""

    def test_says_what_is_in_force(self, tmp_path: Path, house: tuple[str, str]) -> None:
        """Each log of the house is named, with its witnesses and its rule, or that it has none."""
        folder, client = tmp_path / "policies", Staff(tmp_path, house[1])
        checking = ("policy", "check", "--policies", folder, "--database", house[0])
        without = ran(*checking)
        write_policy(
            folder, HOUSE, house[1], {"client": (client.vkey, "https://w.example")}, "quorum client", fail="closed"
        )
        code, output = ran(*checking)

        assert without == (0, "house: no policy is in force, no witness is asked\n")
        assert code == 0, output
        assert output.startswith(
            "house: fails closed, from 2026-01-01T00:00:00.000000Z\n  witness client: https://w.ex"
        )
        assert "  quorum client, SHA-256 " in output

    def test_policy_that_fits_no_log(self, tmp_path: Path, house: tuple[str, str]) -> None:
        """A policy that does not name the log's key, one of a log that is none, and one of another name exit with 1."""
        folder, checking = tmp_path / "policies", ("policy", "check", "--database", house[0])
        write_policy(folder, HOUSE, LOG.vkey, {}, "quorum none", fail="open")
        other_key = ran(*checking, "--policies", folder)
        write_policy(folder, "licensor-x", house[1], {}, "quorum none", fail="open")
        no_log = ran(*checking, "--policies", folder)
        (folder / "house.policy").write_text("quorum none\n", encoding="utf-8")
        other_name = ran(*checking, "--policies", folder)

        assert (other_key[0], no_log[0], other_name[0]) == (1, 1, 1)
        assert f"does not name the key that signs it now: log {house[1]}" in other_key[1]
        assert "There is no log named licensor-x." in no_log[1]
        assert f"{folder / 'house.policy'} is no policy" in other_name[1]


class TestSettings:
    """Where no database is named."""

    def test_settings_are_used(self, tmp_path: Path, house: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
        """`mail`, `submit` and `collect` take the database of the settings, as the commands of the audit do."""
        monkeypatch.setenv("ANSWERPRINT_DATABASE", house[0])
        monkeypatch.setenv("ANSWERPRINT_HOME", str(tmp_path))
        letter = tmp_path / "letter.txt"

        assert ran("mail", "--log", "house", "--out", letter)[0] == 0
        assert letter.read_bytes().startswith(b"old 0\n\n")
        assert ran("submit", "--log", "house", "--url", NOWHERE, "--witness", COSIGNER.key.vkey)[0] == 1
        monkeypatch.delenv("ANSWERPRINT_DATABASE")
        monkeypatch.setenv("ANSWERPRINT_HOME", str(tmp_path / "nothing"))
        assert ran("mail", "--log", "house") == (2, ran("mail", "--log", "house")[1])


class TestSplitView:
    """A witness that knows another history of this house."""

    @pytest.mark.parametrize("command", ["submit", "collect"])
    def test_ends_the_command_and_is_kept(
        self, tmp_path: Path, database: Database, log_key: Ed25519PrivateKey, command: str
    ) -> None:
        """Nothing is written out; the evidence is a file that proves it offline, and a fact."""
        house, out = House(database, log_key, tmp_path), tmp_path / "out.txt"
        size = house.sign()
        a = house.watcher("a")
        a.has_seen(house.signer, size, bytes(32))
        url = database.engine.url.render_as_string(hide_password=False)
        to = ("--database", url, "--log", HOUSE, "--evidence", tmp_path / "evidence", "--out", out)
        with all_served(a.app) as (at_a,):
            house.policy({"a": (a.vkey, at_a)}, "quorum none", fail="open")
            (policy,) = (tmp_path / "policies").iterdir()
            asking = {
                "submit": ("submit", "--url", at_a, "--witness", a.vkey),
                "collect": ("collect", "--policy", policy, "--fail", "open"),
            }
            code, output = ran(*asking[command], *to)
        (evidence,) = (tmp_path / "evidence").iterdir()

        assert code == 1
        assert f"has a checkpoint of {size} entries (two-roots), and here are {size}" in output
        assert not out.exists()
        assert house.told() == ["audit.split-view.found"]
        assert ran("check-evidence", evidence, "--key", house.signer.vkey)[0] == 0
