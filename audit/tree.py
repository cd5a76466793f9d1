"""Merkle trees of RFC 6962, section 2.1, over SHA-256: roots, proofs, and the frontier that grows them.

    leaf             SHA-256(0x00 || entry)
    node             SHA-256(0x01 || left || right)
    empty tree       SHA-256("")
    tree of n > 1    splits at k, the largest power of two smaller than n: node(tree of the first k, tree of the rest)

An inclusion proof (2.1.1) lists the siblings from the leaf up to the root. A consistency proof (2.1.2) lists the
subtrees that show the old tree to be the beginning of the new one. The checks follow RFC 9162, 2.1.3.2 and 2.1.4.2,
which say step by step what RFC 6962 leaves to the reader. Indexes count from 0. No proof may hold a hash too many.

This module makes proofs from a ``HashReader``: whoever can name the root of each perfect subtree. A perfect subtree
of ``level`` L and ``index`` I covers the leaves I * 2**L up to (I + 1) * 2**L.

    >>> leaves = [leaf_hash(entry) for entry in (b"contract", b"link", b"view")]
    >>> frontier = Frontier()
    >>> known = {(level, index): root for level, index, root in frontier.grow(leaves)}
    >>> frontier.root() == node_hash(node_hash(leaves[0], leaves[1]), leaves[2])
    True
    >>> class Known:
    ...     def subtree_root(self, level, index):
    ...         return known[level, index]
    >>> proof = inclusion_proof(2, 3, Known())
    >>> proof == [node_hash(leaves[0], leaves[1])]
    True
    >>> verify_inclusion(leaves[2], 2, 3, frontier.root(), proof)
    >>> verify_inclusion(leaves[2], 1, 3, frontier.root(), proof)
    Traceback (most recent call last):
    audit.errors.BadProof: the inclusion proof has 1 hashes where 2 are due
    >>> verify_consistency(2, 3, proof[0], frontier.root(), consistency_proof(2, 3, Known()))
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import islice
from typing import Protocol

from audit.errors import BadProof, MalformedProof, MissingLeaves

HASH_SIZE = 32
MAX_SIZE = 2**63 - 1
EMPTY_ROOT = sha256(b"").digest()


class HashReader(Protocol):
    """Whoever knows the roots of the perfect subtrees of one tree."""

    def subtree_root(self, level: int, index: int) -> bytes:
        """Return the root of the perfect subtree of ``2**level`` leaves that begins at leaf ``index * 2**level``."""
        ...


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of one entry, RFC 6962 section 2.1."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash above two subtrees, RFC 6962 section 2.1."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The right edge of a growing tree: all that is needed to append leaves and to name the root.

    Its peaks are the roots of the perfect subtrees that the tree's size falls into, largest first: one for each
    bit set in the size. They are all there is to store in order to resume.
    """

    __slots__ = ("_peaks", "_size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self._size = size
        self._peaks = list(peaks)
        if not 0 <= size <= MAX_SIZE or len(self._peaks) != size.bit_count():
            raise ValueError(f"a tree of size {size} does not have {len(self._peaks)} peaks")
        for peak in self._peaks:
            _require_hash(peak)

    @property
    def size(self) -> int:
        """The number of leaves."""
        return self._size

    @property
    def peaks(self) -> tuple[bytes, ...]:
        """The roots of the perfect subtrees, largest first."""
        return tuple(self._peaks)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        self.extend((leaf,))

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes in order, as fast as hashing allows."""
        # The whole log is read again through this loop; it is written out so that nothing but hashing costs.
        sha, push, pop = sha256, self._peaks.append, self._peaks.pop
        size = self._size
        try:
            for leaf in leaves:
                if len(leaf) != HASH_SIZE:
                    raise ValueError("a leaf hash has 32 bytes")
                root, carry = leaf, size
                while carry & 1:
                    root = sha(b"\x01" + pop() + root).digest()
                    carry >>= 1
                push(root)
                size += 1
        finally:
            self._size = size

    def grow(self, leaves: Iterable[bytes]) -> Iterator[tuple[int, int, bytes]]:
        """Add leaf hashes in order and yield each perfect subtree as it is completed: level, index, root.

        The leaves themselves come as level 0. A leaf is added when its subtrees are asked for, so read to the end.
        """
        for leaf in leaves:
            _require_hash(leaf)
            index, root = self._size, leaf
            completed = [(0, index, root)]
            while index & 1:
                index, root = index >> 1, node_hash(self._peaks.pop(), root)
                completed.append((len(completed), index, root))
            self._peaks.append(root)
            self._size += 1
            yield from completed

    def root(self) -> bytes:
        """Return the root of the tree as it stands."""
        return _fold(self._peaks)


def roots_of(leaf_hashes: Iterable[bytes], sizes: Iterable[int]) -> dict[int, bytes]:
    """Return the root of the tree at each of these sizes, in one pass over the leaves.

    Raises ``MissingLeaves`` where the leaves end before the largest size.
    """
    leaves, frontier, roots = iter(leaf_hashes), Frontier(), {}
    for size in sorted(set(sizes)):
        _require_size(size)
        frontier.extend(islice(leaves, size - frontier.size))
        if frontier.size < size:
            raise MissingLeaves(f"there are {frontier.size} leaves where {size} are due")
        roots[size] = frontier.root()
    return roots


def tree_root(size: int, reader: HashReader) -> bytes:
    """Return the root of the first ``size`` leaves, RFC 6962 section 2.1."""
    _require_size(size)
    return _range_root(0, size, reader)


def inclusion_proof(index: int, size: int, reader: HashReader) -> list[bytes]:
    """Return the proof that leaf ``index`` is in the tree of ``size`` leaves, RFC 6962 section 2.1.1."""
    _require_size(size)
    if not 0 <= index < size:
        raise ValueError(f"a tree of size {size} has no leaf {index}")
    start, end, siblings = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            siblings.append(_range_root(middle, end, reader))
            end = middle
        else:
            siblings.append(_range_root(start, middle, reader))
            start = middle
    return siblings[::-1]


def consistency_proof(old: int, new: int, reader: HashReader) -> list[bytes]:
    """Return the proof that the first ``old`` leaves of the tree of ``new`` are a tree before it, RFC 6962 2.1.2.

    The RFC leaves the empty tree open; here it precedes every tree, and its proof is empty.
    """
    _require_size(new)
    if not 0 <= old <= new:
        raise ValueError(f"a tree of size {old} does not come before one of size {new}")
    if old == 0:
        return []
    start, end, subtrees = 0, new, []
    while end > old:
        middle = start + _split(end - start)
        if old <= middle:
            subtrees.append(_range_root(middle, end, reader))
            end = middle
        else:
            subtrees.append(_range_root(start, middle, reader))
            start = middle
    if start > 0:
        # Where start is 0 the last subtree is the old tree itself, whose root the verifier has.
        subtrees.append(_range_root(start, end, reader))
    return subtrees[::-1]


def verify_inclusion(leaf: bytes, index: int, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Raise ``BadProof`` unless the leaf hash stands at ``index`` of the tree of ``size`` with this ``root``."""
    _require_size(size)
    _require_hash(leaf)
    _require_hash(root)
    if index < 0:
        raise ValueError("an index is not negative")
    if index >= size:
        raise BadProof(f"a tree of size {size} has no leaf {index}")
    _require_proof(proof)
    # Below the fork both edges of the tree differ; above it only left siblings are left, one for each bit set.
    fork = (index ^ (size - 1)).bit_length()
    due = fork + (index >> fork).bit_count()
    if len(proof) != due:
        raise BadProof(f"the inclusion proof has {len(proof)} hashes where {due} are due")
    node = leaf
    for level, sibling in enumerate(proof):
        is_right = level >= fork or index >> level & 1
        node = node_hash(sibling, node) if is_right else node_hash(node, sibling)
    if node != root:
        raise BadProof("the inclusion proof leads to another root")


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Raise ``BadProof`` unless the tree of ``new`` leaves begins with that of ``old``. See ``consistency_proof``."""
    _require_size(old)
    _require_size(new)
    _require_hash(old_root)
    _require_hash(new_root)
    _require_proof(proof)
    if old > new:
        raise BadProof(f"a tree of size {old} does not come before one of size {new}")
    if old in (0, new):
        _verify_without_hashes(old, new, (old_root, new_root), proof)
        return
    # RFC 9162, 2.1.4.2, step 2: a perfect old tree is itself the first node, and is not sent.
    path = [old_root, *proof] if old.bit_count() == 1 else list(proof)
    if _replay(old, new, path) != (old_root, new_root):
        raise BadProof("the consistency proof leads to other roots")


def _verify_without_hashes(old: int, new: int, roots: tuple[bytes, bytes], proof: Sequence[bytes]) -> None:
    if proof:
        raise BadProof("the consistency proof has hashes where none are due")
    if old == 0 and roots[0] != EMPTY_ROOT:
        raise BadProof("the empty tree has another root")
    if old == new and roots[0] != roots[1]:
        raise BadProof("one size, two roots")


def _replay(old: int, new: int, path: list[bytes]) -> tuple[bytes, bytes]:
    """Return the two roots that ``path`` leads to, RFC 9162, 2.1.4.2, steps 3 to 6."""
    skipped = (old & -old).bit_length() - 1
    first, last = (old - 1) >> skipped, (new - 1) >> skipped
    fork = (first ^ last).bit_length()
    due = 1 + fork + (first >> fork).bit_count()
    if len(path) != due:
        raise BadProof(f"the consistency proof has {len(path)} nodes where {due} are due")
    old_node = new_node = path[0]
    for level, sibling in enumerate(path[1:]):
        if level >= fork or first >> level & 1:
            old_node, new_node = node_hash(sibling, old_node), node_hash(sibling, new_node)
        else:
            new_node = node_hash(new_node, sibling)
    return old_node, new_node


def _split(size: int) -> int:
    """Return the largest power of two smaller than ``size``, RFC 6962 section 2.1."""
    return 1 << (size - 1).bit_length() - 1


def _range_root(start: int, end: int, reader: HashReader) -> bytes:
    """Return the root over the leaves from ``start`` to ``end``, where ``start`` is a multiple of what it splits at."""
    roots, size = [], end - start
    while size:
        level = size.bit_length() - 1
        roots.append(reader.subtree_root(level, start >> level))
        start, size = start + (1 << level), size - (1 << level)
    return _fold(roots)


def _fold(roots: Sequence[bytes]) -> bytes:
    if not roots:
        return EMPTY_ROOT
    node = roots[-1]
    for left in reversed(roots[:-1]):
        node = node_hash(left, node)
    return node


def _require_size(size: int) -> None:
    if not 0 <= size <= MAX_SIZE:
        raise ValueError(f"{size} is not a tree size")


def _require_hash(value: bytes) -> None:
    if len(value) != HASH_SIZE:
        raise ValueError("a SHA-256 hash has 32 bytes")


def _require_proof(proof: Sequence[bytes]) -> None:
    if any(len(node) != HASH_SIZE for node in proof):
        raise MalformedProof("a node of a proof has 32 bytes")
