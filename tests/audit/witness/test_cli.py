"""``answerprint witness``: a client's staff run it, and the house asks it."""

import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from audit.cosignature import WITNESS_TYPES, cosigned_at
from audit.note import Signer, Verifier, verify_note
from audit.record import HOUSE, record
from audit.service.checkpoints import publish_checkpoint
from audit.witness.client import submit
from audit.witness.evidence import TWO_ROOTS, Evidence
from audit.witness.exchange import WitnessAddress, WitnessFailed
from audit.witness.store import Store
from tests.audit.witness.grounds import HONEST, LOG, MOST, ORIGIN, Story, prove
from tests.audit.witness.staff import NAME, Staff, ran
from tests.conftest import ORIGIN as HOUSE_ORIGIN
from tests.facts import ThingHappened


@pytest.fixture(name="staff")
def _staff(tmp_path: Path) -> Staff:
    """A client's machine that watches the log of the grounds."""
    return Staff(tmp_path, LOG.vkey)


@pytest.fixture(name="house")
def _house(database: Database, database_url: str, log_key: Ed25519PrivateKey) -> tuple[str, str]:
    """A house with a signed checkpoint: the database's address, and its log's verifier key."""
    with database.transaction() as session:
        record(session, SYSTEM, ThingHappened(about="thing:1", number=7))
    with database.transaction() as session:
        publish_checkpoint(session, SYSTEM, log_name=HOUSE, key=log_key)
    return database_url, Signer(f"{HOUSE_ORIGIN}/house", log_key).vkey


class TestKeyAndStore:
    """What is made once."""

    def test_key_says_what_init_said(self, staff: Staff) -> None:
        """The verifier key is a witness's, and can be printed again."""
        assert ran("key", *staff.files[:2], "--name", NAME) == (0, f"{staff.vkey}\n")

    def test_init_does_not_write_over(self, staff: Staff) -> None:
        """A second time is refused, and what is there stays."""
        assert ran("init", *staff.files, "--name", "other.example")[0] == 1
        assert Store(Path(str(staff.files[3]))).vkey == staff.vkey

    def test_lost_store_is_not_made_anew(self, staff: Staff) -> None:
        """Serving without the store is refused, with what to do."""
        Path(str(staff.files[3])).unlink()
        code, output = ran("serve", *staff.files, *staff.logs)

        assert code == 1
        assert "restore its newest copy" in output

    @pytest.mark.parametrize("options", [("--log", "nonsense"), ("--log", LOG.vkey, "--tls-cert", __file__)])
    def test_options_that_cannot_be(self, staff: Staff, options: tuple[str, ...]) -> None:
        """A key that is none, or half of TLS, is refused before anything is served."""
        assert ran("serve", *staff.files, *options)[0] in {1, 2}


class TestMlDsa:
    """A witness with an ML-DSA-44 key beside the first."""

    def test_made_printed_and_used(self, staff: Staff, tmp_path: Path) -> None:
        """`init` makes it too, `key` prints both verifier keys, and a cosigned checkpoint has both lines."""
        (tmp_path / "other").mkdir()
        files = ("--key-file", tmp_path / "other" / "w.pem", "--store", tmp_path / "other" / "w.db")
        beside = ("--mldsa-key", tmp_path / "other" / "w.mldsa.pem")
        code, output = ran("init", *files, *beside, "--name", NAME)
        verifiers = [Verifier.from_vkey(vkey, WITNESS_TYPES) for vkey in output.split()]
        first = tmp_path / "first.txt"
        first.write_bytes(HONEST.checkpoint(7))
        lines = ran("cosign", first, *files, *beside, *staff.logs)[1]

        assert code == 0, output
        assert [one.key.signature_type for one in verifiers] == [0x04, 0x06]
        assert ran("key", *files[:2], *beside, "--name", NAME) == (0, output)
        assert len(verify_note(HONEST.checkpoint(7) + lines.encode(), verifiers).keys) == 2


