"""What a change changes: field by field what it was and what it becomes."""

from collections.abc import Mapping
from typing import Any


def changes_between(found: object, wished: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return ``{field: {"old": …, "new": …}}`` for the wished values that ``found`` does not hold yet."""
    held = {name: getattr(found, name) for name in wished}
    return {name: {"old": held[name], "new": value} for name, value in wished.items() if held[name] != value}
