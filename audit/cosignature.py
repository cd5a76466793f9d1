r"""Cosignatures, C2SP tlog-cosignature v1 (C2SP/C2SP commit 5ba5ee8): who watched a log says when he saw which tree.

A cosignature is a signature line of a checkpoint's note. Its bytes are a POSIX time in whole seconds, 8 bytes
big-endian and at most 2**63 - 1, and then the signature proper:

    0x04  Ed25519    64 bytes over "cosignature/v1\n", "time <decimal>\n" and the whole text of the checkpoint
    0x06  ML-DSA-44  2,420 bytes over a struct that names cosigner, time, log origin, range of leaves and root

The first binds extension lines and not the cosigner's name, so a key serves one name only. The second (v1.1.0-rc.1)
binds the name and no extension lines, so here a checkpoint that has some is neither signed nor believed that way.
A log may sign its own checkpoints with 0x06, and may then leave the time at zero; a witness says when.

    >>> from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    >>> from audit.note import SignedNote, Verifier, verify_note
    >>> text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    >>> cosigner = Cosigner("witness.example/w1", Ed25519PrivateKey.from_private_bytes(bytes(32)))
    >>> cosignature = cosigner.cosign(text, 1679315147)
    >>> cosigned_at(cosignature)
    1679315147
    >>> raw = SignedNote(text, (cosignature,)).encode()
    >>> verify_note(raw, [Verifier.from_vkey(cosigner.key.vkey, COSIGNATURE_TYPES)]).text == text
    True
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from audit.checkpoint import Checkpoint, parse_checkpoint
from audit.errors import BadSignature, MalformedCheckpoint, MalformedKey
from audit.note import SIGNATURE_TYPES, Signature, SignatureCheck, VerifierKey, is_key_name
from audit.signing import SigningKey

COSIGNATURE = 0x04
ML_DSA_44 = 0x06
MAX_TIME = 2**63 - 1
TIME_SIZE = 8
MAX_NAME = 0xFF

_HEADER = b"cosignature/v1\n"
_LABEL = b"subtree/v1\n\0"
_SIZES = {COSIGNATURE: TIME_SIZE + 64, ML_DSA_44: TIME_SIZE + 2420}


class CheckpointCosigner(Protocol):
    """Whoever says of a checkpoint's text that he saw it at a time."""

    @property
    def key(self) -> VerifierKey:
        """The public half."""
        ...

    def cosign(self, text: str, time: int) -> Signature:
        """Return the cosignature of a checkpoint's text at a POSIX time."""
        ...


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A private Ed25519 key with the cosigner's name, signature type 0x04. The key must serve no other name."""

    name: str
    private_key: SigningKey = field(repr=False)

    def __post_init__(self) -> None:
        _require_name(self.name)

    @property
    def key(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, COSIGNATURE, self.private_key.public_key().public_bytes_raw())

    def cosign(self, text: str, time: int) -> Signature:
        """Return the cosignature of a checkpoint's text at a POSIX time; raises ``MalformedCheckpoint``."""
        parse_checkpoint(text)
        signed = self.private_key.sign(_ed25519_message(text, time))
        return Signature(self.name, self.key.key_id, time.to_bytes(TIME_SIZE, "big") + signed)


@dataclass(frozen=True, slots=True)
class MlDsaCosigner:
    """A private ML-DSA-44 key with the cosigner's name, signature type 0x06."""

    name: str
    private_key: MLDSA44PrivateKey = field(repr=False)

    def __post_init__(self) -> None:
        _require_name(self.name)

    @property
    def key(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, ML_DSA_44, self.private_key.public_key().public_bytes_raw())

    def cosign(self, text: str, time: int) -> Signature:
        """Return the cosignature of a checkpoint's text at a POSIX time; raises ``MalformedCheckpoint``."""
        signed = self.private_key.sign(_ml_dsa_message(self.name, _bare_checkpoint(text), time))
        return Signature(self.name, self.key.key_id, time.to_bytes(TIME_SIZE, "big") + signed)


def cosigned_at(cosignature: Signature) -> int:
    """Return the POSIX time that a cosignature names; a verifier must have checked it."""
    return int.from_bytes(cosignature.signature[:TIME_SIZE], "big")


