"""``answerprint audit key rotate``: what is begun is ended by running it again, wherever it broke off."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from answerprint.core.actor import SYSTEM
from audit.checkpoint import Checkpoint, sign_checkpoint
from audit.cli.key_change import House, rotation
from audit.keys import load_key, seal_key
from audit.note import Signer, parse_note
from audit.record import HOUSE
from audit.service.checkpoints import publish_checkpoint
from tests.audit.signing.commands import (
    LICENSOR,
    PASSPHRASE,
    broken_off,
    names,
    publish_all,
    run,
    signed_after,
    succession,
    vkey,
)
from tests.conftest import ORIGIN


class TestRotate:
    """A new key for every log, and then for the house."""

    @pytest.mark.parametrize("after", [0, 1, 2, 3, 4])
    def test_ends_what_was_broken_off(self, keyed: House, log_key: Ed25519PrivateKey, after: int) -> None:
        """After any step: the command is run again, and each log is handed over once, to the key in the file."""
        broken_off(rotation(keyed), after)
        if after < 4:
            code, output = run("rotate")
            assert code == 0
            assert "Restart the service now" in output
        new = load_key(keyed.files.key)
        former = keyed.files.ended("former", log_key)

        assert names(keyed) == ["log.pem", former.name]
        assert load_key(former).private_bytes_raw() == log_key.private_bytes_raw()
        publish_all(keyed, new)
        for log in (HOUSE, LICENSOR):
            chain = succession(keyed, log)
            assert [period.vkey for period in chain.periods] == [vkey(log_key, log), vkey(new, log)]
            (note,) = signed_after(keyed, log, chain.current.since)
            assert [one.key_id for one in parse_note(note).signatures] == [
                period.verifier.key.key_id for period in reversed(chain.periods)
            ]

    def test_broken_off_between_the_two_names(self, keyed: House, log_key: Ed25519PrivateKey) -> None:
        """The old key has its second name and the new one is not in place yet: both are whole, and it is ended."""
        broken_off(rotation(keyed), 3)
        former = keyed.files.ended("former", log_key)
        former.hardlink_to(keyed.files.key)

        assert run("rotate")[0] == 0
        assert names(keyed) == ["log.pem", former.name]
        assert load_key(former).private_bytes_raw() == log_key.private_bytes_raw()

    def test_broken_off_between_two_logs(self, keyed: House, log_key: Ed25519PrivateKey) -> None:
        """One log is published with the new key, the other not: it goes on there, and each has both lines once."""
        broken_off(rotation(keyed), 2)
        with keyed.database.transaction() as session:
            new, place = load_key(keyed.files.new), keyed.second_place
            publish_checkpoint(session, SYSTEM, log_name=LICENSOR, key=new, former=log_key, second_place=place)

        assert run("rotate")[0] == 0
        for log in (HOUSE, LICENSOR):
            (note,) = signed_after(keyed, log, succession(keyed, log).current.since)
            assert len(parse_note(note).signatures) == 2

    def test_older_database_is_handed_nothing(self, keyed: House, log_key: Ed25519PrivateKey) -> None:
        """Where the second place knows more than the database, the key stays; put right, it goes on."""
        assert keyed.second_place is not None
        kept = keyed.second_place.last(HOUSE) or b""
        newer = sign_checkpoint(Checkpoint(f"{ORIGIN}/house", 99, bytes(32)), Signer(f"{ORIGIN}/house", log_key))
        keyed.second_place.swap(HOUSE, expected=kept, new=newer)
        code, output = run("rotate")

        assert code == 1
        assert "the database was put back" in output
        assert "run the same command again" in output
        assert succession(keyed).current.vkey == vkey(log_key)
        keyed.second_place.swap(HOUSE, expected=newer, new=kept)
        assert run("rotate")[0] == 0

    def test_sealed_key_is_followed_by_a_sealed_one(
        self, keyed: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The new key is sealed with the same passphrase before it has its name."""
        (tmp_path / "passphrase").write_text(PASSPHRASE)
        (tmp_path / "passphrase").chmod(0o600)
        seal_key(keyed.files.key, PASSPHRASE)
        without, output = run("rotate")
        monkeypatch.setenv("ANSWERPRINT_KEY_PASSPHRASE_FILE", str(tmp_path / "passphrase"))

        assert without == 1
        assert "is sealed, and no passphrase was given" in output
        assert run("rotate")[0] == 0
        assert vkey(load_key(keyed.files.key, PASSPHRASE)) == succession(keyed).current.vkey

    def test_says_what_to_give_out(self, keyed: House) -> None:
        """The new verifier key of each log is printed, whole."""
        output = run("rotate")[1].split()

        assert {succession(keyed, log).current.vkey for log in (HOUSE, LICENSOR)} < set(output)
