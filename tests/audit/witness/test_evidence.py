"""A split view ends in one file that proves it to anybody; a false accusation proves nothing."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.checkpoint import Checkpoint, sign_checkpoint
from audit.cosignature import LOG_TYPES
from audit.errors import BadProof, BadSignature, UnknownKey, VerificationError, WrongOrigin
from audit.note import Signer, Verifier
from audit.witness.accusations import MAX_FILES, keep_evidence
from audit.witness.cosigning import OldSizeDiffers
from audit.witness.evidence import (
    TWO_BEGINNINGS,
    TWO_ROOTS,
    Evidence,
    MalformedEvidence,
    NoContradiction,
    named_proof,
    parse_evidence,
    verify_evidence,
)
from audit.witness.submission import Submission
from tests.audit.reference_tree import flipped, spoiled
from tests.audit.witness.grounds import BY_LOG, HONEST, LOG, NOW, ORIGIN, STRANGER, Accused, Story, new_witness

OTHER = Story("other", told=5)
SAME_SIZE = Evidence(TWO_ROOTS, HONEST.checkpoint(7), OTHER.checkpoint(7))
REWRITTEN = Evidence(TWO_BEGINNINGS, HONEST.checkpoint(7), OTHER.checkpoint(9), tuple(OTHER.proof(7, 9)))


def verified(evidence: Evidence) -> str:
    """Write, read and verify evidence."""
    return str(verify_evidence(parse_evidence(evidence.encode()), [BY_LOG]))


class TestProved:
    """What proves a split view."""

    @pytest.mark.parametrize("size", [1, 6, 7, 8, 64, 200])
    def test_one_size_two_roots(self, tmp_path: Path, size: int) -> None:
        """A log that signs two roots of one size is caught by its second one, and the file alone proves it."""
        accused = Accused()
        witness = new_witness(tmp_path, accused)
        witness.cosign(HONEST.submission(0, size), now=NOW)
        with pytest.raises(BadProof):
            witness.cosign(Story("other", told=size - 1).submission(size, size), now=NOW)

        assert [one.kind for one in accused.evidence] == [TWO_ROOTS]
        assert "these cannot both be true" in verified(accused.evidence[0])

    @pytest.mark.parametrize("old", [size for size in range(6, 30) if size.bit_count() > 1])
    def test_history_rewritten(self, tmp_path: Path, old: int) -> None:
        """A log that grows from another past proves with its own proof that it did."""
        accused = Accused()
        witness = new_witness(tmp_path, accused)
        witness.cosign(HONEST.submission(0, old), now=NOW)
        for new in (old + 1, 32, 33, 200):
            with pytest.raises(BadProof):
                witness.cosign(OTHER.submission(old, new), now=NOW)

        assert [one.kind for one in accused.evidence] == [TWO_BEGINNINGS] * 4
        for evidence in accused.evidence:
            assert f"{ORIGIN} signed {old} entries under" in verified(evidence)

    def test_two_roots_sent_with_another_old_size(self, tmp_path: Path) -> None:
        """Whoever sends the other root with a wrong old size gets the size, and is caught all the same."""
        accused = Accused()
        witness = new_witness(tmp_path, accused)
        witness.cosign(HONEST.submission(0, 7), now=NOW)
        with pytest.raises(OldSizeDiffers):
            witness.cosign(OTHER.submission(0, 7), now=NOW)

        assert verified(accused.evidence[0])

    @pytest.mark.parametrize("old", [1, 2, 8, 64, 128])
    def test_power_of_two_proved_by_who_has_the_other_tree(self, old: int) -> None:
        """Where the root of the first leaves stands before the proof, such a size proves as well as any."""
        other = Story("other", told=0)
        for new in (old + 1, 200):
            named = named_proof(old, new, other.reader)
            evidence = Evidence(TWO_BEGINNINGS, HONEST.checkpoint(old), other.checkpoint(new), named)

            assert named == (other.root(old), *other.proof(old, new))
            assert f"{ORIGIN} signed {old} entries under" in verified(evidence)


class TestNotProved:
    """What proves nothing."""

    @pytest.mark.parametrize("old", [1, 8, 64])
    @given(data=st.data())
    def test_root_of_somebody_else_before_a_proof(self, old: int, data: st.DataObject) -> None:
        """No root that is put before an honest log's proof speaks against the honest log."""
        proof = HONEST.proof(old, 200)
        for root in (data.draw(st.binary(min_size=32, max_size=32)), HONEST.root(old), OTHER.root(old)):
            with pytest.raises(NoContradiction):
                verified(Evidence(TWO_BEGINNINGS, HONEST.checkpoint(old), HONEST.checkpoint(200), (root, *proof)))

    def test_honest_log_is_never_accused(self, tmp_path: Path) -> None:
        """Whatever proof anybody sends with an honest log's checkpoints, no evidence comes of it."""
        accused = Accused()
        witness = new_witness(tmp_path, accused)
        witness.cosign(HONEST.submission(0, 7), now=NOW)
        for new in (9, 16, 200):
            for proof in [*spoiled(HONEST.proof(7, new), 3), HONEST.proof(6, new), OTHER.proof(7, new), []]:
                with pytest.raises(BadProof):
                    witness.cosign(Submission(7, tuple(proof), HONEST.checkpoint(new)), now=NOW)

        assert accused.evidence == []

    def test_old_size_that_is_a_power_of_two(self, tmp_path: Path) -> None:
        """The proof that a witness is sent does not name the old root: it is refused, and accuses nobody."""
        accused = Accused()
        witness = new_witness(tmp_path, accused)
        witness.cosign(HONEST.submission(0, 8), now=NOW)
        with pytest.raises(BadProof):
            witness.cosign(OTHER.submission(8, 11), now=NOW)

        assert accused.evidence == []

    @pytest.mark.parametrize(
        "evidence",
        [
            Evidence(TWO_ROOTS, HONEST.checkpoint(7), HONEST.checkpoint(7)),
            Evidence(TWO_ROOTS, HONEST.checkpoint(7), HONEST.checkpoint(9)),
            Evidence(TWO_ROOTS, HONEST.checkpoint(7), OTHER.checkpoint(9)),
            Evidence(TWO_BEGINNINGS, HONEST.checkpoint(7), HONEST.checkpoint(9), tuple(HONEST.proof(7, 9))),
            Evidence(TWO_BEGINNINGS, HONEST.checkpoint(7), HONEST.checkpoint(9), tuple(OTHER.proof(7, 9))),
            Evidence(TWO_BEGINNINGS, HONEST.checkpoint(7), OTHER.checkpoint(9), tuple(HONEST.proof(7, 9))),
            Evidence(TWO_BEGINNINGS, HONEST.checkpoint(8), OTHER.checkpoint(9), tuple(OTHER.proof(8, 9))),
            Evidence(TWO_BEGINNINGS, HONEST.checkpoint(9), OTHER.checkpoint(7), tuple(OTHER.proof(7, 9))),
            Evidence(TWO_BEGINNINGS, HONEST.checkpoint(7), OTHER.checkpoint(7), (bytes(32),)),
        ],
    )
    def test_false_accusation(self, evidence: Evidence) -> None:
        """Checkpoints that may both be true, or a proof that leads nowhere, prove nothing."""
        with pytest.raises(NoContradiction):
            verified(evidence)

    @given(st.integers(0, 10_000), st.integers(1, 40))
    def test_spoiled_proof_proves_nothing(self, bit: int, new: int) -> None:
        """No bit of a proof can be turned into evidence against an honest log."""
        proof = HONEST.proof(7, 7 + new)
        turned = [*proof[:-1], flipped(proof[-1], bit)]
        for wrong in (turned, turned[::-1], [flipped(proof[0], bit), *proof[1:]]):
            with pytest.raises(NoContradiction):
                verified(Evidence(TWO_BEGINNINGS, HONEST.checkpoint(7), HONEST.checkpoint(7 + new), tuple(wrong)))

    def test_signed_by_somebody_else(self) -> None:
        """What the log has not signed cannot be held against it."""
        forged = Story("other", told=5, signer=STRANGER)
        edited = SAME_SIZE.second.replace(b"\n7\n", b"\n8\n")

        with pytest.raises(UnknownKey):
            verified(replace(SAME_SIZE, second=forged.checkpoint(7)))
        with pytest.raises(BadSignature):
            verified(replace(REWRITTEN, second=edited))

    def test_two_logs_under_one_key(self) -> None:
        """Two logs may differ; and a key signs for its own name only."""
        second = Signer("house.example/other", LOG.private_key)
        genuine = sign_checkpoint(Checkpoint(second.name, 7, bytes(32)), second)
        first, other = (sign_checkpoint(Checkpoint(second.name, 7, root), LOG) for root in (bytes(32), HONEST.root(7)))
        verifiers = [BY_LOG, Verifier.from_vkey(second.vkey, LOG_TYPES)]

        with pytest.raises(WrongOrigin):
            verify_evidence(replace(SAME_SIZE, second=genuine), verifiers)
        with pytest.raises(WrongOrigin):
            verified(Evidence(TWO_ROOTS, first, other))


