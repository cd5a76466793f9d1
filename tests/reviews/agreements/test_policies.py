"""Floors: set by version, recorded with what was demanded before, and what is live under a raised one is told."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.problems import StaleVersion
from audit.models import Entry, Log
from facility.errors import UnknownClient
from facility.public import client_log
from reviews.queries.affected_links import affected_links
from reviews.queries.agreements import version_by_id
from reviews.queries.below_floor import BelowFloorRow, below_floor
from reviews.queries.policies import demands_for, floor_of, policy_row
from reviews.rules.floors import NOTHING_DEMANDED, Demands
from reviews.rules.terms import Security
from reviews.service.agreements import change_draft, revise_agreement
from reviews.service.policies import set_floor
from tests.facility.factories import actor_of, make_person
from tests.reviews.agreements.agreeing import a_house, accepted, bodies_about, drafted, honest_terms, sent
from tests.reviews.factories import NOW
from tests.reviews.gate.coming import gatehouse


def set_to(database: Database, client_id: UUID | None, demands: Demands, version: int = 0) -> int:
    """Set a floor, in a transaction of its own; return its version."""
    with database.transaction() as session:
        return set_floor(session, SYSTEM, client_id=client_id, demands=demands, version=version).version


def under_floor(database: Database, client_id: UUID | None = None) -> dict[tuple[str, UUID], set[str]]:
    """Return what is under the floor, and in which fields."""
    with database.reading() as session:
        found: list[BelowFloorRow] = list(below_floor(session, client_id, now=NOW))
    return {(one.kind, one.id): set(one.reasons) for one in found}


class TestSetFloor:
    """A floor is changed by who read it, and every change says what was."""

    def test_raising_and_lowering_are_recorded_with_old_and_new(self, database: Database) -> None:
        """What asks less than before is named."""
        set_to(database, None, Demands(most_views=3, asks_totp=True))
        version = set_to(database, None, Demands(most_views=5, needs_nda=True), version=1)

        with database.reading() as session:
            assert floor_of(session, None).version == version == 2
            bodies = bodies_about(session, "policy:house").splitlines()
        assert '"lowered":[]' in bodies[0]
        assert '"most_views":3' in bodies[0]
        assert '"lowered":["most_views","asks_totp"]' in bodies[1]
        assert bodies[1].index('"most_views":5') < bodies[1].index('"old":') < bodies[1].index('"most_views":3')

    def test_clients_floor_stands_in_the_clients_log(self, database: Database) -> None:
        """What a client demands is handed over with its log; the house's own is the house's."""
        house = a_house(database)
        set_to(database, house.client_id, Demands(asks_totp=True))
        set_to(database, None, Demands(needs_nda=True))

        with database.reading() as session:
            rows = select(Entry.about, Log.name).join(Log, Log.id == Entry.log_id)
            found = {tuple(row) for row in session.execute(rows.where(Entry.kind == "reviews.policy.changed"))}
            log = client_log(session, house.client_id)
        assert found == {(f"policy:{house.client_id}", log), ("policy:house", "house")}

    @pytest.mark.parametrize("version", [1, 7])
    def test_first_one_holds_version_0(self, database: Database, version: int) -> None:
        """Who claims to have read what was never set has read nothing."""
        with pytest.raises(StaleVersion):
            set_to(database, None, NOTHING_DEMANDED, version=version)

    def test_stale_version_is_refused(self, database: Database) -> None:
        """Two who raise a floor from the same state do not undo each other."""
        set_to(database, None, Demands(most_views=3))

        with pytest.raises(StaleVersion):
            set_to(database, None, Demands(asks_totp=True))
        with pytest.raises(StaleVersion):
            set_to(database, None, Demands(asks_totp=True), version=2)

    def test_same_again_changes_nothing(self, database: Database) -> None:
        """No change, no fact."""
        set_to(database, None, Demands(most_views=3))

        assert set_to(database, None, Demands(most_views=3), version=1) == 1

    def test_stricter_of_both_counts(self, database: Database) -> None:
        """A client cannot ask less than the house, and another client's demands are not its own."""
        house, other = a_house(database), a_house(database, "OSTR")
        set_to(database, None, Demands(most_views=3))
        set_to(database, house.client_id, Demands(most_views=9, asks_totp=True))

        with database.reading() as session:
            assert demands_for(session, house.client_id) == Demands(most_views=3, asks_totp=True)
            assert demands_for(session, other.client_id) == Demands(most_views=3)
            row = policy_row(session, house.producer, house.client_id)
        assert (row.demands.most_views, row.in_force.most_views) == (9, 3)

    def test_producer_reads_no_other_clients_floor(self, database: Database) -> None:
        """What another client demands is that client's own."""
        house = a_house(database)
        with database.transaction() as session:
            stranger = actor_of(session, make_person(session, email="kai@post.example").id)

        with pytest.raises(UnknownClient), database.reading() as session:
            policy_row(session, stranger, house.client_id)


class TestBelowFloor:
    """A raised floor changes nothing by itself, but says what is under it."""

    def test_live_agreements_are_listed(self, database: Database) -> None:
        """Those in force and those that were sent; a draft cannot be sent as it is anyway."""
        ours, theirs = a_house(database), a_house(database, "OSTR")
        holds, waits = accepted(database, ours), sent(database, theirs)
        drafted(database, ours)
        assert under_floor(database) == {}
        set_to(database, None, Demands(most_views=3))
        fields = {"security.view_limit"}

        assert under_floor(database) == {("agreement", holds.id): fields, ("agreement", waits.id): fields}
        assert under_floor(database, ours.client_id) == {("agreement", holds.id): fields}

    def test_live_links_are_listed(self, database: Database) -> None:
        """What a link was issued with stays on it, and is told."""
        gate = gatehouse(database)
        issued = gate.issue()
        set_to(database, gate.house.client_id, Demands(asks_totp=True))
        found = under_floor(database)

        assert found[("link", issued.link.id)] == {"asks_totp"}
        with database.reading() as session:
            later = below_floor(session, None, now=NOW + timedelta(days=8))
        assert [one.kind for one in later] == ["agreement"]


def test_draft_says_which_links_it_would_break(database: Database) -> None:
    """A change of an agreement names the live links that would be outside it, and touches none."""
    gate = gatehouse(database)
    issued = gate.issue()
    with database.transaction() as session:
        terms = honest_terms(gate.house.contact_id, security=Security(view_limit=2))
        agreement_id = version_by_id(session, gate.agreement_version_id).agreement_id
        change = revise_agreement(session, gate.house.producer, agreement_id=agreement_id)
        change_draft(session, gate.house.producer, version_id=change.id, terms=terms, version=1)

    with database.reading() as session:
        now_in_force = affected_links(session, gate.house.producer, gate.agreement_version_id, now=NOW)
        with_change = affected_links(session, gate.house.producer, change.id, now=NOW)
    assert [(one.id, one.breaks) for one in now_in_force] == [(issued.link.id, {})]
    assert [set(one.breaks) for one in with_change] == [{"security.view_limit"}]
