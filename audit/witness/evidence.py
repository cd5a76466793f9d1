"""A split view: two checkpoints, both signed by one log, that cannot both be true, in one file that proves it alone.

    answerprint/split-view@v1
    two-roots | two-beginnings
    first <bytes>            length of the first note
    second <bytes>           length of the second note
    <base64 hash>            for two-beginnings: the consistency proof, one hash a line
                             an empty line
    <note><note>             verbatim, one after the other

``two-roots``: both are of one size, and their roots differ. ``two-beginnings``: the proof leads to the root of the
second, larger one (so its hashes are that tree's), and to a root of its first leaves that is not the first's root.

A consistency proof that leads nowhere proves nothing: anybody can spoil one. One from a size that is a power of two
does not name the root of those leaves (RFC 9162, 2.1.4.2, step 2), so here that root stands before its hashes. Only who
has the second tree knows it: a log can prove so, and a witness that is sent a bare proof refuses it and accuses nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from audit.checkpoint import Checkpoint, parse_checkpoint, parse_decimal
from audit.errors import BadProof, Malformed, MalformedProof, VerificationError, WrongOrigin
from audit.note import Verifier, decode_base64, encode_base64, verify_note
from audit.tree import HASH_SIZE, HashReader, consistency_proof, node_hash, tree_root, verify_consistency
from audit.witness.submission import MAX_CHECKPOINT, MAX_HASHES

HEADER = "answerprint/split-view@v1"
TWO_ROOTS = "two-roots"
TWO_BEGINNINGS = "two-beginnings"
MAX_NOTE = 2 * MAX_CHECKPOINT
"""A witness keeps a submitted checkpoint with its own cosignature added."""
MAX_EVIDENCE = 2 * MAX_NOTE + 4096


class MalformedEvidence(Malformed):
    """Not a file of evidence in its one form."""


class NoContradiction(VerificationError):  # noqa: N818 - a verdict on what was sent
    """Both checkpoints may be true: the accusation does not stand."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Two signed notes and what speaks against them; nothing is checked."""

    kind: str
    first: bytes
    second: bytes
    proof: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.kind not in {TWO_ROOTS, TWO_BEGINNINGS} or bool(self.proof) != (self.kind == TWO_BEGINNINGS):
            raise ValueError(f"evidence is {TWO_ROOTS}, without a proof, or {TWO_BEGINNINGS}, with one")
        if len(self.proof) > MAX_HASHES or any(len(node) != HASH_SIZE for node in self.proof):
            raise ValueError(f"a proof has at most {MAX_HASHES} hashes of {HASH_SIZE} bytes")
        if not all(1 <= len(note) <= MAX_NOTE for note in (self.first, self.second)):
            raise ValueError(f"a note has 1 to {MAX_NOTE} bytes")

    def encode(self) -> bytes:
        """Return the bytes of the file."""
        sizes = [f"first {len(self.first)}", f"second {len(self.second)}"]
        lines = [HEADER, self.kind, *sizes, *map(encode_base64, self.proof), ""]
        return "".join(f"{line}\n" for line in lines).encode("ascii") + self.first + self.second


@dataclass(frozen=True, slots=True)
class SplitView:
    """What evidence has proved: the log signed both of these."""

    first: Checkpoint
    second: Checkpoint

    def __str__(self) -> str:
        """Say it in one sentence."""
        shown = [f"{one.size} entries under {encode_base64(one.root)}" for one in (self.first, self.second)]
        return f"{self.first.origin} signed {shown[0]} and {shown[1]}: these cannot both be true."


