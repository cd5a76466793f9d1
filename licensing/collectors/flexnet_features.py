"""The blocks that ``lmstat`` prints for a FlexNet feature, brought together to one reading.

A feature is printed more than once where several vendor daemons serve it, and each block then states the sum of all,
or where a node-locked pool stands beside a floating one. Pools and holders are those of all blocks, each once.
"""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from licensing.collectors.reading import (
    Discrepancy,
    FeatureReading,
    Holder,
    PoolReading,
    Reservation,
    ServerState,
    Waiter,
)

_Line = TypeVar("_Line", bound=Hashable)


@dataclass(slots=True)
class Pool:
    """What stands under one pool line, or under none."""

    daemon: str = ""
    version: str = ""
    expires: date | None = None
    expires_raw: str | None = None
    never_expires: bool = False
    kind: str | None = None
    vendor_string: str | None = None
    is_named: bool = False
    is_uncounted: bool = False
    holders: list[Holder] = field(default_factory=list)
    queue: list[Waiter] = field(default_factory=list)
    reservations: list[Reservation] = field(default_factory=list)

    @property
    def key(self) -> tuple[Hashable, ...]:
        """Return what tells this pool from the feature's others."""
        return (self.is_named, self.daemon, self.version, self.kind, self.expires_raw, self.vendor_string)

    @property
    def name(self) -> str:
        """Return the pool's word in its key: FlexNet numbers no pools, but tells node-locked from floating."""
        kind = (self.kind or "").lower()
        if "node" in kind:
            return "nodelocked"
        return "floating" if "floating" in kind else ""


@dataclass(slots=True)
class Block:
    """One ``Users of …`` with its totals; ``None`` where there is no total."""

    feature: str
    issued: int | None = None
    in_use: int | None = None
    is_uncounted: bool = False
    is_unknown: bool = False
    pools: list[Pool] = field(default_factory=list)

    @property
    def pool(self) -> Pool:
        """Return the pool that the next line belongs to."""
        if not self.pools:
            self.pools.append(Pool(is_uncounted=self.is_uncounted))
        return self.pools[-1]


def read_features(
    blocks: Iterable[Block], *, server: str, is_down: bool, daemons_down: frozenset[str], has_daemon_up: bool
) -> tuple[FeatureReading, ...]:
    """Return one reading for each feature, in the order of the text."""
    by_feature: dict[str, list[Block]] = {}
    for block in blocks:
        by_feature.setdefault(block.feature, []).append(block)
    found = []
    for printed in by_feature.values():
        pools = _pools(printed)
        named = {pool.daemon.casefold() for pool in pools if pool.is_named}
        lost = bool(named & daemons_down) or (bool(daemons_down) and not named and not has_daemon_up)
        is_unknown = is_down or lost or any(block.is_unknown for block in printed)
        found.append(_feature(server, printed, pools, is_unknown=is_unknown))
    return tuple(found)


def _pools(blocks: list[Block]) -> list[Pool]:
    """Bring the pools of all blocks together; what two blocks both print counts once, what one prints twice, twice."""
    if len(blocks) == 1:
        return list(_own_pools(blocks[0]).values())
    together: dict[tuple[Hashable, ...], Pool] = {}
    counts: dict[tuple[Hashable, ...], tuple[Counter[Holder], Counter[Waiter], Counter[Reservation]]] = {}
    for block in blocks:
        for key, pool in _own_pools(block).items():
            together.setdefault(key, pool)
            holders, queue, reservations = counts.setdefault(key, (Counter(), Counter(), Counter()))
            _raise_to(holders, pool.holders)
            _raise_to(queue, pool.queue)
            _raise_to(reservations, pool.reservations)
    for key, pool in together.items():
        holders, queue, reservations = counts[key]
        pool.holders = list(holders.elements())
        pool.queue = list(queue.elements())
        pool.reservations = list(reservations.elements())
    return list(together.values())


def _own_pools(block: Block) -> dict[tuple[Hashable, ...], Pool]:
    own: dict[tuple[Hashable, ...], Pool] = {}
    for pool in block.pools:
        known = own.setdefault(pool.key, pool)
        if known is not pool:
            known.holders += pool.holders
            known.queue += pool.queue
            known.reservations += pool.reservations
    return own


