"""Pruning by order of two people: old entries go, their hashes stay, and every proof can still be made."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from audit import rules
from audit.models import Disclosure, Entry, Order, Pruning, Tile
from audit.queries.logs import log_named, newest_checkpoint
from audit.queries.orders import minimum_of, prunable
from audit.queries.tree import prove, tile_reader
from audit.record import record
from audit.rollback import LogBroken
from audit.rules import Held, MinimumRefused, NothingSigned, OrderClosed, OrderStands, Prunable, TwoPeopleNeeded
from audit.service.checkpoints import publish_checkpoint
from audit.service.holds import set_hold
from audit.service.orders import refuse_order
from audit.service.prunings import ask_pruning, carry_out_pruning
from audit.tree import tree_root
from tests.audit.deciding import TwoPeople
from tests.facility.trail import facts
from tests.facts import PersonSeen

TODAY = clock.now()
NEXT_YEAR = TODAY + timedelta(days=400)
SIZE = 600


@pytest.fixture(name="grown")
def _grown(database: Database, log_key: Ed25519PrivateKey, monkeypatch: pytest.MonkeyPatch) -> None:
    """A house log of some hundred entries, each with a value, signed; then more than a year goes by."""
    with database.transaction() as session:
        for at in range(SIZE):
            record(session, SYSTEM, PersonSeen(about="person:seen", name=f"n{at}", place="door"))
    with database.transaction() as session:
        publish_checkpoint(session, SYSTEM, log_name="house", key=log_key)
    monkeypatch.setattr(clock, "now", lambda: NEXT_YEAR)


def ask(database: Database, people: TwoPeople, minimum: int = 256) -> Order:
    """Order a pruning of the house log, in a transaction of its own."""
    with database.transaction() as session:
        return ask_pruning(
            session, people.asks, log_name="house", minimum=minimum, ground="a year is over", now=clock.now()
        )


@pytest.mark.usefixtures("grown")
class TestPruning:
    """What goes and what stays."""

    def test_entries_go_and_proofs_stay(self, database: Database, people: TwoPeople) -> None:
        """Entries and values below the minimum are gone; the root and the proof of every entry are as before."""
        with database.reading() as session:
            log = log_named(session, "house")
            newest = newest_checkpoint(session, log)
            assert newest is not None
            root = tree_root(newest.size, tile_reader(session, log, newest.size))
            before = [prove(session, log, index, newest) for index in (0, 255, 256, 511, 599)]
        order = ask(database, people, 512)
        with database.transaction() as session:
            gone = carry_out_pruning(session, people.decides, order_id=order.id, now=clock.now())
        with database.reading() as session:
            lowest = [session.scalar(select(func.min(table.index))) or 0 for table in (Entry, Disclosure)]
            after = [prove(session, log, index, newest) for index in (0, 255, 256, 511, 599)]
            root_after = tree_root(newest.size, tile_reader(session, log, newest.size))
            minimum = minimum_of(session, log)

        assert gone == minimum == 512
        assert min(lowest) >= 512
        assert after == before
        assert root_after == root

    def test_house_log_says_what_went(self, database: Database, people: TwoPeople) -> None:
        """The log, the minimum, the order, who gave it, and since when entries are kept."""
        order = ask(database, people)
        with database.transaction() as session:
            carry_out_pruning(session, people.decides, order_id=order.id, now=clock.now())
        (told,) = facts(database, "audit.log.pruned")

        assert (told["log"], told["minimum"], told["entries"]) == ("house", 256, 256)
        assert (told["order"], told["asked_by"]) == (str(order.id), people.asks.id)
        assert told["actor"]["id"] == people.decides.id

    def test_log_grows_on_and_is_pruned_again(
        self, database: Database, people: TwoPeople, log_key: Ed25519PrivateKey
    ) -> None:
        """A pruned log takes entries, is signed, and is pruned further, never less."""
        order = ask(database, people)
        with database.transaction() as session:
            carry_out_pruning(session, people.decides, order_id=order.id, now=clock.now())
        with database.transaction() as session:
            publish_checkpoint(session, SYSTEM, log_name="house", key=log_key)
        with pytest.raises(MinimumRefused):
            ask(database, people, 256)
        further = ask(database, people, 512)
        with database.transaction() as session:
            gone = carry_out_pruning(session, people.decides, order_id=further.id, now=clock.now())

        assert gone == 256

    def test_entry_that_is_not_what_its_tile_says_stops_it(self, database: Database, people: TwoPeople) -> None:
        """Evidence of an attack is not pruned away: every entry is hashed once more before it goes."""
        order = ask(database, people)
        with pytest.raises(LogBroken), database.transaction() as session:
            if database.is_sqlite:
                session.execute(text("DROP TRIGGER audit_entries_no_update"))
            else:
                session.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER USER"))
            session.execute(update(Entry).where(Entry.index == 100).values(body=b"{}"))
            carry_out_pruning(session, people.decides, order_id=order.id, now=clock.now())
        with database.reading() as session:
            assert session.scalar(select(func.min(Entry.index))) == 0

    def test_tile_that_is_missing_stops_it(self, database: Database, people: TwoPeople) -> None:
        """Without its tile a pruned entry would leave no hash behind."""
        order = ask(database, people)
        with pytest.raises(LogBroken), database.transaction() as session:
            name = "audit_tiles_no_delete" if database.is_sqlite else "audit_tiles"
            session.execute(
                text(f"DROP TRIGGER {name}" if database.is_sqlite else f"ALTER TABLE {name} DISABLE TRIGGER USER")
            )
            session.execute(delete(Tile).where(Tile.level == 0, Tile.index == 0))
            carry_out_pruning(session, people.decides, order_id=order.id, now=clock.now())


@pytest.mark.usefixtures("grown")
class TestTwoPeople:
    """One orders, another one decides, and the tables hold it."""

    def test_own_order_is_not_decided(self, database: Database, people: TwoPeople) -> None:
        """Who asked does not carry it out, nor does the house itself."""
        order = ask(database, people)
        for actor in (people.asks, SYSTEM):
            with pytest.raises(TwoPeopleNeeded), database.transaction() as session:
                carry_out_pruning(session, actor, order_id=order.id, now=clock.now())

    def test_order_is_decided_once(self, database: Database, people: TwoPeople) -> None:
        """A refused order is not carried out, and a second one waits for the first."""
        order = ask(database, people)
        with pytest.raises(OrderStands):
            ask(database, people)
        with database.transaction() as session:
            refuse_order(session, people.decides, order_id=order.id, reason="keep it", now=clock.now())
        with pytest.raises(OrderClosed), database.transaction() as session:
            carry_out_pruning(session, people.decides, order_id=order.id, now=clock.now())

        assert facts(database, "audit.pruning.refused")[0]["minimum"] == 256

    def test_minimum_does_not_move_without_an_order(self, database: Database, people: TwoPeople) -> None:
        """No statement of SQL moves the minimum or deletes an entry before two people have."""
        order = ask(database, people)
        with pytest.raises(DBAPIError), database.transaction() as session:
            session.execute(insert(Pruning).values(log_id=order.log_id, minimum=256, order_id=order.id))
        with pytest.raises(DBAPIError), database.transaction() as session:
            session.execute(delete(Entry).where(Entry.index == 0))


@pytest.mark.usefixtures("grown")
class TestHolds:
    """Hold beats order."""

    def test_held_log_is_not_pruned(self, database: Database, people: TwoPeople) -> None:
        """A hold that comes after the order stops it too."""
        order = ask(database, people)
        with database.transaction() as session:
            set_hold(session, people.asks, log_name="house", reason="dispute", now=clock.now())
        with pytest.raises(Held), database.transaction() as session:
            carry_out_pruning(session, people.decides, order_id=order.id, now=clock.now())

    def test_held_subject_keeps_its_entries(self, database: Database, people: TwoPeople) -> None:
        """What is kept of somebody under a hold is not pruned away with the rest."""
        with database.transaction() as session:
            set_hold(session, people.asks, subject="person:seen", reason="dispute", now=clock.now())
        with pytest.raises(Held):
            ask(database, people)


class TestMinimum:
    """How far a log may be pruned."""

    def test_log_that_nobody_signed_says_what_to_do(self, database: Database, people: TwoPeople) -> None:
        """Without a checkpoint nothing would prove what was pruned."""
        with pytest.raises(NothingSigned) as refused:
            ask(database, people)

        assert "signed" in refused.value.detail

    @pytest.mark.usefixtures("grown")
    def test_young_entries_stay(self, database: Database, people: TwoPeople) -> None:
        """Today nothing is a year old; in a year all is."""
        with database.reading() as session:
            log = log_named(session, "house")
            today, later = (prunable(session, log, now=moment).most for moment in (TODAY, NEXT_YEAR))
        with pytest.raises(MinimumRefused) as refused, database.transaction() as session:
            ask_pruning(session, people.asks, log_name="house", minimum=256, ground="old", now=TODAY)

        assert (today, later) == (0, 512)
        assert "365 days" in refused.value.detail

    @given(
        size=st.integers(1, 5000),
        pruned=st.integers(0, 8),
        signed=st.integers(1, 5000),
        young=st.none() | st.integers(0, 5000),
        minimum=st.integers(-300, 6000) | st.integers(-1, 24).map(lambda tiles: tiles * 256),
    )
    @example(size=512, pruned=0, signed=512, young=None, minimum=512)
    @example(size=513, pruned=1, signed=513, young=None, minimum=512)
    @example(size=600, pruned=0, signed=600, young=512, minimum=512)
    @example(size=600, pruned=0, signed=600, young=511, minimum=512)
    def test_minimum_is_allowed_up_to_the_greatest_one(
        self, size: int, pruned: int, signed: int, young: int | None, minimum: int
    ) -> None:
        """Exactly the multiples of 256 between what is pruned and the greatest minimum are allowed."""
        held = Prunable(size, pruned * 256, min(signed, size), young, 365)
        try:
            rules.check_minimum(minimum, held)
            is_allowed = True
        except MinimumRefused:
            is_allowed = False

        assert is_allowed == (minimum % 256 == 0 and held.pruned < minimum <= held.most)
