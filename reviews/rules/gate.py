"""The gate as a state machine over values: how a link stands, what a visitor is asked next, what they are told.

A stranger is always asked for a code and told nothing. Who proved the mailbox is told how the link really stands.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from answerprint.core.sentences import Sentence
from answerprint.core.shown_once import new_secret, sha256_of
from reviews.rules.vocabulary import Proof

VISIT_LASTS = timedelta(hours=12)
"""A visit is over after half a day, or with the view that it was given."""
SIGNING_LASTS = timedelta(minutes=10)
DEAD_ANSWERS_FOR = timedelta(days=30)
"""So long after its end a link still sends its recipient a code, to tell them the truth; then it is unknown."""


class Standing(StrEnum):
    """How what a secret opens stands, in the words of the trail."""

    LIVE = "live"
    NOT_BEGUN = "not-begun"
    OVER = "over"
    REVOKED = "revoked"
    REPLACED = "replaced"
    """A newer mail took the place of this secret."""
    USED_UP = "used-up"
    FROZEN = "frozen"
    NOT_RELEASED = "not-released"
    NOT_AGREED = "not-agreed"
    """The agreement under which it was issued is no longer in force."""


class Step(StrEnum):
    """What a visitor is asked next."""

    CODE = "code"
    PASSPHRASE = "passphrase"  # noqa: S105 - the name of a step
    ENROL = "enrol"
    TOTP = "totp"
    UNDERTAKING = "undertaking"
    READY = "ready"
    """Nothing more: they are who they should be, and have accepted what they had to."""
    TOLD = "told"
    """The link opens nothing, and they are told why."""
    ENDED = "ended"
    """The visit is over; the link may be opened again."""


@dataclass(frozen=True, slots=True)
class LinkState:
    """What decides how a link stands."""

    starts_at: datetime
    ends_at: datetime
    is_used_up: bool
    is_revoked: bool
    is_released: bool
    is_frozen: bool
    is_agreed: bool
    is_replaced: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What a gate asks for beside the mailbox."""

    passphrase: bool = False
    totp: bool = False
    undertaking: bool = False


@dataclass(frozen=True, slots=True)
class Proven:
    """What a visit has shown so far."""

    mailbox: bool = False
    passphrase: bool = False
    totp: bool = False
    has_authenticator: bool = False
    undertaking: bool = False


@dataclass(frozen=True, slots=True)
class VisitSecret:
    """The secret of a visit, for its cookie and nowhere else."""

    text: str = field(default_factory=new_secret, repr=False)

    @property
    def csrf_token(self) -> str:
        """Return what the visit's forms carry. It comes of the secret: a visit that is none has one, too."""
        return sha256_of(f"gate form {self.text}")


def standing_of(link: LinkState, *, now: datetime) -> Standing:
    """Return how a link stands; of several reasons the first that people must hear."""
    claims = (
        (link.is_revoked, Standing.REVOKED),
        (link.is_replaced, Standing.REPLACED),
        (link.is_frozen, Standing.FROZEN),
        (not link.is_released, Standing.NOT_RELEASED),
        (not link.is_agreed, Standing.NOT_AGREED),
        (now < link.starts_at, Standing.NOT_BEGUN),
        (now >= link.ends_at, Standing.OVER),
        (link.is_used_up, Standing.USED_UP),
    )
    return next((standing for is_so, standing in claims if is_so), Standing.LIVE)


def standing_of_key(ends_at: datetime, closed_at: datetime | None, *, is_frozen: bool, now: datetime) -> Standing:
    """Return how a secret stands that opens an agreement."""
    if closed_at is not None:
        return Standing.REPLACED
    if is_frozen:
        return Standing.FROZEN
    return Standing.OVER if now >= ends_at else Standing.LIVE


def next_step(standing: Standing, asked: Asked, proven: Proven, *, is_over: bool = False) -> Step:
    """Return what a visitor is asked next. Without the mailbox that is the code, however the link stands.

    A link whose views are used up still lets its recipient in to decide; it grants nothing.
    """
    claims = (
        (not proven.mailbox, Step.CODE),
        (is_over, Step.ENDED),
        (standing not in (Standing.LIVE, Standing.USED_UP), Step.TOLD),
        (asked.passphrase and not proven.passphrase, Step.PASSPHRASE),
        (asked.totp and not proven.has_authenticator, Step.ENROL),
        (asked.totp and not proven.totp, Step.TOTP),
        (asked.undertaking and not proven.undertaking, Step.UNDERTAKING),
    )
    return next((step for is_so, step in claims if is_so), Step.READY)


def proof_of(proven: Proven) -> Proof:
    """Return how a visitor proved who they are, in words that promise no more than that."""
    if not proven.mailbox:
        return Proof.LINK_ONLY
    if proven.passphrase and proven.totp:
        return Proof.MAILBOX_PASSPHRASE_TOTP
    if proven.totp:
        return Proof.MAILBOX_TOTP
    return Proof.MAILBOX_PASSPHRASE if proven.passphrase else Proof.MAILBOX


def signs_now(signing_verified_at: datetime | None, *, now: datetime) -> bool:
    """Report whether a fresh code was given for a sign-off, and its ten minutes last."""
    return signing_verified_at is not None and now < signing_verified_at + SIGNING_LASTS


TOLD: dict[Standing, Sentence] = {
    Standing.LIVE: Sentence("This link is open."),
    Standing.NOT_BEGUN: Sentence("This link is yours, and is not open yet."),
    Standing.OVER: Sentence("This link is yours, and its time is over. Ask who sent it for a new one."),
    Standing.REVOKED: Sentence("This link was taken back. Ask who sent it whether there is another."),
    Standing.REPLACED: Sentence(
        "This link was sent to you anew. Use the newest mail; this one opens nothing any more."
    ),
    Standing.USED_UP: Sentence("All views of this link are used up. Ask who sent it for more."),
    Standing.FROZEN: Sentence("This is stopped for now. Who sent it can say more."),
    Standing.NOT_RELEASED: Sentence("This link is yours, and waits for its release. You will get a mail."),
    Standing.NOT_AGREED: Sentence("What was agreed on this review has changed. Ask who sent the link for a new one."),
}
"""What a verified recipient is told, and nobody else."""
