"""What is recorded at the gate. Until a mailbox is verified the actor is a stranger, and may be a machine."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from audit.record import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class GateOpened(Fact):
    """A secret was given at the gate. ``was`` says how what it opens stood; nobody there was told.

    Of unknown secrets the first, the tenth, the hundredth and so on of a quarter of an hour are told, in the house
    log, with how many there had been (``count``) and how many in the window before (``before``).
    """

    kind: ClassVar[str] = "reviews.gate.opened"
    was: str
    link: UUID | None = None
    agreement_version: UUID | None = None
    project: UUID | None = None
    count: int | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GateHeldOff(Fact):
    """Something happened too often at a gate, and is not heard for a while. Told once a window."""

    kind: ClassVar[str] = "reviews.gate.held-off"
    project: UUID
    what: str
    """``visits``, ``codes``, ``guesses``, ``passphrases`` or ``authenticators``."""
    scope: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeSent(Fact):
    """A code was sent to the recipient's mailbox."""

    kind: ClassVar[str] = "reviews.gate.code-sent"
    project: UUID
    contact: UUID
    is_for_signing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeRefused(Fact):
    """A code did not fit, was too old, or had been tried too often."""

    kind: ClassVar[str] = "reviews.gate.code-refused"
    project: UUID
    contact: UUID
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxVerified(Fact):
    """The visitor reads the recipient's mailbox; that, and no more, is proved.

    ``is_new_network``: this recipient was never verified from there before.
    """

    kind: ClassVar[str] = "reviews.gate.mailbox-verified"
    project: UUID
    contact: UUID
    is_new_network: bool
    earlier_visits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningVerified(Fact):
    """A fresh code was given, to sign something off with."""

    kind: ClassVar[str] = "reviews.gate.signing-verified"
    project: UUID
    contact: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningUsed(Fact):
    """The fresh code was used up for a sign-off."""

    kind: ClassVar[str] = "reviews.gate.signing-used"
    project: UUID
    contact: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PassphraseRefused(Fact):
    """The passphrase did not fit."""

    kind: ClassVar[str] = "reviews.gate.passphrase-refused"
    project: UUID
    contact: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class PassphraseVerified(Fact):
    """The passphrase fitted, which came by another way than the link."""

    kind: ClassVar[str] = "reviews.gate.passphrase-verified"
    project: UUID
    contact: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticatorBegun(Fact):
    """A contact was given the secret of an authenticator; it counts once a code of it was given."""

    kind: ClassVar[str] = "reviews.gate.authenticator-begun"
    project: UUID
    contact: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticatorEnrolled(Fact):
    """A contact's authenticator gave its first code."""

    kind: ClassVar[str] = "reviews.gate.authenticator-enrolled"
    project: UUID
    contact: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticatorVerified(Fact):
    """The authenticator's code fitted."""

    kind: ClassVar[str] = "reviews.gate.authenticator-verified"
    project: UUID
    contact: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticatorRefused(Fact):
    """The authenticator's code did not fit, or was used before."""

    kind: ClassVar[str] = "reviews.gate.authenticator-refused"
    project: UUID
    contact: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticatorReset(Fact):
    """A contact's authenticator counts no more; at the next gate that asks for one they enrol another."""

    kind: ClassVar[str] = "reviews.contact.authenticator-reset"
    client: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class NdaAccepted(Fact):
    """The recipient accepted the undertaking whose text has this hash."""

    kind: ClassVar[str] = "reviews.gate.nda-accepted"
    project: UUID
    contact: UUID
    nda_text: UUID
    text_sha256: str
    proof: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitEnded(Fact):
    """The visitor left and said so."""

    kind: ClassVar[str] = "reviews.gate.visit-ended"
    project: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewGranted(Fact):
    """The recipient was let in, in the transaction that this entry ends: no log, no view."""

    kind: ClassVar[str] = "reviews.view.granted"
    project: UUID
    link: UUID
    visit: UUID
    contact: UUID
    material_version: UUID
    proof: str
    nda_sha256: str | None
    number: int
    """The how manieth view of the link it is."""
    view_limit: int
    ends_at: datetime
    target: str
    target_host: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewRefused(Fact):
    """The recipient was not let in; ``why`` in the words of ``rules.gate.Standing``."""

    kind: ClassVar[str] = "reviews.view.refused"
    project: UUID
    link: UUID
    contact: UUID
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialDownloaded(Fact):
    """The recipient took the file along, as the agreement allows."""

    kind: ClassVar[str] = "reviews.view.downloaded"
    project: UUID
    link: UUID
    contact: UUID
    material_version: UUID
