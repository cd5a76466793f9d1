"""Views: the limit holds under load, each has its entry, and a view is a window of time."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from answerprint.core.actor import SYSTEM, client
from answerprint.core.db import Database
from answerprint.core.guard import UnrecordedChange
from audit.record import record
from reviews.errors import StepNotReached
from reviews.models.agreements import AgreementVersion
from reviews.models.gate import GateKey, Receipt
from reviews.models.links import ScreeningLink, View
from reviews.rules.gate import Standing
from reviews.service.freezes import set_freeze
from reviews.service.views import ViewNotGranted, Watching, _use_one_view, grant_view
from tests.facts import ThingHappened
from tests.reviews.factories import NOW, OFFICE
from tests.reviews.gate.coming import (
    Gatehouse,
    at_once,
    come,
    entries,
    gatehouse,
    secret_of,
    stands_as,
    verified,
    watch,
)


@pytest.fixture(name="gate")
def _gate(database: Database) -> Gatehouse:
    """A project with an agreement of five views a link."""
    return gatehouse(database)


class TestLimit:
    """What was agreed as a number of views is that number."""

    def test_fifty_at_once_get_exactly_the_limit(self, database: Database, gate: Gatehouse) -> None:
        """Of fifty visits that ask at the same moment as many are let in as the limit says, each with its entry."""
        issued, later = gate.issue(view_limit=5), NOW + timedelta(hours=6)
        # One after the other, since three codes in a quarter of an hour are all that a network gets.
        moments = [NOW + timedelta(minutes=6 * number) for number in range(50)]
        visits = [verified(database, secret_of(issued), now=moment) for moment in moments]
        ids = [stands_as(database, visit, now=later).visit_id for visit in visits]
        who = client(gate.house.contact_id, OFFICE)

        def ask(number: int) -> object:
            with database.transaction() as session:
                return grant_view(session, who, visit_id=ids[number], now=later)

        outcomes = at_once(50, ask)
        spent = [one for one in outcomes if isinstance(one, Watching) and not one.is_resumed]

        assert len(spent) == 5
        assert outcomes.count(ViewNotGranted(Standing.USED_UP)) == 45
        assert gate.link(issued.link.id).views_used == 5
        with database.reading() as session:
            assert session.scalar(select(func.count()).select_from(View)) == 5
            owed = select(func.count()).where(Receipt.kind == "reviews.view.granted")
            assert session.scalar(owed) == 5
        assert entries(database, "reviews.view.granted") == 5

    def test_used_up_link_grants_nothing(self, database: Database, gate: Gatehouse) -> None:
        """When the views are used up another visit gets none, and hears why; the refusal is recorded."""
        secret = secret_of(gate.issue(view_limit=1))
        watch(database, verified(database, secret))
        outcome = watch(database, verified(database, secret))

        assert outcome == ViewNotGranted(Standing.USED_UP)
        assert entries(database, "reviews.view.refused") == 1

    def test_database_itself_holds_the_limit(self, database: Database, gate: Gatehouse) -> None:
        """A count beyond the limit is refused by the table, whoever writes it."""
        issued = gate.issue(view_limit=1)

        with pytest.raises(Exception, match="views_within_limit"), database.transaction() as session:
            session.get_one(ScreeningLink, issued.link.id).views_used = 2

    def test_view_without_entry_is_refused(self, database: Database, gate: Gatehouse) -> None:
        """No log, no view: a transaction that spends a view and records nothing does not commit."""
        issued = gate.issue()

        with pytest.raises(UnrecordedChange), database.transaction() as session:
            session.get_one(ScreeningLink, issued.link.id).views_used = 1
        assert gate.link(issued.link.id).views_used == 0


class TestWindow:
    """A view is a window, not a hit."""

    def test_coming_back_within_it_spends_nothing(self, database: Database, gate: Gatehouse) -> None:
        """A reload, a second range and the next morning are the same view; after the window it is another."""
        issued = gate.issue(view_minutes=60)
        visit = verified(database, secret_of(issued))
        first = watch(database, visit)
        again = watch(database, visit, now=NOW + timedelta(minutes=59))
        later = watch(database, visit, now=NOW + timedelta(minutes=60))
        assert isinstance(first, Watching)
        assert isinstance(again, Watching)
        assert isinstance(later, Watching)

        assert (again.view_id, again.is_resumed) == (first.view_id, True)
        assert (later.view_id != first.view_id, later.is_resumed) == (True, False)
        assert gate.link(issued.link.id).views_used == 2

    def test_window_ends_with_the_link(self, database: Database, gate: Gatehouse) -> None:
        """A view that is granted in a link's last hour lasts an hour."""
        issued = gate.issue()
        late = issued.link.ends_at - timedelta(hours=1)
        outcome = watch(database, verified(database, secret_of(issued), now=late), now=late)

        assert isinstance(outcome, Watching)
        assert outcome.ends_at == issued.link.ends_at

    def test_visit_lasts_as_long_as_its_view(self, database: Database, gate: Gatehouse) -> None:
        """Half a day is what a visit lasts; one that was granted a day's view lasts a day."""
        visit = verified(database, secret_of(gate.issue(view_minutes=24 * 60)))
        watch(database, visit)
        outcome = watch(database, visit, now=NOW + timedelta(hours=23))

        assert isinstance(outcome, Watching)
        assert outcome.is_resumed

    def test_same_visit_asking_often_at_once_spends_one(self, database: Database, gate: Gatehouse) -> None:
        """Twenty requests of one browser at the same moment are one view."""
        issued = gate.issue()
        visit = stands_as(database, verified(database, secret_of(issued)))

        def ask(_number: int) -> object:
            with database.transaction() as session:
                return grant_view(session, client(visit.contact_id, OFFICE), visit_id=visit.visit_id, now=NOW)

        at_once(20, ask)

        assert gate.link(issued.link.id).views_used == 1


