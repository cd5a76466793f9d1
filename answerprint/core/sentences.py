"""Sentences that people of another language may come to read.

They are written and recorded in English. Each knows its pattern and what stands in its places, so that an edge can say
it in the reader's language; everywhere else it is the text that it reads as.
"""

from collections.abc import Mapping
from typing import Self


class Sentence(str):
    """A sentence in English, written out of a pattern such as ``Round %(number)s is closed.`` and its values."""

    __slots__ = ("pattern", "values")

    pattern: str
    values: Mapping[str, object]

    def __new__(cls, pattern: str, **values: object) -> Self:
        """Write the sentence; without values the pattern is the sentence."""
        made = super().__new__(cls, pattern % values if values else pattern)
        made.pattern, made.values = pattern, values
        return made
