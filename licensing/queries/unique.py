"""Ask the database whether a record is the only one of its kind."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError

from licensing.errors import AlreadyThere, naming


@contextmanager
def one_of_a_kind(field: str, sentence: str) -> Iterator[None]:
    """Refuse what the database finds there already; raises ``AlreadyThere`` naming the field.

    The database is asked, not searched beforehand: two who add the same at the same time cannot both pass.
    """
    try:
        yield
    except IntegrityError as error:
        raise naming(AlreadyThere, field, sentence) from error
