"""A key lies in a file that only its owner may read, sealed where the house wants it, and is never half written."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from audit.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from audit.keys import (
    LogKeys,
    UnusableKeyError,
    is_sealed,
    load_key,
    load_mldsa_key,
    make_key,
    make_mldsa_key,
    open_keys,
    read_passphrase,
    seal_key,
)
from audit.note import Signer, Verifier

PASSPHRASE = "correct horse battery staple"


def written(path: Path, text: str | bytes, mode: int = 0o600) -> Path:
    """Write a file with a mode."""
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    path.chmod(mode)
    return path


class TestSealedKey:
    """A key file sealed with a passphrase."""

    @pytest.mark.parametrize(("make", "load"), [(make_key, load_key), (make_mldsa_key, load_mldsa_key)])
    def test_opens_with_its_passphrase_only(
        self, tmp_path: Path, make: Callable[..., Ed25519PrivateKey], load: Callable[..., Ed25519PrivateKey]
    ) -> None:
        """Right passphrase: the key. None, or another: a sentence that says which."""
        path = tmp_path / "log.pem"
        key = make(path, PASSPHRASE)

        assert load(path, PASSPHRASE).public_key() == key.public_key()
        assert is_sealed(path)
        with pytest.raises(UnusableKeyError, match="is sealed, and no passphrase was given"):
            load(path)
        with pytest.raises(UnusableKeyError, match="does not open: another passphrase"):
            load(path, PASSPHRASE + "!")

    def test_sealing_keeps_the_key(self, tmp_path: Path) -> None:
        """The file is replaced whole: same key, closed to others, nothing left beside it."""
        path = tmp_path / "log.pem"
        key = make_key(path)
        seal_key(path, PASSPHRASE)

        assert load_key(path, PASSPHRASE).private_bytes_raw() == key.private_bytes_raw()
        assert path.stat().st_mode & 0o777 == 0o600
        assert list(tmp_path.iterdir()) == [path]

    def test_sealing_fails_whole(self, tmp_path: Path) -> None:
        """Where the new file cannot be written the old one stands."""
        path = tmp_path / "keys" / "log.pem"
        key = make_key(path)
        (tmp_path / "keys" / f".log.pem.{os.getpid()}").mkdir()

        with pytest.raises(OSError, match="directory"):
            seal_key(path, PASSPHRASE)
        assert load_key(path).private_bytes_raw() == key.private_bytes_raw()

    def test_key_believed_sealed_is_not_used_open(self, tmp_path: Path) -> None:
        """Who set a passphrase hears that the file is open."""
        make_key(tmp_path / "log.pem")

        with pytest.raises(UnusableKeyError, match="is not sealed, though a passphrase was given"):
            load_key(tmp_path / "log.pem", PASSPHRASE)

    def test_sealed_key_is_not_sealed_again(self, tmp_path: Path) -> None:
        """A sealed file stays as it is."""
        make_key(tmp_path / "log.pem", PASSPHRASE)

        with pytest.raises(UnusableKeyError, match="is sealed"):
            seal_key(tmp_path / "log.pem", PASSPHRASE)


class TestPassphrase:
    """The one line of a file that only its owner may read."""

    @pytest.mark.parametrize("text", [PASSPHRASE, f"{PASSPHRASE}\n"])
    def test_line_is_the_passphrase(self, tmp_path: Path, text: str) -> None:
        """With its newline or without it."""
        assert read_passphrase(written(tmp_path / "passphrase", text)) == PASSPHRASE

    def test_no_file_is_no_passphrase(self) -> None:
        """A house without the setting has none."""
        assert read_passphrase(None) is None

    @pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
    def test_file_open_to_others_is_refused(self, tmp_path: Path, mode: int) -> None:
        """The sentence says how to close it."""
        path = written(tmp_path / "passphrase", PASSPHRASE, mode)

        with pytest.raises(UnusableKeyError, match=f"passphrase file {path} is open to others. Run: chmod 600"):
            read_passphrase(path)

    @pytest.mark.parametrize(
        ("text", "sentence"),
        [
            (b"", "has not 20 to 1000"),
            (b"short", "has not 20 to 1000"),
            (b"x" * 1001, "has not 20 to 1000"),
            (f"{PASSPHRASE}\n\n".encode(), "more than one line"),
            (f"{PASSPHRASE}\r\n".encode(), "more than one line"),
            (b"\xff" * 30, "not text in UTF-8"),
        ],
    )
    def test_anything_else_is_refused(self, tmp_path: Path, text: bytes, sentence: str) -> None:
        """Empty, short, long, of two lines: each has its sentence."""
        with pytest.raises(UnusableKeyError, match=sentence):
            read_passphrase(written(tmp_path / "passphrase", text))

    def test_missing_file_is_said(self, tmp_path: Path) -> None:
        """A setting that names no file is no house without a passphrase."""
        with pytest.raises(UnusableKeyError, match="cannot be read: No such file"):
            read_passphrase(tmp_path / "nowhere")


class TestKeysOfAHouse:
    """What a service opens when it starts."""

    def test_both_keys_open_with_one_passphrase(self, tmp_path: Path) -> None:
        """The Ed25519 key, and the ML-DSA-44 key beside it."""
        first = make_key(tmp_path / "log.pem", PASSPHRASE)
        beside = make_mldsa_key(tmp_path / "log.mldsa.pem", PASSPHRASE)
        passphrase = written(tmp_path / "passphrase", PASSPHRASE)
        keys = open_keys(tmp_path / "log.pem", passphrase, tmp_path / "log.mldsa.pem")

        assert keys.signing.public_key() == first.public_key()
        assert keys.beside is not None
        assert keys.beside.public_key() == beside.public_key()

    def test_without_the_second_there_is_one(self, tmp_path: Path) -> None:
        """A house without the setting signs with one key."""
        make_key(tmp_path / "log.pem")

        assert open_keys(tmp_path / "log.pem").beside is None

    def test_one_kind_is_not_taken_for_the_other(self, tmp_path: Path) -> None:
        """Files changed over are said, not signed with."""
        make_key(tmp_path / "log.pem")
        make_mldsa_key(tmp_path / "log.mldsa.pem")
        other = X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        written(tmp_path / "other.pem", other)

        with pytest.raises(UnusableKeyError, match="does not hold an Ed25519 key"):
            load_key(tmp_path / "log.mldsa.pem")
        with pytest.raises(UnusableKeyError, match="does not hold an ML-DSA-44 key"):
            load_mldsa_key(tmp_path / "log.pem")
        with pytest.raises(UnusableKeyError, match="holds neither"):
            load_key(tmp_path / "other.pem")

    @pytest.mark.parametrize("make", [make_key, make_mldsa_key])
    def test_file_is_never_written_over(self, tmp_path: Path, make: Callable[..., object]) -> None:
        """Whatever lies there stays, and nothing is left beside it."""
        path = written(tmp_path / "log.pem", "something")

        with pytest.raises(FileExistsError):
            make(path)
        assert path.read_text() == "something"
        assert list(tmp_path.iterdir()) == [path]


class DeviceKey:
    """A key that never leaves its device, as a PKCS#11 one would be: it signs, and tells its public half."""

    def __init__(self) -> None:
        self._inside = Ed25519PrivateKey.generate()

    def sign(self, text: bytes, /) -> bytes:
        """Sign on the device."""
        return self._inside.sign(text)

    def public_key(self) -> Ed25519PublicKey:
        """Tell the public half."""
        return self._inside.public_key()


def test_key_on_a_device_signs_a_checkpoint() -> None:
    """Whatever signs and tells its public half will do."""
    keys = LogKeys(DeviceKey())
    signer = Signer("house.example/log", keys.signing)
    raw = sign_checkpoint(Checkpoint("house.example/log", 3, bytes(32)), signer)

    assert open_checkpoint(raw, Verifier.from_vkey(signer.vkey), "house.example/log").size == 3
