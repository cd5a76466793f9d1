"""Consistency proofs: every tree begins every later one, and no other tree does."""

import pytest

from audit.errors import BadProof, VerificationError
from audit.tree import EMPTY_ROOT, consistency_proof, node_hash, roots_of, verify_consistency
from tests.audit.reference_tree import PlainReader, flipped, plain_leaf, plain_leaves, plain_root, spoiled

LARGEST = 70
LEAVES = plain_leaves(LARGEST)
READER = PlainReader(LEAVES)


class TestConsistency:
    """Consistency proofs, RFC 6962 section 2.1.2."""

    def test_every_pair_of_sizes_and_nothing_near_it(self) -> None:
        """Each tree is shown to begin each later one; a proof with any hash changed, dropped or added is refused."""
        roots = roots_of(LEAVES, range(LARGEST + 1))
        for new in range(LARGEST + 1):
            for old in range(new + 1):
                proof = consistency_proof(old, new, READER)
                verify_consistency(old, new, roots[old], roots[new], proof)
                for wrong in spoiled(proof, bit=old + new):
                    with pytest.raises(BadProof):
                        verify_consistency(old, new, roots[old], roots[new], wrong)
                with pytest.raises(BadProof):
                    verify_consistency(old, new, flipped(roots[old], new), roots[new], proof)
                if old > 0:
                    with pytest.raises(BadProof):
                        verify_consistency(old, new, roots[old], flipped(roots[new], old), proof)

    def test_proof_has_the_form_of_rfc_6962(self) -> None:
        """The example of RFC 6962, section 2.1.3: from three, four and six leaves to seven."""
        a, b, c, d, e, f, j = LEAVES[:7]
        g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)

        assert consistency_proof(3, 7, READER) == [c, d, g, node_hash(i, j)]
        assert consistency_proof(4, 7, READER) == [node_hash(i, j)]
        assert consistency_proof(6, 7, READER) == [i, j, node_hash(g, h)]

    def test_log_that_signs_roots_of_other_sizes(self) -> None:
        """The proof's length is that of the signed sizes, even where the hashes would lead to both roots."""
        of_three, of_four, of_seven = (plain_root(LEAVES[:size]) for size in (3, 4, 7))
        proof, above = consistency_proof(3, 7, READER), LEAVES[9]

        with pytest.raises(BadProof, match="where 4 are due"):
            verify_consistency(3, 7, of_three, of_four, proof[:-1])
        with pytest.raises(BadProof, match="where 4 are due"):
            verify_consistency(3, 7, node_hash(above, of_three), node_hash(above, of_seven), [*proof, above])

    def test_rewritten_beginning_has_no_proof(self) -> None:
        """A log that changed an old entry cannot pass its own new proof off against the root it showed before."""
        shown = plain_root(LEAVES[:20])
        rewritten = (*LEAVES[:7], plain_leaf(b"another view"), *LEAVES[8:])
        proof = consistency_proof(20, 50, PlainReader(rewritten))

        with pytest.raises(BadProof):
            verify_consistency(20, 50, shown, plain_root(rewritten[:50]), proof)

    def test_one_size_with_two_roots_is_a_split_view(self) -> None:
        """Two roots of one size cannot both be true, and no proof makes them so."""
        with pytest.raises(BadProof, match="one size, two roots"):
            verify_consistency(5, 5, plain_root(LEAVES[:5]), plain_root(LEAVES[1:6]), [])

    def test_empty_tree_precedes_every_tree_under_its_own_root(self) -> None:
        """From nothing to something needs no hash, but the empty tree has one root only."""
        verify_consistency(0, 3, EMPTY_ROOT, plain_root(LEAVES[:3]), [])
        verify_consistency(0, 0, EMPTY_ROOT, EMPTY_ROOT, [])
        for new, root, new_root, proof in (
            (3, LEAVES[0], LEAVES[1], []),
            (0, EMPTY_ROOT, LEAVES[0], []),
            (0, LEAVES[0], LEAVES[0], []),
            (3, EMPTY_ROOT, LEAVES[0], [LEAVES[1]]),
        ):
            with pytest.raises(BadProof):
                verify_consistency(0, new, root, new_root, proof)

    def test_shrinking_is_refused(self) -> None:
        """A log that was larger yesterday was cut."""
        with pytest.raises(BadProof, match="does not come before"):
            verify_consistency(5, 4, LEAVES[0], LEAVES[1], [])
        with pytest.raises(ValueError, match="does not come before"):
            consistency_proof(5, 4, READER)

    def test_large_sizes_are_checked_in_few_steps(self) -> None:
        """Sizes up to 2**63 - 1 neither overflow nor take long, whatever the proof."""
        for old, new in ((2**62, 2**63 - 1), (2**63 - 2, 2**63 - 1), (1, 2**63 - 1)):
            with pytest.raises(VerificationError):
                verify_consistency(old, new, LEAVES[0], LEAVES[1], list(LEAVES[:62]))
