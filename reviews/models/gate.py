"""The gate: the secrets that lead to it, the visits of browsers, the codes that prove a mailbox, and its counters."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from answerprint.core.db import Base
from answerprint.core.ids import new_id


class GateKey(Base):
    """What one contact's secret opens: a screening link, or an agreement to read and accept. Never deleted.

    The house keeps the SHA-256 of the secret only. A secret that is sent anew is a new row, and the old one is closed.
    """

    __tablename__ = "reviews_gate_keys"
    __table_args__ = (CheckConstraint("(link_id IS NULL) <> (agreement_version_id IS NULL)", name="opens_one_thing"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    secret_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_contacts.id"), index=True)
    link_id: Mapped[UUID | None] = mapped_column(ForeignKey("reviews_links.id"), index=True)
    agreement_version_id: Mapped[UUID | None] = mapped_column(ForeignKey("reviews_agreement_versions.id"), index=True)
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Visit(Base):
    """A browser at the gate, from the POST of the secret on. Its cookie holds a secret, the table only the digest.

    Until ``mailbox_verified_at`` it may be a machine. The secret is a new one at each step that proves something.
    """

    __tablename__ = "reviews_visits"
    __table_args__ = (Index("ix_reviews_visits_key", "gate_key_id", "opened_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    secret_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    gate_key_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_gate_keys.id"))
    csrf_token: Mapped[str] = mapped_column(String(64))
    opened_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    mailbox_verified_at: Mapped[datetime | None]
    passphrase_verified_at: Mapped[datetime | None]
    totp_verified_at: Mapped[datetime | None]
    nda_accepted_at: Mapped[datetime | None]
    signing_verified_at: Mapped[datetime | None]
    """When a fresh code was given to sign something off; it serves once."""


class MailboxCode(Base):
    """Six digits sent to a contact's mailbox: for ten minutes, once, and at most five tries."""

    __tablename__ = "reviews_mailbox_codes"
    __table_args__ = (
        CheckConstraint("tries >= 0 AND tries <= 5", name="five_tries"),
        Index("ix_reviews_mailbox_codes_visit", "visit_id", "sent_at"),
        {"info": {"unrecorded": "a code on its way; that it was sent, and what came of it, is recorded"}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_visits.id"))
    code_hash: Mapped[str] = mapped_column(String(200))
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]
    """When it was used, or a newer one took its place."""


class GateCounter(Base):
    """How often something happened at the gate since its window began, for a link, a recipient or an address."""

    __tablename__ = "reviews_gate_counters"
    __table_args__ = ({"info": {"unrecorded": "a count of what is recorded itself"}},)

    scope: Mapped[str] = mapped_column(String(100), primary_key=True)
    count: Mapped[int]
    window_started_at: Mapped[datetime]


class MediaToken(Base):
    """A short-lived right to read a version's bytes, bound to a view and to the visit it belongs to."""

    __tablename__ = "reviews_media_tokens"
    __table_args__ = ({"info": {"unrecorded": "for a minute, within a view that is recorded"}},)

    secret_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    view_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_views.id"), index=True)
    visit_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_visits.id"))
    expires_at: Mapped[datetime]


class Receipt(Base):
    """A proof that a contact is owed for something they did, from the entry that says so.

    The entry is the one of ``kind`` about ``about`` in ``log``. It is sent once a checkpoint covers it.
    """

    __tablename__ = "reviews_receipts"
    __table_args__ = (
        UniqueConstraint("kind", "about"),
        Index("ix_reviews_receipts_due", "sent_at", "made_at"),
        {"info": {"unrecorded": "a proof of what is recorded, on its way"}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_contacts.id"), index=True)
    log: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(60))
    about: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
