r"""Checkpoints of a log, C2SP tlog-checkpoint v1 (C2SP/C2SP commit 5ba5ee8): a signed note of three lines or more.

    origin           who the log is: not empty, best a URL without its scheme, and the name of the log's key
    tree size        decimal, without leading zeroes
    root             base64 of the RFC 6962 root at that size
    extension lines  opaque, not empty, best left out

A log must never sign two checkpoints without a consistency proof between them; who holds one of its checkpoints can
therefore catch it rewriting.

    >>> from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    >>> from audit.note import Signer, Verifier
    >>> from audit.tree import EMPTY_ROOT
    >>> signer = Signer("house.example/log", Ed25519PrivateKey.from_private_bytes(bytes(32)))
    >>> verifier = Verifier.from_vkey(signer.vkey)
    >>> raw = sign_checkpoint(Checkpoint("house.example/log", 0, EMPTY_ROOT), signer)
    >>> raw.decode().splitlines()[:3]
    ['house.example/log', '0', '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=']
    >>> open_checkpoint(raw, verifier, "house.example/log").size
    0
    >>> open_checkpoint(raw, verifier, "house.example/other")
    Traceback (most recent call last):
    audit.errors.WrongOrigin: the checkpoint is of house.example/log, not of house.example/other
"""

from dataclasses import dataclass

from audit.errors import MalformedCheckpoint, WrongOrigin
from audit.note import NoteSigner, Verifier, decode_base64, encode_base64, is_note_text, sign_note, verify_note
from audit.tree import HASH_SIZE, MAX_SIZE


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says of itself: its size, and the root that binds every entry below that size."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not all(is_note_text(line + "\n") and "\n" not in line and line for line in (self.origin, *self.extensions)):
            raise ValueError("origin and extensions are lines, not empty, without control characters")
        if not 0 <= self.size <= MAX_SIZE:
            raise ValueError(f"{self.size} is not a tree size")
        if len(self.root) != HASH_SIZE:
            raise ValueError("a root has 32 bytes")

    def text(self) -> str:
        """Return the note text that is signed."""
        return "".join(f"{line}\n" for line in (self.origin, self.size, encode_base64(self.root), *self.extensions))


def parse_decimal(text: str) -> int:
    """Return a number from 0 to 2**63 - 1 in plain decimal digits without leading zeroes, or raise ``ValueError``."""
    number = int(text) if len(text) < 20 else -1
    if not 0 <= number <= MAX_SIZE or text != str(number):
        raise ValueError(f"{text[:20]!r} is not a number in its plain form")
    return number


def parse_checkpoint(text: str) -> Checkpoint:
    """Return the checkpoint that this note text is, in canonical form only, or raise ``MalformedCheckpoint``."""
    try:
        origin, size, root, *extensions, rest = text.split("\n")
        checkpoint = Checkpoint(origin, parse_decimal(size), decode_base64(root), tuple(extensions))
    except ValueError as error:
        raise MalformedCheckpoint(f"not a checkpoint: {error}") from error
    if rest:
        raise MalformedCheckpoint("not a checkpoint: the last line has no newline")
    return checkpoint


def sign_checkpoint(checkpoint: Checkpoint, *signers: NoteSigner) -> bytes:
    """Return the signed note of a checkpoint, one signature by each signer.

    Whether the log may sign it, because it extends what it signed before, is for the caller to know.
    """
    return sign_note(checkpoint.text(), *signers)


def open_checkpoint(raw: bytes, verifier: Verifier, origin: str) -> Checkpoint:
    """Return the checkpoint of the log ``origin`` that ``verifier``'s key signed, or raise a ``VerificationError``.

    The verifier is the log's own key: a witness's signature alone opens nothing here.
    """
    checkpoint = parse_checkpoint(verify_note(raw, (verifier,)).text)
    if checkpoint.origin != origin:
        raise WrongOrigin(f"the checkpoint is of {checkpoint.origin}, not of {origin}")
    return checkpoint
