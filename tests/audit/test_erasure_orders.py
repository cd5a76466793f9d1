"""Orders of erasure: two people, one decision, and a ground that names nobody."""

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.web.erasure import carry_out_erasure
from audit import rules
from audit.disclosure import make_disclosure
from audit.models import Disclosure, Entry, Order, Subject
from audit.queries.subjects import ValuesDamaged, scope_of, subject_of
from audit.service.erasures import NothingToErase, ask_erasure
from audit.service.orders import refuse_order, withdraw_order
from audit.subjects import known_keys, nonce_of
from facility.errors import LastAdmin
from facility.roles import Role
from tests.audit.deciding import (
    GROUND,
    MAIL,
    NAME,
    TwoPeople,
    ask,
    erase,
    everywhere,
)
from tests.conftest import SEAL
from tests.facility.factories import actor_of, make_person
from tests.facility.trail import facts


def _unguarded(session: Session, table: str) -> None:
    """Take the guard off a table for the rest of a transaction that is rolled back."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text(f"DROP TRIGGER {table}_no_update"))
    else:
        session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))


class TestTwoPeople:
    """One gives the order, another one decides it, and nobody decides about themselves."""

    def test_own_order_is_not_decided(self, database: Database, people: TwoPeople) -> None:
        """Who asked cannot carry out or refuse, by token or otherwise; nothing changes."""
        everywhere(database)
        order = ask(database, people)
        with pytest.raises(rules.TwoPeopleNeeded), database.transaction() as session:
            carry_out_erasure(session, people.asks, order_id=order.id, now=clock.now())
        with pytest.raises(rules.TwoPeopleNeeded), database.transaction() as session:
            refuse_order(session, people.asks, order_id=order.id, reason="no", now=clock.now())
        with database.reading() as session:
            held = session.get_one(Order, order.id)
            still = scope_of(session, subject_of(session, MAIL))

        assert held.state == "asked"
        assert still.values > 0

    def test_house_itself_is_no_person(self, database: Database, people: TwoPeople) -> None:
        """The house's own programs neither ask nor decide."""
        everywhere(database)
        with pytest.raises(rules.TwoPeopleNeeded), database.transaction() as session:
            ask_erasure(session, SYSTEM, subject=subject_of(session, MAIL), ground=GROUND, now=clock.now())
        order = ask(database, people)
        with pytest.raises(rules.TwoPeopleNeeded), database.transaction() as session:
            carry_out_erasure(session, SYSTEM, order_id=order.id, now=clock.now())

    def test_nobody_decides_about_themselves(self, database: Database, people: TwoPeople) -> None:
        """Who is to be erased may ask for it, but somebody else carries it out."""
        with database.transaction() as session:
            subject = f"person:{people.decides.person_id}"
            order = ask_erasure(session, people.asks, subject=subject, ground=GROUND, now=clock.now())
        with pytest.raises(rules.TwoPeopleNeeded), database.transaction() as session:
            carry_out_erasure(session, people.decides, order_id=order.id, now=clock.now())

    def test_table_itself_refuses_one_person(self, database: Database, people: TwoPeople) -> None:
        """Not even a statement of SQL approves an order in the name of who asked."""
        everywhere(database)
        order = ask(database, people)
        with pytest.raises(DBAPIError), database.transaction() as session:
            approved = {"state": "approved", "decided_by": people.asks.id}
            session.execute(update(Order).where(Order.id == order.id).values(approved))

    def test_key_does_not_go_without_an_order(self, database: Database) -> None:
        """No statement deletes a key or empties a value that no approved order names."""
        person = everywhere(database)
        subject = f"person:{person.id}"
        with pytest.raises(DBAPIError), database.transaction() as session:
            session.execute(delete(Subject).where(Subject.subject == subject))
        with pytest.raises(DBAPIError), database.transaction() as session:
            emptied = {"subject": "erased:x", "sealed": None, "tag": None}
            session.execute(update(Disclosure).where(Disclosure.subject == subject).values(emptied))

    def test_last_admin_is_not_forgotten(self, database: Database, people: TwoPeople) -> None:
        """An erasure that would leave nobody to run the house is refused, and takes nothing."""
        with database.transaction() as session:
            third = actor_of(session, make_person(session, Role.AUDITOR, email="t@post.example").id)
            subject = f"person:{people.asks.person_id}"
            order = ask_erasure(session, third, subject=subject, ground=GROUND, now=clock.now())
        with pytest.raises(LastAdmin), database.transaction() as session:
            carry_out_erasure(session, people.decides, order_id=order.id, now=clock.now())
        with database.reading() as session:
            assert scope_of(session, subject).values > 0


