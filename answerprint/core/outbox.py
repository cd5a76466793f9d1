"""Mails that wait to be sent: written in the transaction of what they tell of, sent after it, and then forgotten.

A mail is claimed by moving its next try on, in a transaction of its own, before it is sent: of two processes one has
it. A process that dies while it sends leaves the claim behind, and after a while another tries again; so a mail may
come twice, but is never lost.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Index, String, Text, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from answerprint.core.db import Base, Database
from answerprint.core.ids import new_id

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=5), timedelta(hours=12)
MOST_TRIES = 12
"""After so many a mail is not tried again: with these pauses, after about three days."""
KEPT_AFTER_SENDING = timedelta(days=30)
_FAILURE_LENGTH = 300
_MOST_AT_ONCE = 100


class OutboxMail(Base):
    """A mail to one address. ``next_try_at`` is ``None`` once it was sent or given up."""

    __tablename__ = "core_outbox"
    __table_args__ = (
        Index("ix_core_outbox_sent_at_next_try_at", "sent_at", "next_try_at"),
        {"info": {"unrecorded": "a copy of what was recorded, on its way; it is deleted after it was sent"}},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(40))
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    attachment: Mapped[str | None] = mapped_column(Text)
    attachment_name: Mapped[str] = mapped_column(String(120), default="")
    attachment_type: Mapped[str] = mapped_column(String(80), default="")
    made_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    last_failure: Mapped[str] = mapped_column(String(_FAILURE_LENGTH), default="")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A text beside a mail: a calendar entry, a proof. ``media_type`` is such as ``text/calendar; method=REQUEST``."""

    name: str
    media_type: str
    text: str


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to one address, in plain text."""

    id: UUID
    recipient: str
    subject: str
    body: str
    made_at: datetime
    attachment: Attachment | None = None


@dataclass(frozen=True, slots=True)
class OutboxCount:
    """How many mails wait, how many were given up, and why the last that failed did."""

    waiting: int
    given_up: int
    last_failure: str


class NotSentError(Exception):
    """A mail could not be handed over; the sentence says why."""


Transport = Callable[[Mail], None]
"""Hands one mail over; raises ``NotSentError``."""


def queue_mail(
    session: Session,
    *,
    kind: str,
    recipient: str,
    subject: str,
    body: str,
    now: datetime,
    attachment: Attachment | None = None,
) -> None:
    """Have a mail sent once this transaction is committed; raises ``ValueError`` for what would break a header."""
    for text in (recipient, subject, *((attachment.name, attachment.media_type) if attachment else ())):
        if not text.strip() or not text.isprintable():
            message = "an address or a subject is one line of text that can be seen"
            raise ValueError(message)
    mail = OutboxMail(kind=kind, recipient=recipient, subject=subject[:200], body=body, made_at=now, next_try_at=now)
    if attachment is not None:
        mail.attachment, mail.attachment_name = attachment.text, attachment.name
        mail.attachment_type = attachment.media_type
    session.add(mail)


def send_waiting(database: Database, transport: Transport, *, now: datetime) -> int:
    """Send the mails that are due, the oldest first; return how many were handed over."""
    sent = 0
    for mail_id in _due(database, now):
        mail = _claim(database, mail_id, now)
        if mail is None:
            continue
        failure = _try(transport, mail)
        with database.transaction() as session:
            _note(session, mail_id, failure, now)
        sent += failure is None
    return sent


def forget_sent(session: Session, *, now: datetime) -> None:
    """Delete the mails that were sent thirty days ago, or made then and never sent: addresses are personal."""
    before = now - KEPT_AFTER_SENDING
    is_stale = OutboxMail.sent_at.is_(None) & (OutboxMail.made_at < before)
    session.execute(delete(OutboxMail).where((OutboxMail.sent_at < before) | is_stale))


def count_outbox(session: Session) -> OutboxCount:
    """Return what waits in the outbox."""
    unsent = OutboxMail.sent_at.is_(None)
    waiting = session.scalar(select(func.count()).where(unsent, OutboxMail.next_try_at.is_not(None)))
    given_up = session.scalar(select(func.count()).where(unsent, OutboxMail.next_try_at.is_(None)))
    failed = select(OutboxMail.last_failure).where(unsent, OutboxMail.last_failure != "")
    last = session.scalar(failed.order_by(OutboxMail.made_at.desc()).limit(1))
    return OutboxCount(waiting or 0, given_up or 0, last or "")


def pause_after(tries: int) -> timedelta:
    """Return how long to wait after so many tries that failed: twice as long each time, half a day at most."""
    doubled: int = 1 << min(max(tries - 1, 0), 20)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)


def _due(database: Database, now: datetime) -> list[UUID]:
    is_due = (OutboxMail.sent_at.is_(None), OutboxMail.next_try_at <= now)
    query = select(OutboxMail.id).where(*is_due).order_by(OutboxMail.made_at, OutboxMail.id).limit(_MOST_AT_ONCE)
    with database.reading() as session:
        return list(session.scalars(query))


def _claim(database: Database, mail_id: UUID, now: datetime) -> Mail | None:
    """Move the next try on; ``None`` where another process did so first."""
    is_free = (OutboxMail.id == mail_id, OutboxMail.sent_at.is_(None), OutboxMail.next_try_at <= now)
    row = OutboxMail
    claim = update(row).where(*is_free).values(tries=row.tries + 1, next_try_at=now + FIRST_PAUSE).returning(row)
    with database.transaction() as session:
        found = session.scalars(claim).one_or_none()
        return _mail(found) if found is not None else None


def _mail(row: OutboxMail) -> Mail:
    attachment = None
    if row.attachment is not None:
        attachment = Attachment(row.attachment_name, row.attachment_type, row.attachment)
    return Mail(row.id, row.recipient, row.subject, row.body, row.made_at, attachment)


def _try(transport: Transport, mail: Mail) -> str | None:
    try:
        transport(mail)
    except NotSentError as error:
        return str(error)[:_FAILURE_LENGTH] or "no reason was given"
    return None


def _note(session: Session, mail_id: UUID, failure: str | None, now: datetime) -> None:
    is_it = OutboxMail.id == mail_id
    if failure is None:
        # Links and codes are secrets: what was handed over is not kept, only that it was.
        gone = {"body": "", "attachment": None, "last_failure": ""}
        session.execute(update(OutboxMail).where(is_it).values(sent_at=now, next_try_at=None, **gone))
        return
    tries = session.scalar(select(OutboxMail.tries).where(is_it)) or 0
    again = None if tries >= MOST_TRIES else now + pause_after(tries)
    session.execute(update(OutboxMail).where(is_it).values(next_try_at=again, last_failure=failure))