class TestFile:
    """The file."""

    @pytest.mark.parametrize("evidence", [SAME_SIZE, REWRITTEN])
    def test_what_is_written_is_read(self, evidence: Evidence) -> None:
        """A file has one form."""
        assert parse_evidence(evidence.encode()) == evidence

    @pytest.mark.parametrize("evidence", [SAME_SIZE, REWRITTEN])
    @given(data=st.data())
    def test_changed_file_proves_nothing_new(self, evidence: Evidence, data: st.DataObject) -> None:
        """A file with any few bytes changed is refused, or proves the same of the same checkpoints."""
        raw = evidence.encode()
        at = data.draw(st.integers(0, len(raw) - 1))
        wrong = raw[:at] + data.draw(st.binary(max_size=2)) + raw[at + data.draw(st.integers(0, 2)) :]
        try:
            seen = verify_evidence(parse_evidence(wrong), [BY_LOG])
        except VerificationError:
            return

        assert seen == verify_evidence(evidence, [BY_LOG])

    @pytest.mark.parametrize("raw", [b"", b"\n\n", b"answerprint/split-view@v1\n\n", SAME_SIZE.encode() + b"\n"])
    def test_what_is_no_evidence(self, raw: bytes) -> None:
        """Anything else is refused."""
        with pytest.raises(MalformedEvidence):
            parse_evidence(raw)

    def test_one_file_for_one_split_view(self, tmp_path: Path) -> None:
        """The same evidence is kept once, whole, and a flood of it ends."""
        path = keep_evidence(tmp_path / "evidence", SAME_SIZE)

        assert path is not None
        assert path.read_bytes() == SAME_SIZE.encode()
        assert keep_evidence(tmp_path / "evidence", SAME_SIZE) is None
        for number in range(MAX_FILES):
            keep_evidence(tmp_path / "evidence", replace(SAME_SIZE, second=b"%d" % number))
        assert len(list((tmp_path / "evidence").iterdir())) == MAX_FILES
