"""What is recorded of screening links and of freezes.

No secret, no passphrase and no address of a target stands in a fact; a target's host does. A reason that somebody
writes may name people or titles: the log holds its digest only.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from audit.record import Fact, Whose, personal


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkIssued(Fact):
    """A link was issued: to whom, under what, and everything that the gate will hold to."""

    kind: ClassVar[str] = "reviews.link.issued"
    project: UUID
    agreement_version: UUID
    method: str
    material_version: UUID
    contact: UUID
    starts_at: datetime
    ends_at: datetime
    zone: str
    view_limit: int
    view_minutes: int
    asks_passphrase: bool
    asks_totp: bool
    needs_release: bool
    nda_text: UUID | None
    allows_download: bool
    has_watermark_instruction: bool
    target: str
    target_host: str | None
    is_older_version: bool
    """A newer version of the material was there already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkReleased(Fact):
    """A second person released a link; only now does a secret leave the house."""

    kind: ClassVar[str] = "reviews.link.released"
    project: UUID
    contact: UUID
    issued_by: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSent(Fact):
    """A secret of a link was made and mailed to its recipient; those made before open nothing any more."""

    kind: ClassVar[str] = "reviews.link.sent"
    project: UUID
    contact: UUID
    secrets_closed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRevoked(Fact):
    """A link was taken back: from this moment no byte goes through it."""

    kind: ClassVar[str] = "reviews.link.revoked"
    project: UUID
    contact: UUID
    views_used: int
    platform_revocation: str
    reason: str = personal(Whose.ABOUT)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformRevocationConfirmed(Fact):
    """Somebody ended the access on the platform itself, and says so."""

    kind: ClassVar[str] = "reviews.link.platform-revocation-confirmed"
    project: UUID
    contact: UUID
    target_host: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkUnlocked(Fact):
    """The gate's counters of a link and its recipient were set back."""

    kind: ClassVar[str] = "reviews.link.unlocked"
    project: UUID
    contact: UUID
    counters: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeSet(Fact):
    """Nothing of this opens any more, and what plays stops at the next byte. ``subject`` is ``None`` for all."""

    kind: ClassVar[str] = "reviews.freeze.set"
    scope: str
    subject: UUID | None
    project: UUID | None
    reason: str = personal(Whose.ABOUT)


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeLifted(Fact):
    """A freeze was lifted; what else speaks against a link still does."""

    kind: ClassVar[str] = "reviews.freeze.lifted"
    scope: str
    subject: UUID | None
    project: UUID | None
