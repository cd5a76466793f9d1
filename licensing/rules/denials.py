"""Why seats are refused, in a sentence that says what is there and what to do."""

from datetime import date

from licensing.rules.capacity import Capacity


def denial(product: str, capacity: Capacity, *, held: int, asked: int, on: date) -> str:
    """Say why ``asked`` seats are refused while ``held`` are checked out."""
    if capacity.limit is None:
        message = "where nothing bounds use nothing is refused"
        raise ValueError(message)
    if capacity.limit == 0:
        return f"No lot of {product} covers {on.isoformat()}: enter the contract's lot, or ask for another product."
    beyond = capacity.limit - (capacity.quantity or 0)
    entitled = f"{capacity.limit} seats" + (f", {beyond} of them agreed overage" if beyond else "")
    free = max(0, capacity.limit - held)
    return (
        f"{product} has {entitled}: {held} are checked out and {free} are free, but {asked} were asked for. "
        "Ask for fewer, or wait until some come back."
    )
