r"""Signed notes, C2SP signed-note v1 (C2SP/C2SP commit 5ba5ee8): text, an empty line, one or more signature lines.

    This is an example message.

    — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=

A signature line is an em dash, a space, the key's name, a space, and base64(key ID || signature). Notes are UTF-8
without control characters but the newline; the last empty line ends the text, which keeps its own final newline. A name
is not empty and holds neither Unicode spaces nor ``+``.

    key ID   SHA-256(name || 0x0A || signature type || public key), its first four bytes
    vkey     <name>+<key ID in hex>+base64(signature type || public key)

Signatures of unknown keys are ignored. A known key whose signature fails spoils the whole note. A note that no known
key signed is refused. Its text is worth nothing before that, so it is to be had from ``verify_note``.

Here only type 0x01, Ed25519, is read. Whoever reads more passes ``Verifier.from_vkey`` a larger table of types.

    >>> vkey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    >>> signature = "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
    >>> raw = f"This is an example message.\n\n— example.com/foo {signature}\n".encode()
    >>> note = verify_note(raw, [Verifier.from_vkey(vkey)])
    >>> note.text, [(key.name, key.key_id.hex()) for key in note.keys]
    ('This is an example message.\n', [('example.com/foo', '530d903a')])
    >>> verify_note(raw.replace(b"an", b"no"), [Verifier.from_vkey(vkey)])
    Traceback (most recent call last):
    audit.errors.BadSignature: the signature by example.com/foo+530d903a does not hold
"""

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from audit.errors import BadSignature, MalformedKey, MalformedNote, UnknownKey
from audit.signing import SigningKey

MAX_NOTE = 1 << 20
MAX_SIGNATURES = 100
KEY_ID_SIZE = 4
ED25519 = 0x01

SignatureCheck: TypeAlias = Callable[[bytes, bytes], None]
"""Given the note's text and a signature, return, or raise ``BadSignature``."""


def decode_base64(text: str) -> bytes:
    """Return the bytes of standard base64, RFC 4648 section 4, in its one canonical form, or raise ``ValueError``."""
    raw = base64.b64decode(text, validate=True)
    if base64.b64encode(raw).decode("ascii") != text:
        raise ValueError("base64 is not in canonical form")
    return raw


def encode_base64(raw: bytes) -> str:
    """Return standard base64 with padding, RFC 4648 section 4."""
    return base64.b64encode(raw).decode("ascii")


def is_key_name(name: str) -> bool:
    """Report whether ``name`` may name a key: not empty, and neither spaces, ``+`` nor control characters."""
    return bool(name) and not any(char.isspace() or char == "+" or char < " " for char in name) and _is_utf8(name)


def is_note_text(text: str) -> bool:
    """Report whether ``text`` may be signed: it ends in a newline and holds no other control characters."""
    return text.endswith("\n") and not any(char < " " and char != "\n" for char in text) and _is_utf8(text)


def _is_utf8(text: str) -> bool:
    return not any("\ud800" <= char <= "\udfff" for char in text)


# ---------------------------------------------------------------------------------------------------- keys


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its name and its signature type: what a vkey says."""

    name: str
    signature_type: int
    public_key: bytes

    def __post_init__(self) -> None:
        if not is_key_name(self.name):
            raise ValueError(f"{self.name!r} cannot name a key")
        if not 0 <= self.signature_type <= 0xFF or not self.public_key:
            raise ValueError("a key has a type of one byte, and a public key")

    @property
    def key_id(self) -> bytes:
        """The four bytes that, with the name, stand for this key in a signature line."""
        return hashlib.sha256(self.name.encode() + b"\n" + self._typed_key).digest()[:KEY_ID_SIZE]

    @property
    def vkey(self) -> str:
        """The key as one line of text."""
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(self._typed_key)}"

    @property
    def _typed_key(self) -> bytes:
        return bytes([self.signature_type]) + self.public_key


def parse_vkey(vkey: str) -> VerifierKey:
    """Return the key that a vkey of any signature type says, or raise ``MalformedKey``."""
    try:
        name, _, encoded = vkey.split("+", 2)
        signature_type, *public_key = decode_base64(encoded)
        key = VerifierKey(name, signature_type, bytes(public_key))
    except ValueError as error:
        raise MalformedKey(f"not a verifier key: {error}") from error
    if key.vkey != vkey:
        raise MalformedKey(f"the key ID of {name} is not that of its key")
    return key


def check_ed25519(key: VerifierKey) -> SignatureCheck:
    """Return the check of signatures of type 0x01: Ed25519, RFC 8032, over the note's text."""
    try:
        public_key = Ed25519PublicKey.from_public_bytes(key.public_key)
    except ValueError as error:
        raise MalformedKey(f"not an Ed25519 key: {error}") from error

    def check(text: bytes, signature: bytes) -> None:
        try:
            public_key.verify(signature, text)
        except InvalidSignature as error:
            raise BadSignature(f"the signature by {key.name}+{key.key_id.hex()} does not hold") from error

    return check


SIGNATURE_TYPES: Mapping[int, Callable[[VerifierKey], SignatureCheck]] = {ED25519: check_ed25519}


