"""Two people who decide, and whom they decide about, for tests of orders."""

import dataclasses
from dataclasses import dataclass

from answerprint.core import clock
from answerprint.core.actor import SYSTEM, Actor
from answerprint.core.db import Database
from answerprint.core.outbox import queue_mail
from answerprint.web.erasure import carry_out_erasure
from audit.models import Order
from audit.queries.subjects import subject_of
from audit.service.erasures import Erased, ask_erasure
from facility.models import Person
from facility.roles import Role
from facility.service.people import change_person
from licensing.service.checkouts import check_out_seat
from tests.facility.factories import actor_of, attempt, make_person, right, wrong
from tests.licensing.factories import NOW, TODAY, product_with_lots

GROUND = "Art. 17 (1) GDPR"
MAIL, NAME = "lena.quast@post.example", "Lena Quast-Öhler"
OLD_MAIL, OLD_NAME = "lena.ohler@post.example", "Lena Öhler"
HOST = "lena-ws-17"


@dataclass(frozen=True, slots=True)
class TwoPeople:
    """Who gives an order, and who decides it."""

    asks: Actor
    decides: Actor


def two_people(database: Database) -> TwoPeople:
    """Add an admin and an auditor to the house."""
    with database.transaction() as session:
        ada = make_person(session, Role.ADMIN, email="ada@post.example", name="Ada Admin")
        otto = make_person(session, Role.AUDITOR, email="otto@post.example", name="Otto Auditor")
        return TwoPeople(actor_of(session, ada.id), actor_of(session, otto.id))


def everywhere(database: Database) -> Person:
    """Add somebody who stands everywhere: among people, in failed sign-ins, at seats, under two names and mails."""
    with database.transaction() as session:
        person = make_person(session, email=OLD_MAIL, name=OLD_NAME)
        change_person(session, SYSTEM, person_id=person.id, version=person.version, name=NAME, email=MAIL)
    known = right(database, MAIL)
    for check in (dataclasses.replace(known, is_right=False), wrong(OLD_MAIL), known):
        attempt(database, check, address="192.0.2.77", now=clock.now())
    with database.transaction() as session:
        queue_mail(session, kind="test", recipient=MAIL, subject="Notice", body=f"Dear {NAME}", now=clock.now())
    product = product_with_lots(database, {})
    for holder, host in ((NAME, HOST), (MAIL.upper(), ""), ("Kim Artist", "ws-1")):
        with database.transaction() as session:
            check_out_seat(session, SYSTEM, product_id=product, quantity=1, holder=holder, host=host, now=NOW, on=TODAY)
    return person


def ask(database: Database, people: TwoPeople, typed: str = MAIL) -> Order:
    """Order that somebody's values be erased."""
    with database.transaction() as session:
        subject = subject_of(session, typed)
        return ask_erasure(session, people.asks, subject=subject, ground=GROUND, now=clock.now())


def erase(database: Database, people: TwoPeople, typed: str = MAIL) -> Erased:
    """Have somebody's values erased by two people."""
    order = ask(database, people, typed)
    with database.transaction() as session:
        return carry_out_erasure(session, people.decides, order_id=order.id, now=clock.now())
