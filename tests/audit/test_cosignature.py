"""Cosignatures: who watched says when, over these bytes and no others."""

import doctest
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from audit import cosignature
from audit.checkpoint import open_checkpoint, parse_checkpoint, sign_checkpoint
from audit.cosignature import (
    COSIGNATURE_TYPES,
    LOG_TYPES,
    MAX_TIME,
    WITNESS_TYPES,
    CheckpointCosigner,
    Cosigner,
    MlDsaCosigner,
    cosigned_at,
)
from audit.errors import BadSignature, MalformedCheckpoint, MalformedKey
from audit.note import Signature, SignedNote, Signer, Verifier, VerifierKey, parse_note, verify_note
from tests.audit.reference_tree import flipped

VECTORS = Path(__file__).parent / "witness" / "vectors"

# The example of C2SP tlog-cosignature, commit 5ba5ee8. It publishes no key for the witness's line.
SPEC_TEXT = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
SPEC_LINE = (
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0"
    "xUe+mbIUBkBIfZ+qnA==\n"
)
SPEC_TIME = 1679315147

ED25519 = Cosigner("witness.example/w1", Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\x01"))
ML_DSA = MlDsaCosigner("witness.example/w2", MLDSA44PrivateKey.from_seed_bytes(bytes(31) + b"\x02"))
COSIGNERS = pytest.mark.parametrize("cosigner", [ED25519, ML_DSA], ids=["Ed25519", "ML-DSA-44"])


def verifier(cosigner: CheckpointCosigner) -> Verifier:
    """Return who trusts a cosigner."""
    return Verifier.from_vkey(cosigner.key.vkey, COSIGNATURE_TYPES)


def cosigned(text: str, signature: Signature) -> bytes:
    """Return a note with that line."""
    return SignedNote(text, (signature,)).encode()


class TestForm:
    """The line, the key and what is signed."""

    def test_worked_example_of_the_module_holds(self) -> None:
        """What the module's docstring shows is what happens."""
        outcome = doctest.testmod(cosignature)

        assert outcome.attempted > 0
        assert outcome.failed == 0

    def test_example_of_the_specification(self) -> None:
        """The specification's line says the time that its message says, and is written back byte for byte."""
        line = parse_note(f"{SPEC_TEXT}\n{SPEC_LINE}".encode()).signatures[0]

        assert cosigned_at(line) == SPEC_TIME
        assert (line.name, line.key_id.hex(), len(line.signature)) == ("witness.example.com/w1", "8d66cf3f", 8 + 64)
        assert line.line() == SPEC_LINE

    def test_ed25519_message_is_header_time_and_text(self) -> None:
        """What is signed is what the specification writes down, to the byte."""
        signature = ED25519.cosign(SPEC_TEXT, SPEC_TIME)

        ED25519.private_key.public_key().verify(
            signature.signature[8:], b"cosignature/v1\ntime 1679315147\n" + SPEC_TEXT.encode()
        )
        assert signature.signature[:8] == SPEC_TIME.to_bytes(8, "big")

    def test_ml_dsa_message_is_the_struct(self) -> None:
        """Label, name, time, origin, start 0, end, root; names with their length in one byte."""
        signature = ML_DSA.cosign(SPEC_TEXT, SPEC_TIME)
        message = b"".join(
            (
                bytes.fromhex("737562747265652f76310a00"),
                b"\x12witness.example/w2",
                bytes.fromhex("000000006418 50cb"),
                b"\x1bexample.com/behind-the-sofa",
                bytes(8),
                (20852163).to_bytes(8, "big"),
                parse_checkpoint(SPEC_TEXT).root,
            )
        )

        ML_DSA.private_key.public_key().verify(signature.signature[8:], message)
        assert len(signature.signature) == 8 + 2420

    @COSIGNERS
    def test_key_of_a_cosigner(self, cosigner: CheckpointCosigner) -> None:
        """A witness's vkey is read as a witness's, and its type goes into its key ID."""
        key = Verifier.from_vkey(cosigner.key.vkey, WITNESS_TYPES).key

        assert key == cosigner.key
        assert VerifierKey(key.name, 0x01, key.public_key).key_id != key.key_id

    def test_types_that_logs_and_witnesses_may_have(self) -> None:
        """A log signs with 0x01 or 0x06, a witness with 0x04 or 0x06."""
        plain = Signer("log.example", ED25519.private_key)

        assert set(LOG_TYPES) == {0x01, 0x06}
        assert set(WITNESS_TYPES) == {0x04, 0x06}
        with pytest.raises(MalformedKey):
            Verifier.from_vkey(plain.vkey, WITNESS_TYPES)
        with pytest.raises(MalformedKey):
            Verifier.from_vkey(ED25519.key.vkey, LOG_TYPES)

    @pytest.mark.parametrize("signature_type", [0x04, 0x06])
    def test_public_key_of_another_length(self, signature_type: int) -> None:
        """A key that is none is refused where it is read."""
        with pytest.raises(MalformedKey):
            Verifier.from_vkey(VerifierKey("w", signature_type, bytes(33)).vkey, COSIGNATURE_TYPES)

    @pytest.mark.parametrize("name", ["", "a b", "a+b", "é" * 128])
    def test_name_that_cannot_name_a_cosigner(self, name: str) -> None:
        """A name stands in a signature line and behind a length of one byte."""
        with pytest.raises(ValueError, match="cannot name a cosigner"):
            Cosigner(name, ED25519.private_key)
        with pytest.raises(ValueError, match="cannot name a cosigner"):
            MlDsaCosigner(name, ML_DSA.private_key)


class TestVerdicts:
    """What holds and what does not."""

    @COSIGNERS
    @pytest.mark.parametrize("time", [0, SPEC_TIME, MAX_TIME])
    def test_cosignature_holds(self, cosigner: CheckpointCosigner, time: int) -> None:
        """What a cosigner signed, its key opens, and the time is the one it was given."""
        verified = verify_note(cosigned(SPEC_TEXT, cosigner.cosign(SPEC_TEXT, time)), [verifier(cosigner)])

        assert verified.text == SPEC_TEXT
        assert cosigned_at(verified.signatures[0]) == time

    @COSIGNERS
    @given(data=st.data())
    def test_any_bit_turned(self, cosigner: CheckpointCosigner, data: st.DataObject) -> None:
        """No bit of time or signature can be turned."""
        right = cosigner.cosign(SPEC_TEXT, SPEC_TIME)
        bit = data.draw(st.integers(0, len(right.signature) * 8 - 1))
        wrong = Signature(right.name, right.key_id, flipped(right.signature, bit))

        with pytest.raises(BadSignature):
            verify_note(cosigned(SPEC_TEXT, wrong), [verifier(cosigner)])

    @COSIGNERS
    @pytest.mark.parametrize("change", [("sofa", "sofb"), ("20852163", "20852164"), ("CsUY", "CsUZ")])
    def test_other_checkpoint(self, cosigner: CheckpointCosigner, change: tuple[str, str]) -> None:
        """A cosignature of one tree is none of another."""
        with pytest.raises(BadSignature):
            verify_note(
                cosigned(SPEC_TEXT.replace(*change), cosigner.cosign(SPEC_TEXT, SPEC_TIME)), [verifier(cosigner)]
            )

    @COSIGNERS
    @pytest.mark.parametrize("length", [1, 8, 71, 73, 2427, 2429])
    def test_signature_of_another_length(self, cosigner: CheckpointCosigner, length: int) -> None:
        """Bytes too few or too many are no cosignature."""
        cut = (cosigner.cosign(SPEC_TEXT, SPEC_TIME).signature * 40)[:length]

        with pytest.raises(BadSignature):
            verify_note(
                cosigned(SPEC_TEXT, Signature(cosigner.key.name, cosigner.key.key_id, cut)), [verifier(cosigner)]
            )

    @COSIGNERS
    @pytest.mark.parametrize("time", [-1, 2**63])
    def test_time_that_is_none(self, cosigner: CheckpointCosigner, time: int) -> None:
        """A time is 0 to 2**63 - 1; the fault is the caller's."""
        with pytest.raises(ValueError, match="POSIX time"):
            cosigner.cosign(SPEC_TEXT, time)

    @COSIGNERS
    def test_time_past_the_end_in_a_line(self, cosigner: CheckpointCosigner) -> None:
        """A line that names a time of 2**63 or more is refused, whatever it is signed with."""
        line = Signature(cosigner.key.name, cosigner.key.key_id, b"\x80" + cosigner.cosign(SPEC_TEXT, 0).signature[1:])

        with pytest.raises(BadSignature):
            verify_note(cosigned(SPEC_TEXT, line), [verifier(cosigner)])

    @COSIGNERS
    def test_only_checkpoints_are_cosigned(self, cosigner: CheckpointCosigner) -> None:
        """A cosigner signs nothing but the text of a checkpoint."""
        with pytest.raises(MalformedCheckpoint):
            cosigner.cosign("I owe you\n", SPEC_TIME)

    def test_plain_signature_is_no_cosignature(self) -> None:
        """A signature over the bare text by the same key does not pass for a cosignature."""
        signed = ED25519.private_key.sign(SPEC_TEXT.encode())
        line = Signature(ED25519.name, ED25519.key.key_id, bytes(8) + signed)

        with pytest.raises(BadSignature):
            verify_note(cosigned(SPEC_TEXT, line), [verifier(ED25519)])

    def test_extension_lines(self) -> None:
        """Ed25519 covers extension lines; ML-DSA-44 does not, so with them it neither signs nor believes."""
        extended = SPEC_TEXT + "extension\n"
        with pytest.raises(BadSignature):
            verify_note(
                cosigned(extended.replace("ext", "Ext"), ED25519.cosign(extended, SPEC_TIME)), [verifier(ED25519)]
            )
        with pytest.raises(MalformedCheckpoint):
            ML_DSA.cosign(extended, SPEC_TIME)
        with pytest.raises(BadSignature):
            verify_note(cosigned(extended, ML_DSA.cosign(SPEC_TEXT, SPEC_TIME)), [verifier(ML_DSA)])

    def test_ml_dsa_binds_the_cosigners_name(self) -> None:
        """The same key under another name has signed nothing."""
        other = MlDsaCosigner("witness.example/w3", ML_DSA.private_key)
        line = Signature(other.name, other.key.key_id, ML_DSA.cosign(SPEC_TEXT, SPEC_TIME).signature)

        with pytest.raises(BadSignature):
            verify_note(cosigned(SPEC_TEXT, line), [verifier(other)])

    def test_origin_too_long_for_the_struct(self) -> None:
        """An origin of more than 255 bytes has no place in what ML-DSA-44 signs."""
        with pytest.raises(MalformedCheckpoint):
            ML_DSA.cosign(SPEC_TEXT.replace("example.com", "e" * 250), SPEC_TIME)

    def test_log_signs_for_itself_with_ml_dsa(self) -> None:
        """A log may sign its checkpoint with Ed25519 and ML-DSA-44 side by side, and either key opens it."""
        log = Signer("example.com/behind-the-sofa", ED25519.private_key)
        beside = MlDsaCosigner("example.com/behind-the-sofa", ML_DSA.private_key)
        raw = sign_checkpoint(parse_checkpoint(SPEC_TEXT), log) + beside.cosign(SPEC_TEXT, 0).line().encode()

        for vkey in (log.vkey, beside.key.vkey):
            opened = open_checkpoint(raw, Verifier.from_vkey(vkey, LOG_TYPES), "example.com/behind-the-sofa")
            assert opened.size == 20852163

    def test_ml_dsa_checkpoint_that_others_publish(self) -> None:
        """A checkpoint that another implementation signed is opened, and with one byte turned it is not.

        Key and checkpoint are those of the tests of torchwood's litewitness, commit fac5716, mldsa.txt.
        """
        vkey = (VECTORS / "mldsa_log.vkey").read_text(encoding="utf-8").strip()
        raw = (VECTORS / "mldsa_log.checkpoint").read_bytes()
        by_log = Verifier.from_vkey(vkey, LOG_TYPES)

        assert open_checkpoint(raw, by_log, "example.com/mldsa-log").size == 1
        with pytest.raises(BadSignature):
            open_checkpoint(raw.replace(b"\n1\n", b"\n2\n"), by_log, "example.com/mldsa-log")