class TestOrders:
    """An order waits, is decided once, and says why without saying who."""

    def test_order_is_decided_once(self, database: Database, people: TwoPeople) -> None:
        """A done order is neither carried out again, nor refused, nor withdrawn."""
        everywhere(database)
        erased = erase(database, people)
        with pytest.raises(rules.OrderClosed), database.transaction() as session:
            carry_out_erasure(session, people.decides, order_id=erased.order_id, now=clock.now())
        with pytest.raises(rules.OrderClosed), database.transaction() as session:
            refuse_order(session, people.decides, order_id=erased.order_id, reason="late", now=clock.now())
        with pytest.raises(rules.OrderClosed), database.transaction() as session:
            withdraw_order(session, people.asks, order_id=erased.order_id, now=clock.now())

    def test_refused_and_withdrawn_orders_change_nothing(self, database: Database, people: TwoPeople) -> None:
        """Both ends are facts, and the values stay."""
        everywhere(database)
        for act in ("refuse", "withdraw"):
            order = ask(database, people)
            with database.transaction() as session:
                if act == "refuse":
                    refuse_order(session, people.decides, order_id=order.id, reason="still needed", now=clock.now())
                else:
                    withdraw_order(session, people.asks, order_id=order.id, now=clock.now())
        with database.reading() as session:
            values = scope_of(session, subject_of(session, MAIL)).values

        assert values > 0
        assert facts(database, "audit.erasure.refused")[0]["reason"] == "still needed"
        assert len(facts(database, "audit.erasure.withdrawn")) == 1

    def test_only_who_gave_it_withdraws(self, database: Database, people: TwoPeople) -> None:
        """Another person refuses an order; taking it back is for who gave it."""
        everywhere(database)
        order = ask(database, people)
        with pytest.raises(rules.TwoPeopleNeeded), database.transaction() as session:
            withdraw_order(session, people.decides, order_id=order.id, now=clock.now())

    def test_second_order_for_the_same_is_refused(self, database: Database, people: TwoPeople) -> None:
        """One order waits for one subject, so that nobody decides the same twice."""
        everywhere(database)
        with database.transaction() as session:
            subject = subject_of(session, MAIL)
            ask_erasure(session, people.asks, subject=subject, ground=GROUND, now=clock.now())
        with pytest.raises(rules.OrderStands), database.transaction() as session:
            ask_erasure(session, people.decides, subject=subject, ground=GROUND, now=clock.now())

    @pytest.mark.parametrize("ground", ["", " ", "x" * 501, f"{NAME} asked us", f"mail of {MAIL.upper()}"])
    def test_ground_says_why_and_not_who(self, database: Database, people: TwoPeople, ground: str) -> None:
        """What stands on the log for ever must not bring back what is erased."""
        everywhere(database)
        with pytest.raises(rules.GroundRefused), database.transaction() as session:
            ask_erasure(session, people.asks, subject=subject_of(session, MAIL), ground=ground, now=clock.now())

    def test_nothing_on_the_trail_is_no_order(self, database: Database, people: TwoPeople) -> None:
        """A mistyped text is told at once."""
        with pytest.raises(NothingToErase), database.transaction() as session:
            ask_erasure(session, people.asks, subject=subject_of(session, "nobody"), ground=GROUND, now=clock.now())

    @pytest.mark.parametrize("attack", ["unreadable", "another value"])
    def test_altered_value_is_not_erased_as_if_it_were_real(
        self, database: Database, people: TwoPeople, attack: str
    ) -> None:
        """Evidence of an attack, even of one who has the key, does not leave by an order: it fails and says where."""
        subject = f"person:{everywhere(database).id}"
        order = ask(database, people)
        with database.reading() as session:
            first = session.scalars(select(Disclosure).where(Disclosure.subject == subject)).first()
            assert first is not None
            nonce = nonce_of(session.get_one(Entry, (first.log_id, first.index)).body)
            forged = make_disclosure("A" * 22, first.name, "Somebody Else")
            swapped = known_keys(session, SEAL, {subject})[subject].seal(forged, nonce, first.name)
        with pytest.raises(ValuesDamaged, match=f"entry {first.index} "), database.transaction() as session:
            _unguarded(session, "audit_disclosures")
            place = (Disclosure.log_id == first.log_id, Disclosure.index == first.index, Disclosure.name == first.name)
            sealed = swapped if attack == "another value" else b"\x01" + bytes(60)
            session.execute(update(Disclosure).where(*place).values(sealed=sealed))
            carry_out_erasure(session, people.decides, order_id=order.id, now=clock.now())
