"""RFC 6962 trees: every proof of every small tree holds, and nothing near it does."""

import doctest

import pytest

from audit import tree
from audit.errors import BadProof, MalformedProof, MissingLeaves
from audit.tree import (
    EMPTY_ROOT,
    Frontier,
    inclusion_proof,
    leaf_hash,
    node_hash,
    roots_of,
    tree_root,
    verify_inclusion,
)
from tests.audit.reference_tree import PlainReader, flipped, plain_leaf, plain_leaves, plain_root, spoiled

LARGEST = 70
LEAVES = plain_leaves(LARGEST)
READER = PlainReader(LEAVES)

# The eight leaves and roots of the reference implementation of RFC 6962 (google/certificate-transparency,
# merkletree tests), which every later implementation tests against.
CT_ENTRIES = [
    bytes.fromhex(entry)
    for entry in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
CT_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


class TestHashes:
    """Leaf and node hashes, RFC 6962 section 2.1."""

    def test_worked_example_of_the_module_holds(self) -> None:
        """What the module's docstring shows is what happens."""
        outcome = doctest.testmod(tree)

        assert outcome.attempted > 0
        assert outcome.failed == 0

    def test_published_roots_of_the_ct_reference(self) -> None:
        """Our hashing is that of Certificate Transparency: prefixes 0x00 and 0x01, split at a power of two."""
        roots = roots_of(map(leaf_hash, CT_ENTRIES), range(9))

        assert [roots[size].hex() for size in range(9)] == CT_ROOTS

    def test_leaf_and_node_never_collide(self) -> None:
        """The prefixes keep an entry that looks like two hashes from passing as a node."""
        left, right = LEAVES[:2]

        assert leaf_hash(left + right) != node_hash(left, right)
        assert leaf_hash(b"view") == plain_leaf(b"view")


class TestRoots:
    """Roots, and the frontier that grows them."""

    def test_root_of_every_size_is_that_of_the_rfc(self) -> None:
        """One pass, the frontier leaf by leaf, and stored subtrees agree with the definition."""
        roots = roots_of(LEAVES, range(LARGEST + 1))
        frontier = Frontier()
        for size in range(LARGEST + 1):
            expected = plain_root(LEAVES[:size])

            assert roots[size] == frontier.root() == tree_root(size, READER) == expected
            assert frontier.size == size
            if size < LARGEST:
                frontier.append(LEAVES[size])

    def test_frontier_resumes_from_its_peaks(self) -> None:
        """Size and peaks are all there is to store: a frontier made from them goes on as if it had never stopped."""
        for size in range(LARGEST):
            before = Frontier()
            before.extend(LEAVES[:size])
            resumed = Frontier(before.size, before.peaks)
            resumed.extend(LEAVES[size:])

            assert resumed.root() == plain_root(LEAVES)

    def test_frontier_refuses_the_wrong_number_of_peaks(self) -> None:
        """A size and peaks that do not belong together are no tree."""
        for size, peaks in ((3, [LEAVES[0]]), (0, [LEAVES[0]]), (-1, [LEAVES[0]]), (1, [b"short"])):
            with pytest.raises(ValueError, match=r"peaks|32 bytes"):
                Frontier(size, peaks)

    def test_frontier_keeps_what_it_had_when_a_leaf_is_refused(self) -> None:
        """A wrong leaf in the middle leaves the tree of those before it."""
        for add in (Frontier.extend, lambda grown, leaves: list(Frontier.grow(grown, leaves))):
            frontier = Frontier()
            with pytest.raises(ValueError, match="32 bytes"):
                add(frontier, [*LEAVES[:3], b"short", LEAVES[3]])

            assert frontier.size == 3
            assert frontier.root() == plain_root(LEAVES[:3])

    def test_growing_yields_each_perfect_subtree_once(self) -> None:
        """Each subtree of 2**level leaves comes when it is full, and none is left out: so tiles can be filled."""
        frontier = Frontier()
        grown = list(frontier.grow(LEAVES))
        every = {(level, index) for level in range(7) for index in range(LARGEST >> level)}

        assert {(level, index) for level, index, _ in grown} == every
        assert len(grown) == len(every)
        assert all(root == READER.subtree_root(level, index) for level, index, root in grown)
        assert frontier.root() == plain_root(LEAVES)

    def test_sizes_in_any_order(self) -> None:
        """The sizes asked for may come in any order, and twice."""
        roots = roots_of(LEAVES, [64, 3, 33, 64, 0])

        assert roots == {size: plain_root(LEAVES[:size]) for size in (0, 3, 33, 64)}

    def test_fewer_leaves_than_due(self) -> None:
        """A log cut at its tail is noticed, not summed up as far as it goes."""
        with pytest.raises(MissingLeaves, match="there are 5 leaves where 6 are due"):
            roots_of(LEAVES[:5], [2, 6])


class TestInclusion:
    """Inclusion proofs, RFC 6962 section 2.1.1."""

    def test_every_leaf_of_every_size_and_nothing_near_it(self) -> None:
        """The honest proof holds. A bit turned, a hash dropped, doubled or added, another order or leaf: refused."""
        for size in range(1, LARGEST + 1):
            root = plain_root(LEAVES[:size])
            for index in range(size):
                proof = inclusion_proof(index, size, READER)
                verify_inclusion(LEAVES[index], index, size, root, proof)
                for wrong in spoiled(proof, bit=size + index):
                    with pytest.raises(BadProof):
                        verify_inclusion(LEAVES[index], index, size, root, wrong)
                with pytest.raises(BadProof, match="another root"):
                    verify_inclusion(flipped(LEAVES[index], size), index, size, root, proof)
                with pytest.raises(BadProof, match="another root"):
                    verify_inclusion(LEAVES[index], index, size, flipped(root, index), proof)

    def test_every_bit_counts(self) -> None:
        """There is no bit in a proof that may be another."""
        root, proof = plain_root(LEAVES[:13]), inclusion_proof(9, 13, READER)
        for place in range(len(proof)):
            for bit in range(256):
                wrong = [*proof[:place], flipped(proof[place], bit), *proof[place + 1 :]]
                with pytest.raises(BadProof):
                    verify_inclusion(LEAVES[9], 9, 13, root, wrong)

    def test_no_other_place(self) -> None:
        """A leaf proves its own index and no other, inside the tree or beyond its end."""
        for size in range(1, LARGEST + 1):
            root = plain_root(LEAVES[:size])
            for index in range(size):
                proof = inclusion_proof(index, size, READER)
                for other in {*range(size + 2), 2**40} - {index}:
                    with pytest.raises(BadProof):
                        verify_inclusion(LEAVES[index], other, size, root, proof)

    def test_log_that_signs_a_root_of_another_size(self) -> None:
        """The proof's length is that of the signed size, even where the hashes would lead to the root."""
        a, b, c, d = LEAVES[:4]
        of_two, of_four = plain_root(LEAVES[:2]), plain_root(LEAVES[:4])
        for leaf, index, size, root, proof in (
            (b, 0, 1, of_two, [a]),
            (b, 1, 1, of_two, [a]),
            (c, 2, 7, of_four, [d, node_hash(a, b)]),
        ):
            with pytest.raises(BadProof):
                verify_inclusion(leaf, index, size, root, proof)

    def test_proof_has_the_form_of_rfc_6962(self) -> None:
        """The example of RFC 6962, section 2.1.3: a tree of seven, and the paths it gives for d0, d3, d4 and d6."""
        a, b, c, d, e, f, j = LEAVES[:7]
        g, h, i = node_hash(a, b), node_hash(c, d), node_hash(e, f)
        k, under_l = node_hash(g, h), node_hash(i, j)

        assert inclusion_proof(0, 7, READER) == [b, h, under_l]
        assert inclusion_proof(3, 7, READER) == [c, g, under_l]
        assert inclusion_proof(4, 7, READER) == [f, j, k]
        assert inclusion_proof(6, 7, READER) == [i, k]

    def test_hash_of_another_length_is_malformed(self) -> None:
        """A hash cut short could shift the bytes below a node, so its length is checked before it is used."""
        proof = inclusion_proof(1, 4, READER)

        with pytest.raises(MalformedProof):
            verify_inclusion(LEAVES[1], 1, 4, plain_root(LEAVES[:4]), [proof[0] + proof[1][:1], proof[1][1:]])

    def test_nonsense_of_the_caller_is_no_verdict(self) -> None:
        """Negative numbers and short roots are faults of the program that asks: no ``VerificationError``."""
        for index, size, root, leaf in (
            (-1, 4, EMPTY_ROOT, LEAVES[0]),
            (0, -4, EMPTY_ROOT, LEAVES[0]),
            (0, 2**63, EMPTY_ROOT, LEAVES[0]),
            (0, 4, b"", LEAVES[0]),
            (0, 4, EMPTY_ROOT, b"leaf"),
        ):
            with pytest.raises(ValueError, match=r"negative|not a tree size|32 bytes"):
                verify_inclusion(leaf, index, size, root, [])
        for index, size in ((4, 4), (-1, 4), (0, 0)):
            with pytest.raises(ValueError, match="has no leaf"):
                inclusion_proof(index, size, READER)
