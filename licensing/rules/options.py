"""What an options file means for seats and denials: numbers by feature, and nobody's name."""

from collections import Counter
from typing import Any

from licensing.collectors.flexnet_options import OptionsFile


def meaning_of(options: OptionsFile) -> dict[str, Any]:
    """Return reservations and overdraft by feature, and the kinds of line that are kept out of the log."""
    reserved: Counter[str] = Counter()
    for one in options.reservations:
        reserved[one.of.feature] += one.quantity
    return {
        "reserved": dict(sorted(reserved.items())),
        "overdraft": dict(sorted(options.overdraft.items())),
        "unlogged": sorted(kind.value for kind in options.unlogged),
    }
