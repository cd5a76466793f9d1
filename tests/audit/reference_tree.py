"""RFC 6962, section 2.1, written down word for word: slow, and plain enough to be believed."""

from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256


def plain_leaf(entry: bytes) -> bytes:
    """Return ``MTH({d(0)}) = SHA-256(0x00 || d(0))``."""
    return sha256(b"\x00" + entry).digest()


@cache
def plain_root(leaves: tuple[bytes, ...]) -> bytes:
    """Return ``MTH(D[n]) = SHA-256(0x01 || MTH(D[0:k]) || MTH(D[k:n]))``, from leaf hashes."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + plain_root(leaves[:k]) + plain_root(leaves[k:])).digest()


class PlainReader:
    """A ``HashReader`` over leaf hashes in memory."""

    def __init__(self, leaves: tuple[bytes, ...]) -> None:
        self.leaves = leaves

    def subtree_root(self, level: int, index: int) -> bytes:
        """Return the root of a perfect subtree, which must lie in the tree."""
        subtree = self.leaves[index << level : (index + 1) << level]
        assert len(subtree) == 1 << level
        return plain_root(subtree)


def plain_leaves(size: int) -> tuple[bytes, ...]:
    """Return the leaf hashes of ``size`` entries, all different."""
    return tuple(plain_leaf(b"entry %d" % index) for index in range(size))


def flipped(value: bytes, bit: int) -> bytes:
    """Return the value with one bit turned."""
    return (int.from_bytes(value, "big") ^ 1 << bit % (len(value) * 8)).to_bytes(len(value), "big")


def spoiled(proof: Sequence[bytes], bit: int) -> Iterator[list[bytes]]:
    """Yield the proof with one bit turned in each hash, with each hash dropped, and with one hash too many."""
    hashes = list(proof)
    for place, value in enumerate(hashes):
        yield [*hashes[:place], flipped(value, bit + place), *hashes[place + 1 :]]
        yield hashes[:place] + hashes[place + 1 :]
        yield [*hashes[:place], value, *hashes[place:]]
    yield [*hashes, bytes(32)]
    yield [bytes(32), *hashes]
    if hashes[::-1] != hashes:
        yield hashes[::-1]
