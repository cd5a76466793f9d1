r"""Proofs that a file can carry, C2SP tlog-proof (C2SP/C2SP commit 5ba5ee8): a receipt to be checked offline.

    c2sp.org/tlog-proof@v1
    extra <base64>           where there is extra data; nobody has signed it, so never trust it
    index <n>
    <base64 hash>            the inclusion proof of RFC 6962, 2.1.1, leaf to root, one hash a line
                             an empty line
    <checkpoint>             verbatim: the signed note that the proof leads to

The verifier has the entry's own bytes, the log's origin and the log's key; the proof brings the rest.

    >>> from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    >>> from audit.checkpoint import Checkpoint, sign_checkpoint
    >>> from audit.note import Signer, Verifier
    >>> from audit.tree import leaf_hash, node_hash
    >>> signer = Signer("house.example/log", Ed25519PrivateKey.from_private_bytes(bytes(32)))
    >>> agreement, view = leaf_hash(b"agreement"), leaf_hash(b"view")
    >>> checkpoint = Checkpoint("house.example/log", 2, node_hash(agreement, view))
    >>> receipt = TlogProof(1, (agreement,), sign_checkpoint(checkpoint, signer)).encode()
    >>> receipt.decode().splitlines()[:2]
    ['c2sp.org/tlog-proof@v1', 'index 1']
    >>> verifier = Verifier.from_vkey(signer.vkey)
    >>> verify_proof(parse_proof(receipt), b"view", verifier, "house.example/log")
    >>> verify_proof(parse_proof(receipt), b"another view", verifier, "house.example/log")
    Traceback (most recent call last):
    audit.errors.BadProof: the inclusion proof leads to another root
"""

from dataclasses import dataclass

from audit.checkpoint import open_checkpoint, parse_decimal
from audit.errors import MalformedProof
from audit.note import MAX_NOTE, Verifier, decode_base64, encode_base64
from audit.tree import HASH_SIZE, MAX_SIZE, leaf_hash, verify_inclusion

HEADER = "c2sp.org/tlog-proof@v1"
MAX_HASHES = 63
MAX_EXTRA = 1 << 16


@dataclass(frozen=True, slots=True)
class TlogProof:
    """An entry's index, the way from its leaf to the root, and the checkpoint with that root; nothing is checked."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint_raw: bytes
    extra: bytes | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.index < MAX_SIZE:
            raise ValueError(f"{self.index} is not the index of an entry")
        if len(self.hashes) > MAX_HASHES or any(len(node) != HASH_SIZE for node in self.hashes):
            raise ValueError(f"a proof has at most {MAX_HASHES} hashes of {HASH_SIZE} bytes")
        if not 1 <= len(self.checkpoint_raw) <= MAX_NOTE:
            raise ValueError(f"a checkpoint has 1 to {MAX_NOTE} bytes")
        if self.extra is not None and not 1 <= len(self.extra) <= MAX_EXTRA:
            raise ValueError(f"extra data has 1 to {MAX_EXTRA} bytes, or is left out")

    def encode(self) -> bytes:
        """Return the bytes of the ``.tlog-proof`` file."""
        extra = [] if self.extra is None else [f"extra {encode_base64(self.extra)}"]
        lines = [HEADER, *extra, f"index {self.index}", *map(encode_base64, self.hashes), ""]
        return "".join(f"{line}\n" for line in lines).encode("ascii") + self.checkpoint_raw


def parse_proof(raw: bytes) -> TlogProof:
    """Return the proof that ``raw`` is in canonical form, unverified, or raise ``MalformedProof``."""
    head, gap, checkpoint_raw = raw.partition(b"\n\n")
    if not gap:
        raise MalformedProof("not a proof: no empty line before the checkpoint")
    try:
        header, *lines = head.decode("ascii").split("\n", MAX_HASHES + 3)
        extra = decode_base64(_after("extra ", lines.pop(0))) if lines and lines[0].startswith("extra ") else None
        index, *hashes = lines
        proof = TlogProof(
            parse_decimal(_after("index ", index)), tuple(map(decode_base64, hashes)), checkpoint_raw, extra
        )
    except ValueError as error:
        raise MalformedProof(f"not a proof: {error}") from error
    if header != HEADER:
        raise MalformedProof(f"not a proof: it does not begin with {HEADER}")
    return proof


def _after(word: str, line: str) -> str:
    if not line.startswith(word):
        raise ValueError(f"a line does not begin with {word!r}")
    return line.removeprefix(word)


def verify_proof(proof: TlogProof, leaf_data: bytes, verifier: Verifier, origin: str) -> None:
    """Raise a ``VerificationError`` unless the log ``origin``, whose key is ``verifier``'s, holds this entry."""
    checkpoint = open_checkpoint(proof.checkpoint_raw, verifier, origin)
    verify_inclusion(leaf_hash(leaf_data), proof.index, checkpoint.size, checkpoint.root, proof.hashes)
