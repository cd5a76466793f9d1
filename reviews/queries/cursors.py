"""Cursors of lists that go by id, the newest first."""

from uuid import UUID

from answerprint.core.paging import PageRequest
from answerprint.core.problems import Invalid


def id_after(page: PageRequest) -> UUID:
    """Return the id after which a page goes on; raises ``Invalid`` naming ``cursor`` where it holds none."""
    try:
        return UUID(str((page.after or ("",))[0]))
    except ValueError as error:
        sentence = "This cursor was not made by this list. Start again without it."
        raise Invalid(sentence, fields={"cursor": [sentence]}) from error