def _raise_to(standing: Counter[_Line], printed: list[_Line]) -> None:
    for line, times in Counter(printed).items():
        standing[line] = max(standing[line], times)


def _feature(server: str, blocks: list[Block], pools: list[Pool], *, is_unknown: bool) -> FeatureReading:
    is_uncounted = all(block.is_uncounted for block in blocks) and not is_unknown
    summed = [pool for pool in pools if is_uncounted or not pool.is_uncounted]
    counted = sum(holder.quantity for pool in summed for holder in pool.holders)
    reserved = sum(one.quantity for pool in pools for one in pool.reservations)
    issued, reported, disagree = (None, None, False) if is_unknown else _totals(blocks, counted, reserved)
    holders = tuple(holder for pool in pools for holder in pool.holders)
    queue = tuple(waiter for pool in pools for waiter in pool.queue)
    return FeatureReading(
        server=server,
        feature=blocks[0].feature,
        state=ServerState.UNKNOWN if is_unknown else ServerState.UP,
        issued=issued,
        is_uncounted=is_uncounted,
        reported_in_use=reported,
        counted_in_use=None if is_unknown and not holders else counted,
        reserved=None if is_unknown and not reserved else reserved,
        queued=None if is_unknown and not queue else sum(waiter.quantity for waiter in queue),
        borrowed=None
        if is_unknown and not holders
        else sum(holder.quantity for pool in summed for holder in pool.holders if holder.borrowed),
        pools=_pool_readings(pools, issued=issued),
        holders=holders,
        queue=queue,
        reservations=tuple(one for pool in pools for one in pool.reservations),
        discrepancy=Discrepancy.BLOCKS_DISAGREE if disagree else discrepancy(reported, counted, reserved),
        blocks=len(blocks),
    )


def _totals(blocks: list[Block], counted: int, reserved: int) -> tuple[int | None, int | None, bool]:
    """Return issued, in use, and whether the blocks disagree.

    Blocks that state the same totals state one sum, which counts once, unless the holders show that each stands for
    itself. Blocks that state different numbers of licences stand each for itself.
    """
    totals = [
        (block.issued, block.in_use)
        for block in blocks
        if block.issued is not None and block.in_use is not None and not block.is_uncounted
    ]
    if not totals:
        return None, None, False
    issued, in_use = totals[0]
    every_issued = sum(one for one, _ in totals)
    every_in_use = sum(used for _, used in totals)
    if len(set(totals)) == 1:
        stand_alone = every_in_use in {counted, counted + reserved} and in_use not in {counted, counted + reserved}
        return (every_issued, every_in_use, False) if stand_alone else (issued, in_use, False)
    if len({one for one, _ in totals}) == 1 and every_in_use not in {counted, counted + reserved}:
        # The same licences, asked for twice while somebody came or went: the later answer is the newer.
        return issued, totals[-1][1], True
    return every_issued, every_in_use, False


def discrepancy(reported: int | None, counted: int, reserved: int) -> Discrepancy | None:
    """Name how the reported use differs from the listed use; ``None`` where it does not, or where none is reported."""
    if reported is None or reported == counted:
        return None
    if reserved and reported == counted + reserved:
        return Discrepancy.INCLUDES_RESERVATIONS
    if reported > counted:
        return Discrepancy.MORE_REPORTED if counted else Discrepancy.HOLDERS_NOT_LISTED
    return Discrepancy.FEWER_REPORTED


def _pool_readings(pools: list[Pool], *, issued: int | None) -> tuple[PoolReading, ...]:
    """Return the pools that have a line of their own; the feature's total is a pool's own only where it is alone."""
    named = [pool for pool in pools if pool.is_named]
    return tuple(
        PoolReading(
            daemon=pool.daemon,
            version=pool.version,
            pool=pool.name,
            issued=issued if len(named) == 1 and not pool.is_uncounted else None,
            reserved=sum(one.quantity for one in pool.reservations),
            in_use=sum(holder.quantity for holder in pool.holders),
            expires=pool.expires,
            expires_raw=pool.expires_raw,
            never_expires=pool.never_expires,
            is_uncounted=pool.is_uncounted,
            kind=pool.kind,
        )
        for pool in named
    )
