"""What speaks against an agreement as it stands, and whether an exception in its terms answers it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from reviews.rules.labels import exceptions_by_label
from reviews.rules.terms import Terms


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that cannot be relied on. Sending waits until it is gone, or answered by an exception."""

    code: str
    """Such as ``suitability.colour.M1``; an exception answers it by naming it."""
    field: str
    """The field of the terms that it is about."""
    why: str
    needs: str
    """What would make it go."""
    answered_by: str | None = None
    """The label of the exception that answers it: X1, X2, …"""


def answered(findings: Iterable[Finding], terms: Terms, *, on: date) -> tuple[Finding, ...]:
    """Return the findings with the exceptions that answer them on this day; one that ran out answers nothing."""
    good = {one.of: label for label, one in exceptions_by_label(terms).items() if one.until >= on}
    return tuple(replace(one, answered_by=good.get(one.code)) for one in findings)


def open_sentences(findings: Iterable[Finding]) -> dict[str, list[str]]:
    """Return, by field, what no exception answers: why, and what to do."""
    found: dict[str, list[str]] = {}
    for one in findings:
        if one.answered_by is None:
            sentence = f"{one.why} {one.needs} Or agree an exception from {one.code}, with an owner and an end."
            found.setdefault(one.field, []).append(sentence)
    return found