def parse_evidence(raw: bytes) -> Evidence:
    """Return the evidence that ``raw`` is in canonical form, unverified, or raise ``MalformedEvidence``."""
    head, gap, notes = raw.partition(b"\n\n")
    if not gap or len(raw) > MAX_EVIDENCE:
        raise MalformedEvidence("not evidence: no empty line before the notes, or too long")
    try:
        header, kind, first, second, *hashes = head.decode("ascii").split("\n", MAX_HASHES + 4)
        sizes = [parse_decimal(line.removeprefix(word)) for word, line in (("first ", first), ("second ", second))]
        proof = tuple(map(decode_base64, hashes))
        evidence = Evidence(kind, notes[: sizes[0]], notes[sizes[0] : sum(sizes)], proof)
    except ValueError as error:
        raise MalformedEvidence(f"not evidence: {error}") from error
    if header != HEADER or evidence.encode() != raw:
        raise MalformedEvidence(f"not evidence: it is not in the one form of {HEADER}")
    return evidence


def verify_evidence(evidence: Evidence, verifiers: Sequence[Verifier]) -> SplitView:
    """Return the split view that is proved, or raise a ``VerificationError``; the verifiers are the log's own keys."""
    first, second = (_opened(raw, verifiers) for raw in (evidence.first, evidence.second))
    if first.origin != second.origin:
        raise WrongOrigin(f"the checkpoints are of two logs, {first.origin} and {second.origin}")
    if evidence.kind == TWO_ROOTS:
        if first.size != second.size or first.root == second.root:
            raise NoContradiction("the checkpoints are not of one size with two roots")
        return SplitView(first, second)
    beginning = _beginning(first.size, second.size, second.root, evidence.proof)
    if beginning is None:
        raise NoContradiction("the proof does not lead to the second checkpoint's root from any old root that it names")
    if beginning == first.root:
        raise NoContradiction("the proof shows that the second checkpoint extends the first")
    return SplitView(first, second)


def named_proof(old: int, new: int, reader: HashReader) -> tuple[bytes, ...]:
    """Return the proof from ``old`` to ``new`` of a tree that is at hand, as evidence takes it."""
    proof = tuple(consistency_proof(old, new, reader))
    return (tree_root(old, reader), *proof) if old.bit_count() == 1 and old < new else proof


def find_contradiction(
    first: tuple[Checkpoint, bytes], second: tuple[Checkpoint, bytes], proof: Sequence[bytes]
) -> Evidence | None:
    """Return the evidence that two checkpoints of one log, each with its note, make; ``None`` if they make none."""
    (old, old_raw), (new, new_raw) = first, second
    if old.size == new.size:
        return Evidence(TWO_ROOTS, old_raw, new_raw) if old.root != new.root else None
    beginning = _beginning(old.size, new.size, new.root, proof)
    if beginning is None or beginning == old.root:
        return None
    return Evidence(TWO_BEGINNINGS, old_raw, new_raw, tuple(proof))


def _beginning(old: int, new: int, new_root: bytes, proof: Sequence[bytes]) -> bytes | None:
    """Return the root that a proof which holds for ``new_root`` gives the first ``old`` leaves, else ``None``."""
    if not proof or not 0 < old < new:
        return None
    is_named = old.bit_count() == 1
    root = proof[0] if is_named else _old_root(old, new, proof)
    try:
        verify_consistency(old, new, root, new_root, proof[1:] if is_named else proof)
    except (BadProof, MalformedProof):
        return None
    return root


def _old_root(old: int, new: int, proof: Sequence[bytes]) -> bytes:
    # RFC 9162, 2.1.4.2, steps 3 to 6, the old root's half.
    skipped = (old & -old).bit_length() - 1
    first, last = (old - 1) >> skipped, (new - 1) >> skipped
    fork = (first ^ last).bit_length()
    root = proof[0]
    for level, sibling in enumerate(proof[1:]):
        if level >= fork or first >> level & 1:
            root = node_hash(sibling, root)
    return root


def _opened(raw: bytes, verifiers: Sequence[Verifier]) -> Checkpoint:
    verified = verify_note(raw, verifiers)
    checkpoint = parse_checkpoint(verified.text)
    if any(key.name != checkpoint.origin for key in verified.keys):
        raise WrongOrigin(f"the checkpoint is of {checkpoint.origin}, and the key of {verified.keys[0].name}")
    return checkpoint