class TestOrder:
    """Nobody is let in past a step."""

    def test_visit_that_proved_nothing_is_not_let_in(self, database: Database, gate: Gatehouse) -> None:
        """The secret of a link is no proof of who holds it."""
        visit = come(database, secret_of(gate.issue()))

        with pytest.raises(StepNotReached):
            watch(database, visit)
        assert entries(database, "reviews.view.granted") == 0

    def test_passphrase_is_not_jumped_over(self, database: Database, gate: Gatehouse) -> None:
        """Where a passphrase is asked for, a mailbox alone lets nobody in."""
        visit = verified(database, secret_of(gate.issue(asks_passphrase=True)))

        with pytest.raises(StepNotReached):
            watch(database, visit)


COLUMNS: dict[str, dict[str, object]] = {
    "over": {"starts_at": NOW - timedelta(days=2), "ends_at": NOW},
    "not begun": {"starts_at": NOW + timedelta(seconds=1)},
    "not released": {"needs_release": True},
    "used up": {"views_used": ScreeningLink.view_limit},
    "revoked": {"revoked_at": NOW},
}
"""What may become of a link between the look at it and the grant; and of what it stands on:"""
OTHERS = ("replaced", "not agreed", "frozen")


def spoil(session: Session, gate: Gatehouse, name: str) -> None:
    """Let happen what must keep a view from being spent."""
    if name in COLUMNS:
        session.execute(update(ScreeningLink).values(**COLUMNS[name]))
    elif name == "replaced":
        session.execute(update(GateKey).values(closed_at=NOW))
    elif name == "not agreed":
        session.execute(update(AgreementVersion).values(state="superseded"))
    else:
        who, client_id = gate.house.producer, gate.house.client_id
        set_freeze(session, who, scope="client", subject_id=client_id, reason="x", now=NOW)


class TestStatement:
    """The one statement that spends a view holds by itself, whatever was seen before it."""

    @pytest.mark.parametrize("name", [*COLUMNS, *OTHERS])
    def test_nothing_is_spent_where_anything_speaks_against_it(
        self, database: Database, gate: Gatehouse, name: str
    ) -> None:
        """Each of the conditions refuses alone."""
        issued = gate.issue()
        with database.transaction() as session:
            key_id = session.scalars(select(GateKey.id).where(GateKey.link_id == issued.link.id)).one()
            spoil(session, gate, name)
            spent = _use_one_view(session, issued.link.id, key_id, NOW)
            record(session, SYSTEM, ThingHappened(about="thing:1"))

        assert spent is None

    def test_sound_link_is_spent(self, database: Database, gate: Gatehouse) -> None:
        """Where nothing speaks against it the count moves on."""
        issued = gate.issue()
        with database.transaction() as session:
            key_id = session.scalars(select(GateKey.id).where(GateKey.link_id == issued.link.id)).one()
            spent = _use_one_view(session, issued.link.id, key_id, NOW)
            record(session, SYSTEM, ThingHappened(about="thing:1"))

        assert spent == 1
