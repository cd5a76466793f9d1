"""A key that was lost: another signs in its place, on its word alone, and every verdict says so."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.problems import Invalid
from audit.checkpoint import parse_checkpoint
from audit.cli.key_change import House, replacement
from audit.cosignature import Cosigner
from audit.errors import UnknownKey
from audit.keys import load_key
from audit.note import parse_note
from audit.queries.logs import log_named, public_text
from audit.queries.tree import tile_reader
from audit.record import HOUSE
from audit.service.checkpoints import KeyMismatch
from audit.service.keys import NotTheLogsKey, replace_lost_key, report_compromise
from audit.signing import SigningKey
from audit.succession import KeyState
from audit.tree import consistency_proof
from audit.verification import Verification, verify_database
from audit.witness.cosigning import OldSizeDiffers, Witness, trusted_logs
from audit.witness.store import Store, make_store
from audit.witness.submission import Submission
from tests.audit.signing.commands import broken_off, names, publish_all, run, vkey
from tests.audit.signing.commands import succession as keyed_succession
from tests.audit.signing.making import LICENSOR, NEW, NEWER, happen, publish, rotate, said, succession

GROUND = "the disk and its only copy burnt"


def replace(database: Database, new: SigningKey = NEW) -> dict[str, int]:
    """Have a key take the place of the lost one; return where, by log."""
    with database.transaction() as session:
        return {one.log: one.since for one in replace_lost_key(session, SYSTEM, new=new, ground=GROUND)}


def verdict(database: Database, *keys: Ed25519PrivateKey) -> Verification:
    """Verify with these keys."""
    with database.reading() as session:
        return verify_database(session, trusted_keys={public_text(key.public_key()) for key in keys})


class TestReplacement:
    """What is recorded, who signs, and what is believed."""

    def test_log_says_so_on_the_new_keys_word(self, burgled: Database, log_key: Ed25519PrivateKey) -> None:
        """Each log says which key was lost and why, by a statement that the new key alone signed."""
        sizes = replace(burgled)

        for log in (HOUSE, LICENSOR):
            (told,) = said(burgled, "audit.key.replaced", log)
            assert (told["old_key"], told["new_key"]) == (vkey(log_key, log), vkey(NEW, log))
            assert (told["since"], told["ground"]) == (sizes[log], GROUND)
            assert len(parse_note(str(told["statement"]).encode()).signatures) == 1

    def test_only_the_new_key_signs(self, burgled: Database, log_key: Ed25519PrivateKey) -> None:
        """From then on the lost key, found again, signs nothing."""
        replace(burgled)
        with pytest.raises(KeyMismatch):
            publish(burgled, log_key)

        assert len(parse_note(publish(burgled, NEW)).signatures) == 1

    def test_new_key_given_from_outside_holds(self, burgled: Database) -> None:
        """Who was given the new key finds that all holds, what the lost key signed too."""
        replace(burgled)
        for log in (LICENSOR, HOUSE):
            publish(burgled, NEW, log)

        assert verdict(burgled, NEW).holds

    def test_lost_key_does_not_hold(self, burgled: Database, log_key: Ed25519PrivateKey) -> None:
        """Who has the old key only is told, at how many entries it was lost and what would convince him."""
        size = replace(burgled)[HOUSE]
        for log in (LICENSOR, HOUSE):
            publish(burgled, NEW, log)
        told = [str(finding) for finding in verdict(burgled, log_key).findings]

        assert any(f"given was lost at {size} entries" in one and "without its signature" in one for one in told)

    def test_key_that_handed_over_before_does_not_hold(self, burgled: Database, log_key: Ed25519PrivateKey) -> None:
        """A key whose heir was lost leads no further than that heir."""
        rotate(burgled, log_key, NEW)
        replace(burgled, NEWER)
        for log in (LICENSOR, HOUSE):
            publish(burgled, NEWER, log)

        assert not verdict(burgled, log_key).holds
        assert succession(burgled).standing(vkey(log_key)).state is KeyState.REPLACED

    def test_again_changes_nothing(self, burgled: Database) -> None:
        """A log that the key signs already stays as it is."""
        replace(burgled)

        assert replace(burgled) == {}

    def test_lost_key_that_turns_up_can_be_revoked(self, burgled: Database, log_key: Ed25519PrivateKey) -> None:
        """Who finds it may be anybody: it is revoked as any former key."""
        replace(burgled)
        with burgled.transaction() as session:
            report_compromise(session, SYSTEM, revoked=log_key, new=NEW)

        assert succession(burgled).standing(vkey(log_key)).state is KeyState.REVOKED

    def test_no_ground_is_refused(self, burgled: Database) -> None:
        """Why it was lost stands on the log."""
        with burgled.transaction() as session, pytest.raises(Invalid, match="ground"):
            replace_lost_key(session, SYSTEM, new=NEW, ground=" ")

    def test_former_key_does_not_come_back(self, burgled: Database, log_key: Ed25519PrivateKey) -> None:
        """A key that signed the log once is no heir."""
        rotate(burgled, log_key, NEW)
        with burgled.transaction() as session, pytest.raises(NotTheLogsKey, match="never comes back"):
            replace_lost_key(session, SYSTEM, new=log_key, ground=GROUND)


class TestWitness:
    """A witness across the change."""

    def test_told_of_the_new_key_it_goes_on(
        self, burgled: Database, log_key: Ed25519PrivateKey, tmp_path: Path
    ) -> None:
        """It refuses the new key until it is told; then the same store holds the new key to what it cosigned before."""
        key = Cosigner("witness.example/w1", Ed25519PrivateKey.generate())
        make_store(tmp_path / "witness.db", key.key.vkey)
        witness, told = (
            Witness(key, trusted_logs(known), Store(tmp_path / "witness.db"), lambda _: None)
            for known in ([vkey(log_key)], [vkey(log_key), vkey(NEW)])
        )
        before = publish(burgled, log_key)
        witness.cosign(Submission(0, (), before), now=1)
        replace(burgled)
        note, old = publish(burgled, NEW), parse_checkpoint(parse_note(before).text).size
        with burgled.reading() as session:
            log, size = log_named(session, HOUSE), parse_checkpoint(parse_note(note).text).size
            proof = tuple(consistency_proof(old, size, tile_reader(session, log, size)))

        with pytest.raises(UnknownKey):
            witness.cosign(Submission(old, proof, note), now=2)
        with pytest.raises(OldSizeDiffers):
            told.cosign(Submission(0, (), note), now=2)
        assert told.cosign(Submission(old, proof, note), now=2).startswith("\u2014 witness.example/w1 ")


class TestCommand:
    """``answerprint audit key replace-lost``."""

    @pytest.mark.parametrize("after", [0, 1, 2, 3])
    def test_ends_what_was_broken_off(self, keyed: House, log_key: Ed25519PrivateKey, after: int) -> None:
        """After any step: the command is run again, and there is one new key in the lost one's place."""
        keyed.files.key.unlink()
        broken_off(replacement(keyed, ground=GROUND), after)
        code, output = run("replace-lost", "--ground", GROUND)
        new = load_key(keyed.files.key)

        assert code == 0, output
        assert vkey(new) in output
        assert names(keyed) == ["log.pem"]
        assert len(keyed_succession(keyed).periods) == 2
        for log, note in publish_all(keyed, new).items():
            assert keyed_succession(keyed, log).standing(vkey(log_key, log)).state is KeyState.REPLACED
            assert len(parse_note(note).signatures) == 1

    def test_other_key_lost_too(
        self, keyed: House, log_key: Ed25519PrivateKey, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Where the ML-DSA-44 key went the same way, the next command makes another, and signs."""
        run("add-mldsa")
        monkeypatch.setenv("ANSWERPRINT_MLDSA_KEY_FILE", str(keyed.files.mldsa_or_usual))
        keyed.files.key.unlink()
        keyed.files.mldsa_or_usual.unlink()

        assert "run 'add-mldsa' next" in run("replace-lost", "--ground", GROUND)[1]
        assert run("add-mldsa")[0] == 0
        assert verdict(keyed.database, load_key(keyed.files.key)).holds
        assert not verdict(keyed.database, log_key).holds

    def test_key_that_is_there_is_not_lost(self, keyed: House) -> None:
        """Where a key file lies it is handed over by its own signature, or moved away by whoever says it is dead."""
        code, output = run("replace-lost", "--ground", GROUND)

        assert code == 1
        assert "hand over with 'rotate'" in output
        assert len(keyed_succession(keyed).periods) == 1

    def test_ground_is_asked_for(self, keyed: House) -> None:
        """Without a ground nothing is tried."""
        keyed.files.key.unlink()

        assert run("replace-lost")[0] == 2
        assert names(keyed) == []

    def test_database_that_was_put_back_is_not_signed(self, keyed: House, tmp_path: Path) -> None:
        """The second place is asked first: an older database gets no new key."""
        keyed.files.key.unlink()
        happen(keyed.database)
        (tmp_path / "second-place" / "house.checkpoint").write_bytes(b"something else")
        code, output = run("replace-lost", "--ground", GROUND)

        assert code == 1
        assert "second place" in output or "in its place" in output

    def test_show_says_that_it_was_lost(self, keyed: House, log_key: Ed25519PrivateKey) -> None:
        """The list of keys has a word for it."""
        keyed.files.key.unlink()
        run("replace-lost", "--ground", GROUND)

        assert f"entries: {vkey(log_key)}" in next(
            line for line in run("show")[1].splitlines() if "lost; replaced at" in line
        )
