"""Legal holds: what one covers is neither erased nor pruned until it is lifted."""

import pytest

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.problems import Invalid, NotFound
from answerprint.web.erasure import carry_out_erasure
from audit.models import Hold
from audit.queries.orders import list_holds
from audit.queries.subjects import scope_of, subject_of
from audit.rules import GroundRefused, Held
from audit.service.erasures import ask_erasure
from audit.service.holds import HoldEnded, lift_hold, set_hold
from tests.audit.deciding import GROUND, HOST, MAIL, NAME, OLD_MAIL, TwoPeople, ask, erase, everywhere
from tests.conftest import SEAL
from tests.facility.trail import bodies, facts


def hold(database: Database, people: TwoPeople, *, typed: str | None = None, log: str | None = None) -> Hold:
    """Set a hold, in a transaction of its own."""
    with database.transaction() as session:
        subject = subject_of(session, typed) if typed is not None else None
        return set_hold(session, people.decides, subject=subject, log_name=log, reason="dispute 7", now=clock.now())


class TestHoldBeatsOrder:
    """No order goes past a hold, whichever came first."""

    @pytest.mark.parametrize("typed", [MAIL, f"text:{SEAL.tag(OLD_MAIL)}", f"text:{SEAL.tag(NAME)}"])
    def test_held_subject_is_not_erased(self, database: Database, people: TwoPeople, typed: str) -> None:
        """A hold on a person, or on a text that would go along with them, stops the person's erasure."""
        everywhere(database)
        hold(database, people, typed=typed)
        with pytest.raises(Held), database.transaction() as session:
            ask_erasure(session, people.asks, subject=subject_of(session, MAIL), ground=GROUND, now=clock.now())

    def test_texts_of_a_held_person_are_held(self, database: Database, people: TwoPeople) -> None:
        """Nobody gets round a person's hold by ordering the erasure of their mail address alone."""
        everywhere(database)
        hold(database, people, typed=MAIL)
        with pytest.raises(Held), database.transaction() as session:
            ask_erasure(session, people.asks, subject=f"text:{SEAL.tag(MAIL)}", ground=GROUND, now=clock.now())

    def test_hold_after_the_order_stops_it(self, database: Database, people: TwoPeople) -> None:
        """An order that waits is not carried out once a hold is set; it waits on, and goes when the hold is lifted."""
        everywhere(database)
        order = ask(database, people)
        held = hold(database, people, typed=MAIL)
        with pytest.raises(Held), database.transaction() as session:
            carry_out_erasure(session, people.decides, order_id=order.id, now=clock.now())
        with database.reading() as session:
            values = scope_of(session, subject_of(session, MAIL)).values
        with database.transaction() as session:
            lift_hold(session, people.asks, hold_id=held.id, now=clock.now())
        with database.transaction() as session:
            erased = carry_out_erasure(session, people.decides, order_id=order.id, now=clock.now())

        assert erased.values == values > 0

    def test_held_log_keeps_its_values(self, database: Database, people: TwoPeople) -> None:
        """A hold on a log stops the erasure of whoever has values in it, and of nobody else."""
        everywhere(database)
        hold(database, people, log="licensor-vendor-of-nuke")
        with pytest.raises(Held), database.transaction() as session:
            ask_erasure(session, people.asks, subject=subject_of(session, MAIL), ground=GROUND, now=clock.now())
        erased = erase(database, people, f"text:{SEAL.tag(OLD_MAIL)}")

        assert erased.values == 1


class TestHold:
    """A hold is set and lifted once, and says why."""

    def test_hold_covers_one_thing(self, database: Database, people: TwoPeople) -> None:
        """A subject or a log, and one that exists."""
        for chosen in ({}, {"subject": "person:x", "log_name": "house"}):
            with pytest.raises(Invalid), database.transaction() as session:
                set_hold(session, people.asks, **chosen, reason="dispute", now=clock.now())
        with pytest.raises(NotFound), database.transaction() as session:
            set_hold(session, people.asks, log_name="nowhere", reason="dispute", now=clock.now())

    def test_hold_is_lifted_once(self, database: Database, people: TwoPeople) -> None:
        """One person may do it; both ends are facts; a text is not named on the log."""
        everywhere(database)
        held = hold(database, people, typed=HOST)
        with database.transaction() as session:
            lift_hold(session, people.asks, hold_id=held.id, now=clock.now())
        with pytest.raises(HoldEnded), database.transaction() as session:
            lift_hold(session, people.asks, hold_id=held.id, now=clock.now())
        with database.reading() as session:
            rows = list_holds(session)

        assert [row.lifted_by for row in rows] == [people.asks.id]
        assert facts(database, "audit.hold.set")[0]["reason"] == "dispute 7"
        assert len(facts(database, "audit.hold.lifted")) == 1
        assert SEAL.tag(HOST) not in bodies(database)

    def test_reason_names_nobody(self, database: Database, people: TwoPeople) -> None:
        """A reason stands on the log for ever."""
        everywhere(database)
        with pytest.raises(GroundRefused), database.transaction() as session:
            subject = subject_of(session, MAIL)
            set_hold(session, people.asks, subject=subject, reason=f"dispute with {NAME}", now=clock.now())

    def test_lifted_hold_of_an_erased_text_forgets_it(self, database: Database, people: TwoPeople) -> None:
        """Once the text is erased, no row tells by its tag that it was ever held."""
        everywhere(database)
        held = hold(database, people, typed=HOST)
        with database.transaction() as session:
            lift_hold(session, SYSTEM, hold_id=held.id, now=clock.now())
        erase(database, people, HOST)
        with database.reading() as session:
            assert [row.subject for row in list_holds(session)] == [None]
