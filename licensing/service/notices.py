"""Tell the house of dates that come near, each threshold of each date once."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.outbox import queue_mail
from audit.record import record
from facility.public import mail_addresses
from facility.roles import Role
from licensing.facts.statements import NoticeOfDateGiven
from licensing.models.statements import NoticeGiven
from licensing.queries.deadlines import coming_dates, hold_vendors, told_thresholds
from licensing.rules.notices import Notice, due_notices, sentence

MAIL_KIND = "licensing.notice"


def give_notices(session: Session, actor: Actor, *, now: datetime, on: date) -> tuple[Notice, ...]:
    """Give the notices that are due on the day ``on``, by mail and on the vendors' logs; return them.

    Technical staff are told of all, admins of the last two thresholds, and of all where there is no technical staff.
    """
    given = _due(session, on)
    if given:
        # Of two processes that run at once the second waits here, and then finds what the first has told.
        hold_vendors(session, {notice.coming.log for notice in given})
        given = _due(session, on)
    for notice in given:
        fact = NoticeOfDateGiven(
            about=notice.coming.about,
            what=notice.coming.what.value,
            falls_on=notice.coming.falls_on,
            threshold=notice.threshold,
            told_on=on,
            goes_to_admins=int(notice.is_escalated),
        )
        session.add(_told(notice, now, on))
        record(session, actor, fact, log=notice.coming.log)
    _mail(session, given, now)
    return given


def _due(session: Session, on: date) -> tuple[Notice, ...]:
    coming = coming_dates(session, on)
    return due_notices(coming, told_thresholds(session, coming), on=on)


def _told(notice: Notice, now: datetime, on: date) -> NoticeGiven:
    return NoticeGiven(
        about=notice.coming.about,
        what=notice.coming.what.value,
        falls_on=notice.coming.falls_on,
        threshold=notice.threshold,
        told_at=now,
        told_on=on,
    )


def _mail(session: Session, given: Collection[Notice], now: datetime) -> None:
    """Write one mail to each, with all that is theirs to know."""
    if not given:
        return
    admins = mail_addresses(session, [Role.ADMIN])
    told_of_all = mail_addresses(session, [Role.TECH]) or admins
    urgent = [notice for notice in given if notice.is_escalated]
    for address in sorted({*told_of_all, *admins}):
        shown = given if address in told_of_all else urgent
        if shown:
            count = len(shown)
            subject = "Licences: a date comes near" if count == 1 else f"Licences: {count} dates come near"
            body = "".join(f"- {sentence(notice)}\n" for notice in shown)
            queue_mail(session, kind=MAIL_KIND, recipient=address, subject=subject, body=body, now=now)
