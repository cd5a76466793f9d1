"""How far a project is on the way to its first link, and whose turn an agreement is."""

import pytest

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from facility.service.clients import add_client
from facility.service.projects import add_project, change_project
from reviews.queries.next_steps import NextStep, project_steps
from reviews.queries.overview import waiting_for
from tests.reviews.agreements.agreeing import client_accepts, drafted, house_accepts, send
from tests.reviews.factories import NOW, House, make_house


@pytest.fixture(name="parties")
def _parties(database: Database) -> House:
    """A project with two producers and one contact of the client's."""
    with database.transaction() as session:
        return make_house(session)


def step_of(database: Database, house: House) -> NextStep:
    """Return the next step of the house's project, as its producer sees it."""
    with database.reading() as session:
        (one,) = project_steps(session, house.producer)
    return one.step


def test_steps_follow_from_each_other(database: Database, parties: House) -> None:
    """With the people known: the agreement, its acceptance by both, and then something to show."""
    begun = step_of(database, parties)
    version = drafted(database, parties)
    as_draft = step_of(database, parties)
    send(database, parties, version)
    house_accepts(database, parties, version.id)
    by_one = step_of(database, parties)
    client_accepts(database, parties.contact_id, version.id)

    assert (begun, as_draft, by_one) == (NextStep.AGREEMENT, NextStep.ACCEPTANCE, NextStep.ACCEPTANCE)
    assert step_of(database, parties) is NextStep.MATERIAL


def test_people_come_first_and_closed_projects_not_at_all(database: Database) -> None:
    """Nobody can agree for a client of whom nobody is known, and a closed project needs nothing."""
    with database.transaction() as session:
        client = add_client(session, SYSTEM, name="Northlight")
        project = add_project(session, SYSTEM, client_id=client.id, code="HARB", name="Harbour")
    with database.reading() as session:
        steps = [one.step for one in project_steps(session, SYSTEM)]
    with database.transaction() as session:
        change_project(session, SYSTEM, project_id=project.id, version=1, is_open=False)
    with database.reading() as session:
        closed = project_steps(session, SYSTEM)

    assert steps == [NextStep.PEOPLE]
    assert not closed


def test_agreement_that_the_client_accepted_is_the_houses_turn(database: Database, parties: House) -> None:
    """Until then it waits for the client, and once both accepted it waits for nobody."""
    version = send(database, parties, drafted(database, parties))
    with database.reading() as session:
        (first,) = waiting_for(session, parties.producer, now=NOW).agreements
    client_accepts(database, parties.contact_id, version.id)
    with database.reading() as session:
        (then,) = waiting_for(session, parties.producer, now=NOW).agreements
    house_accepts(database, parties, version.id)
    with database.reading() as session:
        last = waiting_for(session, parties.producer, now=NOW).agreements

    assert (first.client_accepted, then.client_accepted) == (False, True)
    assert not last
