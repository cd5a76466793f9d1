"""The group ``answerprint audit`` whole: what the floor has, and what also needs to know who people are."""

from answerprint.core.lazy_group import Later
from audit.cli.commands import audit

_ORDERS = {
    "erase": Later(
        "answerprint.web.orders_cli:erase",
        "Order that somebody's personal values be erased, or decide such an order of somebody else's.",
    ),
    "hold": Later(
        "answerprint.web.orders_cli:hold", "Hold a subject or a log, so that no order touches it; or lift a hold."
    ),
    "prune": Later(
        "answerprint.web.orders_cli:prune",
        "Order that the oldest entries of a log be pruned, or decide such an order of somebody else's.",
    ),
    "retention": Later(
        "answerprint.web.orders_cli:retention", "Say or choose how long the entries of a log are kept at least."
    ),
    "scour": Later(
        "answerprint.web.orders_cli:scour_files",
        "Write an embedded database's files anew, so that no old page holds what was erased.",
    ),
}

audit.later.update(_ORDERS)

__all__ = ["audit"]
