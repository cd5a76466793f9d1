"""Kinds of refusal. A domain error subclasses one kind; only ``answerprint.web.errors`` knows the HTTP status.

Refusal
├── Invalid            what was sent cannot be read or breaks a rule of form
├── NotSignedIn        nobody, or a secret that no longer opens anything
├── NotAllowed         somebody, but not with this permission
├── NotFound           nothing here, or nothing this reader may know of
├── Conflict           well formed, but the state of the house speaks against it
├── StaleVersion       it was changed since it was read
├── VersionRequired    a change that does not say which version it changes
├── TooLarge           more than the limit
└── TooMany            too often; wait
"""

from typing import ClassVar


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """The house says no, in a sentence that says what to do.

    ``code`` is the stable last part of the problem's type. ``fields`` names what was at fault, field by field.
    ``on_trail`` is a fact that the edge records although the request's own transaction rolls back.
    """

    code: ClassVar[str] = "refused"

    def __init__(
        self,
        detail: str,
        *,
        fields: dict[str, list[str]] | None = None,
        on_trail: object | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.fields = fields or {}
        self.on_trail = on_trail


class Invalid(Refusal):
    """What was sent cannot be read, or breaks a rule of form."""

    code = "invalid"


class NotSignedIn(Refusal):
    """Nobody, or a secret that no longer opens anything."""

    code = "not-signed-in"


class NotAllowed(Refusal):
    """Somebody, but not with this permission."""

    code = "not-allowed"


class NotFound(Refusal):
    """Nothing here, or nothing that this reader may know of."""

    code = "not-found"


class Conflict(Refusal):
    """Well formed, but the state of the house speaks against it."""

    code = "conflict"


class StaleVersion(Refusal):
    """It was changed since it was read."""

    code = "stale-version"


class VersionRequired(Refusal):
    """A change that does not say which version it changes."""

    code = "version-required"


class TooLarge(Refusal):
    """More than the limit."""

    code = "too-large"


class TooMany(Refusal):
    """Too often: wait and try again."""

    code = "too-many"
