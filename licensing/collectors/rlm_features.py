"""The pools and the lines of use that ``rlmstat`` prints, brought together to one reading for each product."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from licensing.collectors.reading import Discrepancy, FeatureReading, Holder, PoolReading, ServerState


@dataclass(slots=True)
class Product:
    """What the text says of one product, over all ISV servers of the server."""

    name: str
    pools: list[PoolReading] = field(default_factory=list)
    holders: list[Holder] = field(default_factory=list)


def read_products(
    products: Iterable[Product], *, server: str, is_down: bool, isvs_down: frozenset[str]
) -> tuple[FeatureReading, ...]:
    """Return one reading for each product, in the order of the text."""
    found = []
    for product in products:
        isvs = {pool.daemon for pool in product.pools} | {holder.daemon for holder in product.holders}
        # A product without a pool is known by its holders only, so how many seats there are is not known.
        is_unknown = is_down or bool(isvs & isvs_down) or not product.pools
        found.append(_feature(server, product, is_unknown=is_unknown))
    return tuple(found)


def _feature(server: str, product: Product, *, is_unknown: bool) -> FeatureReading:
    """``reported_in_use`` is the sum of the pools' own numbers, ``counted_in_use`` the sum of the seats on usage lines.

    They differ where a licence is shared on a host: two handles of one user then stand for one seat of the pool.
    """
    is_uncounted = bool(product.pools) and all(pool.is_uncounted for pool in product.pools) and not is_unknown
    summed = [pool for pool in product.pools if is_uncounted or not pool.is_uncounted]
    stated = [pool.in_use for pool in summed if pool.in_use is not None]
    counts = [pool.issued for pool in summed if pool.issued is not None]
    reserved = sum(pool.reserved or 0 for pool in summed)
    reported = None if is_unknown or not stated or len(stated) < len(summed) else sum(stated)
    counted = sum(holder.quantity for holder in product.holders)
    is_mixed = len(summed) < len(product.pools)
    return FeatureReading(
        server=server,
        feature=product.name,
        state=ServerState.UNKNOWN if is_unknown or (reported is None and not is_uncounted) else ServerState.UP,
        issued=None if is_unknown or is_uncounted or len(counts) < len(summed) else sum(counts),
        is_uncounted=is_uncounted,
        reported_in_use=reported,
        counted_in_use=None if (is_unknown or reported is None) and not product.holders else counted,
        reserved=None if is_unknown else reserved,
        # rlmstat -a lists neither who waits nor what roams: that is not the same as nobody and nothing.
        queued=None,
        borrowed=None,
        pools=tuple(product.pools),
        holders=tuple(product.holders),
        # A usage line does not name its pool, so beside an uncounted pool the two sums are of different things.
        discrepancy=None if is_mixed else _discrepancy(reported, product.holders, reserved),
    )


def _discrepancy(reported: int | None, holders: list[Holder], reserved: int) -> Discrepancy | None:
    counted = sum(holder.quantity for holder in holders)
    if reported is None or reported == counted:
        return None
    if reported > counted:
        if reserved and reported == counted + reserved:
            return Discrepancy.INCLUDES_RESERVATIONS
        return Discrepancy.MORE_REPORTED if counted else Discrepancy.HOLDERS_NOT_LISTED
    seats: dict[tuple[str, str | None, str], int] = {}
    for holder in holders:
        place = (holder.user, holder.host, holder.version)
        seats[place] = max(seats.get(place, 0), holder.quantity)
    return Discrepancy.SHARED_SEATS if sum(seats.values()) == reported else Discrepancy.FEWER_REPORTED