def check_cosignature(key: VerifierKey) -> SignatureCheck:
    """Return the check of signatures of type 0x04: a time, and Ed25519 over it and the text."""
    try:
        public_key = Ed25519PublicKey.from_public_bytes(key.public_key)
    except ValueError as error:
        raise MalformedKey(f"not an Ed25519 key: {error}") from error

    def check(text: bytes, signature: bytes) -> None:
        time, signed = _timed(key, signature)
        try:
            public_key.verify(signed, _ed25519_message(text.decode(), time))
        except InvalidSignature as error:
            raise _does_not_hold(key) from error

    return check


def check_ml_dsa_cosignature(key: VerifierKey) -> SignatureCheck:
    """Return the check of signatures of type 0x06: a time, and ML-DSA-44 over what the checkpoint says."""
    try:
        public_key = MLDSA44PublicKey.from_public_bytes(key.public_key)
        _require_name(key.name)
    except ValueError as error:
        raise MalformedKey(f"not an ML-DSA-44 key: {error}") from error

    def check(text: bytes, signature: bytes) -> None:
        time, signed = _timed(key, signature)
        try:
            public_key.verify(signed, _ml_dsa_message(key.name, _bare_checkpoint(text.decode()), time))
        except (InvalidSignature, MalformedCheckpoint) as error:
            raise _does_not_hold(key) from error

    return check


WITNESS_TYPES: Mapping[int, Callable[[VerifierKey], SignatureCheck]] = {
    COSIGNATURE: check_cosignature,
    ML_DSA_44: check_ml_dsa_cosignature,
}
"""What a witness may sign with."""

LOG_TYPES: Mapping[int, Callable[[VerifierKey], SignatureCheck]] = {
    **SIGNATURE_TYPES,
    ML_DSA_44: check_ml_dsa_cosignature,
}
"""What a log may sign its own checkpoints with."""

COSIGNATURE_TYPES: Mapping[int, Callable[[VerifierKey], SignatureCheck]] = {**SIGNATURE_TYPES, **WITNESS_TYPES}
"""Every type that is read here."""


def _ed25519_message(text: str, time: int) -> bytes:
    _require_time(time)
    return _HEADER + f"time {time}\n{text}".encode()


def _ml_dsa_message(name: str, checkpoint: Checkpoint, time: int) -> bytes:
    """Return the struct ``cosigned_message``, written as RFC 8446 section 3 says."""
    _require_time(time)
    return b"".join(
        (
            _LABEL,
            _short_bytes(name),
            time.to_bytes(8, "big"),
            _short_bytes(checkpoint.origin),
            bytes(8),  # start: a checkpoint covers the tree from its first leaf
            checkpoint.size.to_bytes(8, "big"),
            checkpoint.root,
        )
    )


def _short_bytes(text: str) -> bytes:
    raw = text.encode()
    return bytes([len(raw)]) + raw


def _bare_checkpoint(text: str) -> Checkpoint:
    checkpoint = parse_checkpoint(text)
    if checkpoint.extensions:
        raise MalformedCheckpoint("an ML-DSA-44 cosignature does not cover extension lines, so there may be none")
    if len(checkpoint.origin.encode()) > MAX_NAME:
        raise MalformedCheckpoint(f"an ML-DSA-44 cosignature covers an origin of at most {MAX_NAME} bytes")
    return checkpoint


def _timed(key: VerifierKey, signature: bytes) -> tuple[int, bytes]:
    time = int.from_bytes(signature[:TIME_SIZE], "big")
    if len(signature) != _SIZES[key.signature_type] or time > MAX_TIME:
        raise _does_not_hold(key)
    return time, signature[TIME_SIZE:]


def _does_not_hold(key: VerifierKey) -> BadSignature:
    return BadSignature(f"the cosignature by {key.name}+{key.key_id.hex()} does not hold")


def _require_time(time: int) -> None:
    if not 0 <= time <= MAX_TIME:
        raise ValueError(f"{time} is not a POSIX time from 0 to 2**63 - 1")


def _require_name(name: str) -> None:
    if not is_key_name(name) or len(name.encode()) > MAX_NAME:
        raise ValueError(f"{name[:80]!r} cannot name a cosigner")
