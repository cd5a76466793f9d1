"""Why seats are refused, in a sentence that says what is there and what to do."""

from collections.abc import Mapping
from datetime import date

from licensing.rules.capacity import Capacity


def denial(
    product: str, capacity: Capacity, *, held: int, asked: int, on: date, kept: Mapping[str, int] | None = None
) -> str:
    """Say why ``asked`` seats are refused while ``held`` are checked out and others reserved those in ``kept``."""
    if capacity.limit is None:
        message = "where nothing bounds use nothing is refused"
        raise ValueError(message)
    if capacity.limit == 0:
        return f"No lot of {product} covers {on.isoformat()}: enter the contract's lot, or ask for another product."
    beyond = capacity.limit - (capacity.quantity or 0)
    entitled = f"{capacity.limit} seats" + (f", {beyond} of them agreed overage" if beyond else "")
    reserved = sum((kept or {}).values())
    free = max(0, capacity.limit - held - reserved)
    whose = ", ".join(f"{seats} for {project}" for project, seats in (kept or {}).items())
    return (
        f"{product} has {entitled}: {held} are checked out{f', {whose} are reserved' if reserved else ''} "
        f"and {free} are free, but {asked} were asked for. Ask for fewer, or wait until some come back."
    )


def borrow_denial(product: str, *, asked: int, day: date) -> str:
    """Say why ``asked`` seats cannot be away on ``day``."""
    return (
        f"{asked} seats of {product} cannot be borrowed over {day.isoformat()}: the lots of that day, without what is "
        "reserved and borrowed, do not carry them. Borrow fewer, or for fewer days."
    )
