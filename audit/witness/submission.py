"""What is sent to a witness, C2SP tlog-witness ``add-checkpoint`` (C2SP/C2SP commit 5ba5ee8).

    old <size>         of the checkpoint that the witness cosigned last, 0 if none
    <base64 hash>      the consistency proof from there, RFC 6962 section 2.1.2, one hash a line, at most 63
                       an empty line
    <checkpoint>       verbatim: the signed note

A file of this form, sent by mail, is a submission as good as a request.
"""

from dataclasses import dataclass

from audit.checkpoint import parse_decimal
from audit.errors import Malformed
from audit.note import decode_base64, encode_base64
from audit.tree import HASH_SIZE, MAX_SIZE

MAX_HASHES = 63
MAX_CHECKPOINT = 1 << 16
"""Room for sixteen signatures of the largest type."""
MAX_SUBMISSION = MAX_CHECKPOINT + 4096


class MalformedSubmission(Malformed):
    """Not a submission of C2SP tlog-witness."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A checkpoint, and the proof that it extends the one of size ``old``; nothing is checked."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint_raw: bytes

    def __post_init__(self) -> None:
        if not 0 <= self.old <= MAX_SIZE:
            raise ValueError(f"{self.old} is not a tree size")
        if len(self.proof) > MAX_HASHES or any(len(node) != HASH_SIZE for node in self.proof):
            raise ValueError(f"a proof has at most {MAX_HASHES} hashes of {HASH_SIZE} bytes")
        if not 1 <= len(self.checkpoint_raw) <= MAX_CHECKPOINT:
            raise ValueError(f"a checkpoint has 1 to {MAX_CHECKPOINT} bytes")

    def encode(self) -> bytes:
        """Return the bytes of the request's body, or of the file."""
        lines = [f"old {self.old}", *map(encode_base64, self.proof), ""]
        return "".join(f"{line}\n" for line in lines).encode("ascii") + self.checkpoint_raw


def parse_submission(raw: bytes) -> Submission:
    """Return the submission that ``raw`` is in canonical form, unverified, or raise ``MalformedSubmission``."""
    if len(raw) > MAX_SUBMISSION:
        raise MalformedSubmission(f"a submission has at most {MAX_SUBMISSION} bytes")
    head, gap, checkpoint_raw = raw.partition(b"\n\n")
    if not gap:
        raise MalformedSubmission("not a submission: no empty line before the checkpoint")
    try:
        old, *hashes = head.decode("ascii").split("\n", MAX_HASHES + 1)
        if not old.startswith("old "):
            raise MalformedSubmission("not a submission: it does not begin with the old size")
        proof = tuple(map(decode_base64, hashes))
        return Submission(parse_decimal(old.removeprefix("old ")), proof, checkpoint_raw)
    except ValueError as error:
        raise MalformedSubmission(f"not a submission: {error}") from error
