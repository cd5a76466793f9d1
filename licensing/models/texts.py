"""Some texts in one column."""

from sqlalchemy import JSON, Dialect
from sqlalchemy.types import TypeDecorator


class Texts(TypeDecorator[tuple[str, ...]]):
    """Some texts in their order: a tuple outside, a JSON array in the table."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, _dialect: Dialect) -> list[str]:
        """Write the texts as an array."""
        return list(value or ())

    def process_result_value(self, value: list[str] | None, _dialect: Dialect) -> tuple[str, ...]:
        """Read the array; what has none has no texts."""
        return tuple(value or ())