@dataclass(frozen=True, slots=True)
class Verifier:
    """A trusted key, and how to check what it signed."""

    key: VerifierKey
    check: SignatureCheck = field(repr=False, compare=False)

    @classmethod
    def from_vkey(
        cls, vkey: str, types: Mapping[int, Callable[[VerifierKey], SignatureCheck]] = SIGNATURE_TYPES
    ) -> "Verifier":
        """Return the verifier of a vkey whose signature type is in ``types``, or raise ``MalformedKey``."""
        key = parse_vkey(vkey)
        if key.signature_type not in types:
            raise MalformedKey(f"signature type 0x{key.signature_type:02x} is not read here")
        return cls(key, types[key.signature_type](key))


# --------------------------------------------------------------------------------------------------- notes


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who says to have signed, and what he wrote."""

    name: str
    key_id: bytes
    signature: bytes

    def __post_init__(self) -> None:
        if not is_key_name(self.name) or len(self.key_id) != KEY_ID_SIZE or not self.signature:
            raise ValueError("a signature has a key name, a key ID of four bytes, and bytes")

    def line(self) -> str:
        """Return the line as it stands in a note, with its newline."""
        return f"— {self.name} {encode_base64(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A note as it was read or written; reading it proves nothing."""

    text: str
    signatures: tuple[Signature, ...]

    def __post_init__(self) -> None:
        if not is_note_text(self.text):
            raise ValueError("the text ends in a newline and holds no other control characters")
        if not 1 <= len(self.signatures) <= MAX_SIGNATURES:
            raise ValueError(f"a note has 1 to {MAX_SIGNATURES} signatures")

    def encode(self) -> bytes:
        """Return the note's bytes."""
        raw = (self.text + "\n" + "".join(signature.line() for signature in self.signatures)).encode()
        if len(raw) > MAX_NOTE:
            raise ValueError(f"a note has at most {MAX_NOTE} bytes")
        return raw


def parse_note(raw: bytes) -> SignedNote:
    """Return the note that ``raw`` is in canonical form, unverified, or raise ``MalformedNote``."""
    if len(raw) > MAX_NOTE:
        raise MalformedNote(f"a note has at most {MAX_NOTE} bytes")
    try:
        text, gap, lines = raw.decode("utf-8", "strict").rpartition("\n\n")
        signatures = lines.split("\n", MAX_SIGNATURES + 1)
        if not gap or signatures.pop():
            raise MalformedNote("a note is a text, an empty line, and signature lines, each with its newline")
        note = SignedNote(text + "\n", tuple(_parse_signature(line) for line in signatures))
    except ValueError as error:
        raise MalformedNote(f"not a signed note: {error}") from error
    return note


def _parse_signature(line: str) -> Signature:
    dash, name, encoded = line.split(" ")
    if dash != "—":
        raise ValueError("a signature line begins with an em dash")
    raw = decode_base64(encoded)
    return Signature(name, raw[:KEY_ID_SIZE], raw[KEY_ID_SIZE:])


@dataclass(frozen=True, slots=True)
class VerifiedNote:
    """A text that trusted keys signed: those keys, and their signatures beside them."""

    text: str
    keys: tuple[VerifierKey, ...]
    signatures: tuple[Signature, ...]


def verify_note(raw: bytes, verifiers: Iterable[Verifier]) -> VerifiedNote:
    """Return the text of a note and the known keys that signed it.

    Raises ``MalformedNote``; ``BadSignature`` if a known key's signature fails; ``UnknownKey`` if no known key signed.
    """
    note = parse_note(raw)
    known = {(verifier.key.name, verifier.key.key_id): verifier for verifier in verifiers}
    verified = []
    for signature in note.signatures:
        verifier = known.get((signature.name, signature.key_id))
        if verifier is not None:
            verifier.check(note.text.encode(), signature.signature)
            verified.append((verifier.key, signature))
    if not verified:
        raise UnknownKey("no known key has signed this note")
    keys, signatures = zip(*verified, strict=True)
    return VerifiedNote(note.text, keys, signatures)


# ------------------------------------------------------------------------------------------------- signing


class NoteSigner(Protocol):
    """Whoever signs the text of a note."""

    def sign(self, text: str) -> Signature:
        """Return the signature over ``text``."""
        ...


@dataclass(frozen=True, slots=True)
class Signer:
    """A private Ed25519 key with its name, signature type 0x01."""

    name: str
    private_key: SigningKey = field(repr=False)

    def __post_init__(self) -> None:
        if not is_key_name(self.name):
            raise ValueError(f"{self.name!r} cannot name a key")

    @property
    def key(self) -> VerifierKey:
        """The public half."""
        return VerifierKey(self.name, ED25519, self.private_key.public_key().public_bytes_raw())

    @property
    def vkey(self) -> str:
        """The public half as one line of text."""
        return self.key.vkey

    def sign(self, text: str) -> Signature:
        """Return the signature over ``text``, which must be fit to stand in a note."""
        if not is_note_text(text):
            raise ValueError("the text ends in a newline and holds no other control characters")
        return Signature(self.name, self.key.key_id, self.private_key.sign(text.encode()))


def sign_note(text: str, *signers: NoteSigner) -> bytes:
    """Return the note of ``text`` with one signature by each signer, in their order."""
    return SignedNote(text, tuple(signer.sign(text) for signer in signers)).encode()
