"""Signed notes: what is written is read, what was signed verifies, and every other byte is refused."""

import base64
import doctest

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from audit import note
from audit.errors import BadSignature, MalformedKey, UnknownKey, VerificationError
from audit.note import (
    ED25519,
    Signature,
    SignatureCheck,
    SignedNote,
    Signer,
    Verifier,
    VerifierKey,
    is_key_name,
    parse_note,
    parse_vkey,
    sign_note,
    verify_note,
)

# C2SP signed-note, commit 5ba5ee8: the example verifier key and the note it verifies.
SPEC_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPEC_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()

# The published example key of golang.org/x/mod/sumdb/note, private half included, and the note it signs there.
GO_NAME = "PeterNeumann"
GO_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)

HOUSE = Signer("house.example/log", Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\x01"))
WITNESS = Signer("witness.example", Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\x02"))
BY_HOUSE = Verifier.from_vkey(HOUSE.vkey)
BY_WITNESS = Verifier.from_vkey(WITNESS.vkey)
LINE = HOUSE.sign("text\n").line()

names = st.text(min_size=1, max_size=20).filter(is_key_name)


class TestVectors:
    """What others published."""

    def test_worked_example_of_the_module_holds(self) -> None:
        """What the module's docstring shows is what happens."""
        outcome = doctest.testmod(note)

        assert outcome.attempted > 0
        assert outcome.failed == 0

    def test_note_of_the_specification_verifies(self) -> None:
        """The example of C2SP signed-note is read, verified, and written back byte for byte."""
        verified = verify_note(SPEC_NOTE, [Verifier.from_vkey(SPEC_VKEY)])

        assert verified.text == "This is an example message.\n"
        assert [key.vkey for key in verified.keys] == [SPEC_VKEY]
        assert parse_note(SPEC_NOTE).encode() == SPEC_NOTE

    def test_go_signs_the_same_bytes(self) -> None:
        """Our signer writes the very note that Go's note package documents for the same key and text."""
        signer = Signer(GO_NAME, Ed25519PrivateKey.from_private_bytes(GO_SEED))

        assert signer.vkey == GO_VKEY
        assert sign_note(GO_TEXT, signer).decode() == f"{GO_TEXT}\n{GO_LINE}"


class TestVerification:
    """Whose signatures count."""

    def test_every_known_key_is_named(self) -> None:
        """A note says which of the trusted keys signed it, and with what."""
        verified = verify_note(sign_note("text\n", HOUSE, WITNESS), [BY_WITNESS, BY_HOUSE])

        assert [key.name for key in verified.keys] == ["house.example/log", "witness.example"]
        assert verified.signatures == (HOUSE.sign("text\n"), WITNESS.sign("text\n"))

    def test_unknown_key_is_ignored(self) -> None:
        """A key nobody told us of neither helps nor harms."""
        verified = verify_note(sign_note("text\n", HOUSE, WITNESS), [BY_HOUSE])

        assert [key.name for key in verified.keys] == ["house.example/log"]

    def test_same_name_with_another_key_is_unknown(self) -> None:
        """Name and key ID together name a key: the right name alone opens nothing."""
        impostor = Signer(HOUSE.name, WITNESS.private_key)

        with pytest.raises(UnknownKey):
            verify_note(sign_note("text\n", impostor), [BY_HOUSE])

    def test_known_key_that_fails_spoils_the_note(self) -> None:
        """One good signature does not make up for a false one by a key we trust."""
        forged = Signature(WITNESS.name, WITNESS.key.key_id, HOUSE.sign("text\n").signature)
        raw = SignedNote("text\n", (HOUSE.sign("text\n"), forged)).encode()

        with pytest.raises(BadSignature, match=r"witness\.example"):
            verify_note(raw, [BY_HOUSE, BY_WITNESS])
        assert verify_note(raw, [BY_HOUSE]).text == "text\n"

    def test_second_signature_by_one_key_is_checked_too(self) -> None:
        """A false signature does not pass in the shadow of a good one by the same key."""
        forged = Signature(HOUSE.name, HOUSE.key.key_id, bytes(64))
        raw = SignedNote("text\n", (HOUSE.sign("text\n"), forged)).encode()

        with pytest.raises(BadSignature):
            verify_note(raw, [BY_HOUSE])

    def test_nobody_trusted_nothing_verified(self) -> None:
        """Without a known key there is no text."""
        with pytest.raises(UnknownKey):
            verify_note(SPEC_NOTE, [])

    def test_every_bit_of_a_note_counts(self) -> None:
        """Turn any bit of a signed note, and it is refused."""
        raw = sign_note("origin\n5\n", HOUSE)
        for place in range(len(raw)):
            for bit in range(8):
                wrong = raw[:place] + bytes([raw[place] ^ 1 << bit]) + raw[place + 1 :]
                with pytest.raises(VerificationError):
                    verify_note(wrong, [BY_HOUSE])

    def test_other_signature_types_enter_by_a_table(self) -> None:
        """A caller who reads more types than 0x01 passes them in; here, one that accepts a single byte string."""
        key = VerifierKey("witness.example", 0xFF, b"made up")

        def check_made_up(known: VerifierKey) -> SignatureCheck:
            def check(text: bytes, signature: bytes) -> None:
                if signature != known.public_key + text:
                    raise BadSignature(known.name)

            return check

        verifier = Verifier.from_vkey(key.vkey, {**note.SIGNATURE_TYPES, 0xFF: check_made_up})
        signature = Signature(key.name, key.key_id, b"made uptext\n")

        assert verify_note(SignedNote("text\n", (signature,)).encode(), [verifier]).keys == (key,)
        with pytest.raises(BadSignature):
            verify_note(SignedNote("other\n", (signature,)).encode(), [verifier])


class TestKeys:
    """Verifier keys as text."""

    @pytest.mark.parametrize("vkey", [SPEC_VKEY, GO_VKEY, HOUSE.vkey])
    def test_vkey_is_read_and_written_back(self, vkey: str) -> None:
        """One key, one line of text."""
        key = parse_vkey(vkey)

        assert (key.vkey, key.signature_type) == (vkey, ED25519)

    @given(names, st.integers(0, 255), st.binary(min_size=1, max_size=1400))
    def test_vkey_of_any_type(self, name: str, signature_type: int, public_key: bytes) -> None:
        """Every key that can be written is read again, also of a type that we cannot check."""
        key = VerifierKey(name, signature_type, public_key)

        assert parse_vkey(key.vkey) == key

    @pytest.mark.parametrize(
        "vkey",
        [
            "",
            "example.com/foo",
            "example.com/foo+530d903a",
            "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            "example.com/bar+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            "example.com/foo+0530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2",
            "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n",
            "example.com/foo +530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
            "example.com/foo+530d903a+",
            "example.com/foo+530d903a+AQ==",
        ],
    )
    def test_anything_else_is_no_vkey(self, vkey: str) -> None:
        """A wrong key ID, upper-case hex, a cut key, a stray space: each is refused."""
        with pytest.raises(MalformedKey):
            parse_vkey(vkey)

    def test_type_that_is_not_read_is_refused(self) -> None:
        """A key whose signatures we cannot check is no verifier."""
        with pytest.raises(MalformedKey, match="0x06"):
            Verifier.from_vkey(VerifierKey("witness.example", 0x06, bytes(1312)).vkey)

    def test_ed25519_key_has_32_bytes(self) -> None:
        """A type 0x01 key of another length is refused before it checks anything."""
        with pytest.raises(MalformedKey, match="Ed25519"):
            Verifier.from_vkey(VerifierKey("witness.example", ED25519, bytes(31)).vkey)

    @pytest.mark.parametrize(
        "name", ["", "a b", "a+b", "a\u00a0b", "a\u2003b", "a\u2028b", "a\nb", "a\x00b", "a\ud800"]
    )
    def test_what_cannot_name_a_key(self, name: str) -> None:
        """Names with Unicode spaces, a plus or control characters would make a line that reads in two ways."""
        with pytest.raises(ValueError, match="name"):
            VerifierKey(name, ED25519, bytes(32))
        with pytest.raises(ValueError, match="name"):
            Signer(name, HOUSE.private_key)
        with pytest.raises(ValueError, match="name"):
            Signature(name, bytes(4), b"signature")
