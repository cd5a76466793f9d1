"""Whether a text says a title that it must not say."""

import re
from collections.abc import Iterable

_BARE = re.compile(r"[\W_]+")
_SHORTEST = 3
"""A title of fewer letters would be found in every name."""


def says_title(text: str, titles: Iterable[str]) -> str | None:
    """Return the first title that ``text`` says, however it is spelled: case, blanks and signs do not count."""
    bare = _bare(text)
    return next((title for title in titles if len(_bare(title)) >= _SHORTEST and _bare(title) in bare), None)


def _bare(text: str) -> str:
    return _BARE.sub("", text.casefold())
