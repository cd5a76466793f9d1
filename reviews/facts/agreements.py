"""What is recorded of agreements, of the floors under them, and of terms to begin with.

``about`` names the version, ``agreement`` the agreement. What changed stands as the codes of the readable difference,
such as ``security.link_days``; people stand as the ids of contacts, and what they typed only as a digest.
"""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from audit.record import Fact, Whose, personal

Change = dict[str, int | bool | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementDrafted(Fact):
    """An agreement was begun for a project and a milestone; ``cloned_from`` names the version it was taken from."""

    kind: ClassVar[str] = "reviews.agreement.drafted"
    project: UUID
    agreement: UUID
    agreement_number: int
    number: int
    milestone: str
    terms_sha256: str
    cloned_from: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftChanged(Fact):
    """The terms of a draft became others; ``changes`` are the codes of what differs."""

    kind: ClassVar[str] = "reviews.agreement.draft-changed"
    project: UUID
    agreement: UUID
    number: int
    old_terms_sha256: str
    new_terms_sha256: str
    changes: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementSent(Fact):
    """A version's text was frozen and sent to the client's signatories; ``exceptions`` are what was deviated from."""

    kind: ClassVar[str] = "reviews.agreement.sent"
    project: UUID
    agreement: UUID
    number: int
    old_state: str
    new_state: str
    text_sha256: str
    terms_sha256: str
    signatories: list[UUID]
    exceptions: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementSentAgain(Fact):
    """A signatory got a new way to a version; the ways they had before lead nowhere."""

    kind: ClassVar[str] = "reviews.agreement.sent-again"
    project: UUID
    agreement: UUID
    number: int
    contact: UUID
    keys_closed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementAcceptedByHouse(Fact):
    """A person of the house accepted a version's text for the house."""

    kind: ClassVar[str] = "reviews.agreement.accepted-by-house"
    project: UUID
    agreement: UUID
    number: int
    person: UUID
    proof: str
    text_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementAcceptedByClient(Fact):
    """A signatory of the client's accepted a version's text; what they typed as their name proves nothing by itself."""

    kind: ClassVar[str] = "reviews.agreement.accepted-by-client"
    project: UUID
    agreement: UUID
    number: int
    contact: UUID
    proof: str
    text_sha256: str
    typed_name: str = personal(Whose.ACTOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementInForce(Fact):
    """Both sides accepted the same text: from now on it holds."""

    kind: ClassVar[str] = "reviews.agreement.in-force"
    project: UUID
    agreement: UUID
    number: int
    old_state: str
    new_state: str
    text_sha256: str
    supersedes: UUID | None
    changes: list[str]
    """The codes of what differs from the version that it supersedes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementSuperseded(Fact):
    """A later version took the place of this one; ``live_links`` counts those issued under it."""

    kind: ClassVar[str] = "reviews.agreement.superseded"
    project: UUID
    agreement: UUID
    number: int
    old_state: str
    new_state: str
    text_sha256: str
    by: UUID
    live_links: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementWithdrawn(Fact):
    """A version was taken back: nobody accepts it any more, and the ways to it lead nowhere."""

    kind: ClassVar[str] = "reviews.agreement.withdrawn"
    project: UUID
    agreement: UUID
    number: int
    old_state: str
    new_state: str
    reason: str
    text_sha256: str | None
    keys_closed: int
    live_links: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementRevised(Fact):
    """A new draft was begun from the version in force, which holds until the new one is accepted by both."""

    kind: ClassVar[str] = "reviews.agreement.revised"
    project: UUID
    agreement: UUID
    number: int
    revises: UUID
    terms_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChanged(Fact):
    """The floor of the house or of a client's became another; ``lowered`` names the demands that ask less now."""

    kind: ClassVar[str] = "reviews.policy.changed"
    client: UUID | None
    """``None`` for the house's own."""
    old: Change
    new: Change
    lowered: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateAdded(Fact):
    """Terms to begin with are there, for a client or, where it is ``None``, for all."""

    kind: ClassVar[str] = "reviews.template.added"
    client: UUID | None
    name: str
    terms_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateChanged(Fact):
    """Terms to begin with have another name or say something else."""

    kind: ClassVar[str] = "reviews.template.changed"
    client: UUID | None
    old_name: str
    new_name: str
    old_terms_sha256: str
    new_terms_sha256: str
    changes: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateRemoved(Fact):
    """Terms to begin with are there no more; agreements that began with them stay as they are."""

    kind: ClassVar[str] = "reviews.template.removed"
    client: UUID | None
    name: str
    terms_sha256: str
