"""Rows as the database's driver gives them: the whole trail is read this way, where each microsecond a row counts.

The session's own connection is asked, so its transaction is what is seen; nothing is made of what a column holds.
"""

from typing import Any

from sqlalchemy.orm import Session


class UnreadableRowsError(Exception):
    """The driver cannot read these rows: somebody wrote into them what their columns do not hold."""


class RowSource:
    """Reads rows through the driver of one session's connection."""

    def __init__(self, session: Session) -> None:
        connection = session.connection()
        self._driver: Any = connection.connection.driver_connection
        self._is_sqlite = connection.dialect.name == "sqlite"
        loaded: Any = connection.dialect.loaded_dbapi
        # Beside its own errors a driver lets those of Python through, such as a date that no calendar has.
        self._errors = (loaded.Error, ValueError, OverflowError)

    def read(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Return all rows of a statement with ``?`` for each value; raises ``UnreadableRowsError``."""
        try:
            if self._is_sqlite:
                rows: list[tuple[Any, ...]] = self._driver.execute(statement, values).fetchall()
                return rows
            with self._driver.cursor(binary=True) as cursor:
                cursor.execute(statement.replace("?", "%s"), values)
                found: list[tuple[Any, ...]] = cursor.fetchall()
                return found
        except self._errors as error:
            raise UnreadableRowsError(str(error).partition("\n")[0]) from error

    def read_places(
        self, statement: str, log_id: int, first: int, last: int
    ) -> tuple[list[tuple[Any, ...]], list[int]]:
        """Return the rows of a log's places from ``first`` up to ``last``, and the places that cannot be read."""
        try:
            return self.read(statement, log_id, first, last), []
        except UnreadableRowsError:
            if last - first == 1:
                return [], [first]
        middle = (first + last) // 2
        rows, unreadable = self.read_places(statement, log_id, first, middle)
        more, also = self.read_places(statement, log_id, middle, last)
        return rows + more, unreadable + also
