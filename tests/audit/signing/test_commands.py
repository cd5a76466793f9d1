"""``answerprint audit key``: revoke, add, seal and show; what broke off is ended by running it again."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from answerprint.core.actor import SYSTEM
from audit.cli.key_change import House, compromise, mldsa_addition, rotation
from audit.keys import load_key, load_mldsa_key, make_key
from audit.note import parse_note
from audit.record import HOUSE
from audit.service.checkpoints import publish_checkpoint
from audit.succession import KeyState
from tests.audit.signing.commands import PASSPHRASE, broken_off, names, publish_all, run, succession, vkey


class TestCompromised:
    """A key in wrong hands is replaced and revoked."""

    @pytest.mark.parametrize("after", [0, 1, 2, 3, 4])
    def test_ends_what_was_broken_off(self, keyed: House, log_key: Ed25519PrivateKey, after: int) -> None:
        """After any step: the command is run again, and what was said of the old key the first time stays."""
        broken_off(compromise(keyed, stands={HOUSE: 1}), after)
        if after < 4:
            assert run("compromised", "--stands", "house=1")[0] == 0
        new = load_key(keyed.files.key)

        assert names(keyed) == ["log.pem", keyed.files.ended("revoked", log_key).name]
        for log, note in publish_all(keyed, new).items():
            chain = succession(keyed, log)
            assert chain.standing(vkey(log_key, log)).state is KeyState.REVOKED
            assert chain.current.vkey == vkey(new, log)
            assert [one.key_id for one in parse_note(note).signatures] == [chain.current.verifier.key.key_id]

    def test_takes_over_from_a_rotation_that_broke_off(self, keyed: House, log_key: Ed25519PrivateKey) -> None:
        """A key that was handed over a moment ago is revoked, and the new key of then is the one of now."""
        broken_off(rotation(keyed), 2)

        assert run("compromised")[0] == 0
        assert succession(keyed).standing(vkey(log_key)).state is KeyState.REVOKED
        assert succession(keyed).current.vkey == vkey(load_key(keyed.files.key))

    def test_thief_cannot_stop_it_by_the_second_place(self, keyed: House, log_key: Ed25519PrivateKey) -> None:
        """What the stolen key signed into the second place stops the publishing, and not the revocation."""
        assert keyed.second_place is not None
        forged = b"signed by a thief"
        keyed.second_place.swap(HOUSE, expected=keyed.second_place.last(HOUSE), new=forged)
        code, output = run("compromised")

        assert code == 1
        assert "has something in its place" in output
        assert succession(keyed).standing(vkey(log_key)).state is KeyState.REVOKED

    def test_former_key_is_revoked_from_its_file(self, keyed: House, log_key: Ed25519PrivateKey) -> None:
        """The key that signs stays where it is."""
        assert run("rotate")[0] == 0
        former = keyed.files.ended("former", log_key)
        before = succession(keyed).current.vkey
        code, output = run("compromised", "--revoked", str(former), "--stands", "house=2")

        assert code == 0
        assert "up to 2 entries stands, as you named it" in output
        assert succession(keyed).current.vkey == before == vkey(load_key(keyed.files.key))
        assert not keyed.files.new.exists()

    @pytest.mark.parametrize("stands", ["house", "house=", "house=-1", "house=01", "=1"])
    def test_malformed_size_is_not_tried(self, keyed: House, stands: str) -> None:
        """A size in another form is refused; so is one of no log."""
        assert run("compromised", "--stands", stands)[0] in (1, 2)
        assert len(succession(keyed).periods) == 1


class TestAddMlDsa:
    """A second algorithm beside the first."""

    @pytest.mark.parametrize("after", [0, 1, 2, 3])
    def test_ends_what_was_broken_off(self, keyed: House, log_key: Ed25519PrivateKey, after: int) -> None:
        """After any step: the command is run again, and one key was added."""
        broken_off(mldsa_addition(keyed), after)
        code, output = run("add-mldsa")
        beside = load_mldsa_key(keyed.files.mldsa_or_usual)
        with keyed.database.transaction() as session:
            note = publish_checkpoint(
                session, SYSTEM, log_name=HOUSE, key=log_key, beside=beside, second_place=keyed.second_place
            ).note

        assert code == 0
        assert "ANSWERPRINT_MLDSA_KEY_FILE=" in output
        assert len(parse_note(note).signatures) == 2

    def test_rotation_afterwards_signs_with_both(self, keyed: House, monkeypatch: pytest.MonkeyPatch) -> None:
        """The new key has the same key beside it; without its setting the command says so and can be ended later."""
        assert run("add-mldsa")[0] == 0
        code, output = run("rotate")
        monkeypatch.setenv("ANSWERPRINT_MLDSA_KEY_FILE", str(keyed.files.mldsa_or_usual))

        assert code == 1
        assert "Name its file in ANSWERPRINT_MLDSA_KEY_FILE" in output
        assert run("rotate")[0] == 0
        assert len(succession(keyed).periods) == 2


class TestSealAndShow:
    """How the files lie."""

    def test_seals_every_key_file_once(self, keyed: House, tmp_path: Path, log_key: Ed25519PrivateKey) -> None:
        """Both keys are sealed; a second run finds nothing to do."""
        assert run("add-mldsa")[0] == 0
        (tmp_path / "passphrase").write_text(PASSPHRASE)
        (tmp_path / "passphrase").chmod(0o600)
        first = run("seal", "--passphrase-file", str(tmp_path / "passphrase"))
        second = run("seal", "--passphrase-file", str(tmp_path / "passphrase"))

        assert (first[0], second[0]) == (0, 0)
        assert first[1].count("is sealed.") == 2
        assert second[1].count("is sealed.") == 0
        assert load_key(keyed.files.key, PASSPHRASE).private_bytes_raw() == log_key.private_bytes_raw()
        load_mldsa_key(keyed.files.mldsa_or_usual, PASSPHRASE)

    def test_sealed_with_another_passphrase_changes_nothing(self, keyed: House, tmp_path: Path) -> None:
        """Where one file is sealed with another passphrase, none is sealed."""
        make_key(keyed.files.new, PASSPHRASE + "!")
        (tmp_path / "passphrase").write_text(PASSPHRASE)
        (tmp_path / "passphrase").chmod(0o600)

        assert run("seal", "--passphrase-file", str(tmp_path / "passphrase"))[0] == 1
        load_key(keyed.files.key)

    def test_seal_without_a_passphrase_is_not_tried(self, keyed: House) -> None:
        """It is named by the option or by the setting."""
        assert run("seal")[0] == 2
        load_key(keyed.files.key)

    def test_shows_what_became_of_each_key(self, keyed: House, log_key: Ed25519PrivateKey) -> None:
        """Superseded, revoked, signing, beside; and a change that was begun."""
        assert run("rotate")[0] == 0
        second = load_key(keyed.files.key)
        assert run("compromised", "--stands", "house=3")[0] == 0
        assert run("add-mldsa")[0] == 0
        broken_off(rotation(keyed), 1)
        code, output = run("show")

        assert code == 0
        assert f"superseded at 2 entries: {vkey(log_key)}" in output
        assert f"revoked; stands up to 3 entries: {vkey(second)}" in output
        assert succession(keyed).current.vkey in output
        assert "signs beside:" in output
        assert "begun and not ended" in output
        assert f"{keyed.files.key}: not sealed" in output
