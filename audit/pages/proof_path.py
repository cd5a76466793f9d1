"""The way from an entry's hash to the signed root, as the page draws it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from audit.tree import node_hash


@dataclass(frozen=True, slots=True)
class ProofStep:
    """One step from the entry to the root: the subtree beside the path, and what both give together.

    The subtree covers the entries ``first`` to ``last``, both included; ``covers_first`` to ``covers_last`` are those
    under the result.
    """

    is_left: bool
    first: int
    last: int
    beside: bytes
    covers_first: int
    covers_last: int
    result: bytes


def proof_steps(index: int, size: int, leaf: bytes, hashes: tuple[bytes, ...]) -> tuple[ProofStep, ...]:
    """Return the steps from leaf ``index`` to the root of a tree of ``size``, as RFC 6962 2.1.1 lists the hashes."""
    steps: list[ProofStep] = []
    result = leaf
    for (is_left, step), beside in zip(_ways_up(index, size), hashes, strict=True):
        result = node_hash(beside, result) if is_left else node_hash(result, beside)
        steps.append(replace(step, beside=beside, result=result))
    return tuple(steps)


def _ways_up(index: int, size: int) -> Iterator[tuple[bool, ProofStep]]:
    start, end = 0, size
    down: list[tuple[bool, ProofStep]] = []
    while end - start > 1:
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        is_left = index >= middle
        first, last = (start, middle - 1) if is_left else (middle, end - 1)
        down.append((is_left, ProofStep(is_left, first, last, b"", start, end - 1, b"")))
        start, end = (middle, end) if is_left else (start, middle)
    yield from reversed(down)