class TestByMail:
    """Checkpoints that come by mail."""

    def test_from_the_house_and_back(self, tmp_path: Path, house: tuple[str, str]) -> None:
        """What the house writes, the staff cosign; the second time they say which proof is due."""
        staff = Staff(tmp_path, house[1])
        letter = tmp_path / "checkpoint.txt"
        assert ran("mail", "--database", house[0], "--log", "house", "--out", letter)[0] == 0
        code, line = ran("cosign", letter, *staff.files, *staff.logs)
        note = letter.read_bytes().partition(b"\n\n")[2]
        again, told = ran("cosign", letter, *staff.files, *staff.logs)
        size = note.split(b"\n")[1].decode()
        ran("mail", "--database", house[0], "--log", "house", "--old", size, "--out", letter)

        assert code == 0
        assert verify_note(note + line.encode(), [staff.verifier]).keys == (staff.verifier.key,)
        assert again == 1
        assert f"answerprint witness mail --old {size}" in told
        assert ran("cosign", letter, *staff.files, *staff.logs)[0] == 0

    def test_bare_checkpoint_and_split_view(self, staff: Staff, tmp_path: Path) -> None:
        """A checkpoint alone is enough at first; another story of it ends in a file that proves it."""
        first, second = tmp_path / "first.txt", tmp_path / "second.txt"
        first.write_bytes(HONEST.checkpoint(7))
        second.write_bytes(Story("other", told=5).submission(7, 7).encode())
        assert ran("cosign", first, *staff.files, *staff.logs)[0] == 0
        code, output = ran("cosign", second, *staff.files, *staff.logs)
        (evidence,) = (tmp_path / "witness.evidence").iterdir()

        assert code == 1
        assert f"SPLIT VIEW: a log has signed two stories. The evidence is in {evidence}" in output
        assert ran("check-evidence", evidence, "--key", LOG.vkey)[1].startswith(f"PROVED: {ORIGIN} signed 7 entries")

    def test_false_accusation(self, tmp_path: Path) -> None:
        """A file that proves nothing exits with 1."""
        path = tmp_path / "accusation.txt"
        path.write_bytes(Evidence(TWO_ROOTS, HONEST.checkpoint(7), HONEST.checkpoint(9)).encode())
        code, output = ran("check-evidence", path, "--key", LOG.vkey)

        assert code == 1
        assert "PROVED" not in output


class TestServed:
    """The real server, in processes of its own."""

    def test_house_submits(self, tmp_path: Path, house: tuple[str, str]) -> None:
        """The newest checkpoint comes back with the witness's cosignature; a refusal exits with 1."""
        staff = Staff(tmp_path, house[1])
        asking = ("--witness", staff.vkey, "--database", house[0], "--log", "house", "--out", tmp_path / "cosigned")
        with staff.serving() as (url, _):
            code, output = ran("submit", "--url", url, *asking)
            assert code == 0, output
            assert ran("submit", "--url", url, *asking)[0] == 0

        verified = verify_note((tmp_path / "cosigned").read_bytes(), [staff.verifier])
        assert abs(cosigned_at(verified.signatures[0]) - time.time()) < 600  # noqa: TID251 - the server asks its clock
        assert ran("submit", "--url", url, *asking)[0] == 1
        assert ran("submit", "--url", "http://witness.example", *asking)[0] == 2

    def test_house_collects_by_policy(self, tmp_path: Path, house: tuple[str, str]) -> None:
        """A policy names log and witnesses; the cosigned checkpoint holds against it offline, the bare one does not."""
        staff, policy, out = Staff(tmp_path, house[1]), tmp_path / "policy", tmp_path / "cosigned"
        asking = ("--policy", policy, "--database", house[0], "--log", "house", "--out", out)
        with staff.serving() as (url, _):
            policy.write_text(f"log {house[1]}\nwitness client {staff.vkey} {url}\nquorum client\n", encoding="utf-8")
            code, output = ran("collect", *asking)
        cosigned = ran("check", out, "--policy", policy)
        closed = ran("collect", *asking)
        opened = ran("collect", *asking, "--fail", "open")

        assert (code, output) == (0, "client: cosigned\n")
        assert cosigned[0] == 0
        assert (closed[0], opened[0]) == (1, 0)
        assert "client: the witness cannot be reached" in opened[1]
        assert ran("check", out, "--policy", policy)[0] == 1

    def test_killed_witness_has_forgotten_nothing_that_it_answered(self, staff: Staff) -> None:
        """Killed in the middle of its work, it has seen at least what it cosigned, and goes on from there."""
        store, answered, sent = Store(Path(str(staff.files[3]))), 0, 0
        for round_number in range(3):
            with staff.serving() as (url, process):
                address = WitnessAddress(url, staff.verifier)
                killer = subprocess.Popen(
                    [sys.executable, "-c", _KILLER, str(process.pid), str(0.05 + round_number * 0.04)]
                )
                with suppress(WitnessFailed):
                    while sent < MOST:
                        sent = answered + 1
                        submit(HONEST.checkpoint(sent), address, prove(HONEST, sent), old=answered)
                        answered = sent
                killer.wait(timeout=20)
            seen = store.latest(ORIGIN)

            assert seen is not None
            assert answered <= seen.size <= sent
            assert seen.root == HONEST.root(seen.size)
            answered = seen.size


_KILLER = "import os, signal, sys, time; time.sleep(float(sys.argv[2])); os.killpg(int(sys.argv[1]), signal.SIGKILL)"
