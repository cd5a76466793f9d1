"""What a witness decides, C2SP tlog-witness: to cosign a checkpoint, or why not. HTTP and mail come here alike."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from audit.checkpoint import Checkpoint, parse_checkpoint
from audit.cosignature import LOG_TYPES, CheckpointCosigner
from audit.errors import BadProof, VerificationError
from audit.note import Signature, SignedNote, VerifiedNote, Verifier, parse_note, verify_note
from audit.tree import EMPTY_ROOT, verify_consistency
from audit.witness.evidence import Evidence, find_contradiction
from audit.witness.store import Seen, Store, UnusableStoreError
from audit.witness.submission import Submission


class UnknownLog(VerificationError):  # noqa: N818 - a verdict on what was sent
    """The witness does not watch this log."""


class OldSizeTooLarge(VerificationError):  # noqa: N818
    """The old size is larger than the checkpoint's own."""


class OldSizeDiffers(VerificationError):  # noqa: N818
    """The old size is not that of the checkpoint which was cosigned last; ``size`` is."""

    def __init__(self, size: int) -> None:
        super().__init__(f"the checkpoint that was cosigned last has size {size}")
        self.size = size


Accuse = Callable[[Evidence], None]
"""Given evidence of a split view, keep it."""


def trusted_logs(vkeys: Sequence[str]) -> dict[str, list[Verifier]]:
    """Return the verifiers of each log by its origin, which is its key's name; raises ``MalformedKey``."""
    logs: dict[str, list[Verifier]] = {}
    for vkey in dict.fromkeys(vkeys):
        verifier = Verifier.from_vkey(vkey, LOG_TYPES)
        logs.setdefault(verifier.key.name, []).append(verifier)
    return logs


@dataclass(frozen=True, slots=True)
class Witness:
    """A cosigner, the logs that it watches, what it has seen of them, and whom it tells of a split view.

    ``beside`` cosigns the same with another key, where it can.
    """

    cosigner: CheckpointCosigner
    logs: Mapping[str, Sequence[Verifier]]
    store: Store
    accuse: Accuse = field(repr=False)
    beside: CheckpointCosigner | None = None

    def __post_init__(self) -> None:
        if self.store.vkey != self.cosigner.key.vkey:
            raise UnusableStoreError(f"The store was made for another key: {self.store.vkey}")

    def cosign(self, submission: Submission, *, now: int) -> str:
        """Return the cosignatures' lines once the store has the checkpoint, or raise a ``VerificationError``."""
        verified, checkpoint = self._open(submission.checkpoint_raw)
        if submission.old > checkpoint.size:
            raise OldSizeTooLarge(f"old size {submission.old} is larger than the checkpoint's {checkpoint.size}")
        # Signed before the store is locked: the signature is worth nothing until it is given out.
        cosignatures = self._cosignatures(verified.text, checkpoint, now)
        # One line of each key: anybody can repeat a line until there is no room for ours.
        signatures = {one.key_id: one for one in reversed(verified.signatures)}
        note = SignedNote(verified.text, (*signatures.values(), *cosignatures)).encode()

        def decide(last: Seen | None) -> Seen:
            self._require_extends(last, submission, checkpoint)
            return Seen(checkpoint.origin, verified.keys[0].vkey, checkpoint.size, checkpoint.root, note)

        try:
            self.store.advance(checkpoint.origin, decide)
        except (OldSizeDiffers, BadProof):
            self._look_for_split_view(submission, checkpoint)
            raise
        return "".join(one.line() for one in cosignatures)

    def newest(self, origin_hash: str) -> bytes | None:
        """Return the cosigned checkpoint of the log whose origin has this SHA-256 in hex, or ``None``."""
        for origin in self.logs:
            if sha256(origin.encode()).hexdigest() == origin_hash:
                seen = self.store.latest(origin)
                return seen.note if seen is not None else None
        return None

    def _cosignatures(self, text: str, checkpoint: Checkpoint, now: int) -> list[Signature]:
        signers = [self.cosigner]
        # The struct that ML-DSA-44 signs has no room for extension lines: such a checkpoint gets the first line only.
        if self.beside is not None and not checkpoint.extensions:
            signers.append(self.beside)
        return [one.cosign(text, now) for one in signers]

    def _open(self, raw: bytes) -> tuple[VerifiedNote, Checkpoint]:
        origin = parse_note(raw).text.partition("\n")[0]
        if origin not in self.logs:
            raise UnknownLog(f"{origin[:80]!r} is not a log that this witness watches")
        verified = verify_note(raw, self.logs[origin])
        return verified, parse_checkpoint(verified.text)

    def _require_extends(self, last: Seen | None, submission: Submission, checkpoint: Checkpoint) -> None:
        size, root = (last.size, last.root) if last is not None else (0, EMPTY_ROOT)
        if submission.old != size:
            raise OldSizeDiffers(size)
        verify_consistency(size, checkpoint.size, root, checkpoint.root, submission.proof)

    def _look_for_split_view(self, submission: Submission, checkpoint: Checkpoint) -> None:
        last = self.store.latest(checkpoint.origin)
        if last is None:
            return
        before = (parse_checkpoint(parse_note(last.note).text), last.note)
        evidence = find_contradiction(before, (checkpoint, submission.checkpoint_raw), submission.proof)
        if evidence is not None:
            self.accuse(evidence)
