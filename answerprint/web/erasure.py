"""An erasure through the whole house, in one transaction: the trail, people, seats, kept answers and mails.

What is left untouched, with reason: captures, which are evidence with their hash on the trail; bundles that were made
before, which are copies in somebody's hands; notes on versions, which are what a client asked for; and what people
typed as a ground, a reason or a step of an incident, which names nobody.
"""

import json
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import structlog
from flask import Response, after_this_request
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.http import database
from answerprint.core.kept_answers import KeptAnswer
from answerprint.core.outbox import OutboxMail
from answerprint.core.residue import scour
from answerprint.core.sealing import seal_of
from audit.queries.orders import order_row
from audit.rules import OrderKind
from audit.service import erasures
from audit.service.erasures import Erased
from audit.service.prunings import carry_out_pruning
from facility.models import Person
from facility.service.erasure import forget_person
from facility.shared_writes import check_admin_remains
from licensing.service.erasure import forget_holders
from licensing.service.log_erasure import forget_logged
from licensing.service.statements import forget_names
from reviews.models.parties import Contact
from reviews.service.contacts import forget_contact

log = structlog.get_logger()


def carry_out_erasure(session: Session, actor: Actor, *, order_id: UUID, now: datetime) -> Erased:
    """Carry an order of erasure out everywhere; once it is committed, ``residue.scour`` clears the files.

    Raises what ``audit.service.erasures.carry_out_erasure`` raises, and ``LastAdmin``.
    """
    subject = order_row(session, order_id).subject
    person, contact = _hold_person(session, subject), _hold_contact(session, subject)
    account = person or contact
    texts = (account.name, account.email) if account is not None else ()
    erased = erasures.carry_out_erasure(session, actor, order_id=order_id, texts=texts, now=now)
    if person is not None:
        forget_person(session, actor, person_id=person.id, order_id=order_id, now=now)
    if contact is not None:
        forget_contact(session, actor, contact_id=contact.id, order_id=order_id, now=now)
    forget_holders(session, actor, order_id=order_id, tags=erased.tags, seal=seal_of(session))
    forget_logged(session, actor, order_id=order_id, tags=erased.tags, seal=seal_of(session))
    forget_names(session, actor, order_id=order_id, tags=erased.tags, seal=seal_of(session))
    _forget_answers(session, erased)
    _forget_mails(session, erased)
    return erased


def carry_out_order(session: Session, actor: Actor, *, order_id: UUID, now: datetime) -> None:
    """Carry an order out for a route, whatever its kind, and clear the files once its transaction is committed.

    The app holds it as ``answerprint.carry_out_order``: the trail's own routes know no other floor.
    """
    if order_row(session, order_id).kind == OrderKind.PRUNING:
        carry_out_pruning(session, actor, order_id=order_id, now=now)
    else:
        carry_out_erasure(session, actor, order_id=order_id, now=now)
    after_this_request(_scour)


def _scour(response: Response) -> Response:
    if not scour(database()):
        log.warning("old pages may hold what was erased", todo="run 'answerprint audit scour'")
    return response


def _hold_person(session: Session, subject: str | None) -> Person | None:
    """Return the person of a subject, held until the commit, or ``None`` where it is none of this house."""
    if subject is None or not subject.startswith("person:"):
        return None
    person_id = UUID(subject.removeprefix("person:"))
    # Held before the trail's keys, and admins before others: whoever changes people takes these in the same order.
    check_admin_remains(session, without=person_id)
    return session.get(Person, person_id, with_for_update=True)


def _hold_contact(session: Session, subject: str | None) -> Contact | None:
    """Return the client's person of a subject, held until the commit, or ``None`` where it is none of this house."""
    if subject is None or not subject.startswith("contact:"):
        return None
    return session.get(Contact, UUID(subject.removeprefix("contact:")), with_for_update=True)


def _forget_answers(session: Session, erased: Erased) -> None:
    """Forget the answers kept for the erased person, and those that say one of the erased texts."""
    forms = _written_forms(erased.texts)
    actor = str(erased.person_id) if erased.person_id is not None else None
    answers = select(KeptAnswer.actor, KeptAnswer.key, KeptAnswer.body).execution_options(yield_per=500)
    gone = [
        (kept_for, key)
        for kept_for, key, body in session.execute(answers)
        if kept_for == actor or any(form in body.decode("utf-8", "replace").casefold() for form in forms)
    ]
    for kept_for, key in gone:
        session.execute(delete(KeptAnswer).where(KeptAnswer.actor == kept_for, KeptAnswer.key == key))


def _forget_mails(session: Session, erased: Erased) -> None:
    """Forget the mails to the erased address, and those that say one of the erased texts, sent or not."""
    forms = frozenset(text.strip().casefold() for text in erased.texts) - {""}
    said = (OutboxMail.recipient, OutboxMail.subject, OutboxMail.body, OutboxMail.attachment, OutboxMail.last_failure)
    gone = [
        mail_id
        for mail_id, *parts in session.execute(select(OutboxMail.id, *said))
        if any(form in _unfolded("\n".join(part or "" for part in parts)) for form in forms)
    ]
    for mail_id in gone:
        session.execute(delete(OutboxMail).where(OutboxMail.id == mail_id))


def _unfolded(text: str) -> str:
    """Return a text as it reads, whatever its case: a calendar's long lines are folded (RFC 5545 section 3.1)."""
    return text.replace("\r\n ", "").casefold()


def _written_forms(texts: Collection[str]) -> frozenset[str]:
    """Return how an answer may write these texts: as they are, or as JSON escapes them."""
    plain = {text.strip().casefold() for text in texts} - {""}
    return frozenset(plain | {json.dumps(text)[1:-1].casefold() for text in (*plain, *texts) if text.strip()})
