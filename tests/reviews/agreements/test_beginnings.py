"""How agreements begin: counted in their project, with people of its client, and from another project."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.ids import new_id
from answerprint.core.paging import PageRequest
from facility.errors import UnknownProject
from facility.service.projects import add_project
from reviews.errors import BadTerms, UnknownReview, WithoutAuthority
from reviews.queries.agreement_details import agreement_text, version_difference, version_standing
from reviews.queries.agreements import agreement_row, agreements_of, terms_of
from reviews.rules.terms import Deviation, PartyTerm, Quorum, Security, SignOff, Terms
from reviews.rules.vocabulary import Milestone, Role
from reviews.service.agreements import (
    change_draft,
    clone_agreement,
    draft_agreement,
    revise_agreement,
)
from tests.facility.factories import actor_of, make_person
from tests.reviews.agreements.agreeing import (
    TODAY,
    a_house,
    accepted,
    bodies_about,
    drafted,
    honest_terms,
    withdraw,
)
from tests.reviews.factories import NOW, House, make_undertaking

FIRST = PageRequest()


@pytest.fixture(name="house")
def _house(database: Database) -> House:
    """A project with its people."""
    return a_house(database)


class TestDraft:
    """An agreement is begun by somebody, for a project of theirs, with people of its client."""

    def test_numbers_count_in_the_project(self, database: Database, house: House) -> None:
        """Many at once get numbers without gap and without twins; another project counts its own."""
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: drafted(database, house), range(8)))
        other = drafted(database, a_house(database, "OSTR"))

        with database.reading() as session:
            found = agreements_of(session, house.producer, house.project_id, FIRST).items
            assert [one.number for one in found] == [8, 7, 6, 5, 4, 3, 2, 1]
            assert agreement_row(session, SYSTEM, other.agreement_id).number == 1

    def test_list_goes_page_by_page(self, database: Database, house: House) -> None:
        """Each page begins where the one before ended."""
        for _ in range(3):
            drafted(database, house)

        with database.reading() as session:
            first = agreements_of(session, house.producer, house.project_id, PageRequest(limit=2))
            rest = agreements_of(session, house.producer, house.project_id, PageRequest(after=(2,), limit=2))
        assert [one.number for one in (*first.items, *rest.items)] == [3, 2, 1]
        assert first.next is not None
        assert rest.next is None

    def test_others_project_is_not_there(self, database: Database, house: House) -> None:
        """A producer begins agreements for the projects they work on."""
        with database.transaction() as session:
            stranger = actor_of(session, make_person(session, email="kai@post.example").id)

        with pytest.raises(UnknownProject), database.transaction() as session:
            terms = honest_terms(house.contact_id)
            draft_agreement(session, stranger, project_id=house.project_id, terms=terms, now=NOW)

    def test_somebody_begins_it(self, database: Database, house: House) -> None:
        """The house itself makes no agreements."""
        with pytest.raises(WithoutAuthority), database.transaction() as session:
            terms = honest_terms(house.contact_id)
            draft_agreement(session, SYSTEM, project_id=house.project_id, terms=terms, now=NOW)

    def test_other_clients_people_are_not_there(self, database: Database, house: House) -> None:
        """Neither contacts nor undertakings of another client, nor people that nobody knows."""
        other = a_house(database, "OSTR")
        with database.transaction() as session:
            nda = make_undertaking(session, other.client_id).id
        parties = (PartyTerm(Role.APPROVER, contact_id=other.contact_id), PartyTerm(Role.OBSERVER, person_id=new_id()))

        with pytest.raises(BadTerms) as refused:
            drafted(database, house, parties=parties, security=Security(nda_text_id=nda))
        expected = {"parties.0.contact_id", "parties.1.person_id", "security.nda_text_id"}
        assert set(refused.value.fields) == expected

    def test_change_is_recorded_by_codes(self, database: Database, house: House) -> None:
        """What changed is told in codes; the same again changes nothing and records nothing."""
        version = drafted(database, house)
        terms = honest_terms(house.contact_id, deliverable="The secret reel", security=Security(view_limit=2))
        with database.transaction() as session:
            change_draft(session, house.producer, version_id=version.id, terms=terms, version=1)
        with database.transaction() as session:
            again = change_draft(session, house.producer, version_id=version.id, terms=terms, version=2)

        with database.reading() as session:
            bodies = bodies_about(session, f"agreement:{version.id}")
        assert again.version == 2
        assert '"changes":["deliverable","security.view_limit"]' in bodies
        assert "secret reel" not in bodies
        assert bodies.count("reviews.agreement.draft-changed") == 1

    def test_milestone_stays_from_the_second_version_on(self, database: Database, house: House) -> None:
        """A later version is of the same agreement; the first draft may still become one for another."""
        version = drafted(database, house)
        with database.transaction() as session:
            terms = honest_terms(house.contact_id, milestone=Milestone.MIX)
            change_draft(session, house.producer, version_id=version.id, terms=terms, version=1)
            assert agreement_row(session, SYSTEM, version.agreement_id).milestone == "mix"
        withdraw(database, house, version.id)
        with database.transaction() as session:
            second = revise_agreement(session, house.producer, agreement_id=version.agreement_id)

        with pytest.raises(BadTerms) as refused, database.transaction() as session:
            terms = honest_terms(house.contact_id)
            change_draft(session, house.producer, version_id=second.id, terms=terms, version=1)
        assert list(refused.value.fields) == ["milestone"]

    def test_draft_shows_what_would_be_sent(self, database: Database, house: House) -> None:
        """Its text, what speaks against it, and what differs, without changing anything."""
        version = drafted(database, house, quorum=Quorum(needed=2))
        other = drafted(database, house)

        with database.reading() as session:
            text = agreement_text(session, house.producer, version.id)
            standing = version_standing(session, house.producer, version.id, now=NOW, on=TODAY)
            changes = version_difference(session, house.producer, version.id, against=other.id)
        assert "who they are is set down when this is sent" in text.text
        assert not text.is_frozen
        assert (standing.can_be_sent, set(standing.missing)) == (False, {"quorum.needed"})
        assert [one.code for one in changes] == ["quorum.needed"]


class TestClone:
    """The last project's terms are the next one's beginning."""

    def test_same_client_keeps_its_people(self, database: Database, house: House) -> None:
        """Everything is taken over where both projects are one client's."""
        source = accepted(database, house)
        with database.transaction() as session:
            mine = actor_of(session, make_person(session, email="kai@post.example").id)
            second = add_project(session, SYSTEM, client_id=house.client_id, code="NB-205", name="Second")
            with pytest.raises(UnknownReview):
                clone_agreement(session, mine, version_id=source.id, project_id=second.id, now=NOW)
            everywhere = replace(house.producer, sees_all_projects=True)
            made = clone_agreement(session, everywhere, version_id=source.id, project_id=second.id, now=NOW)

        with database.reading() as session:
            assert terms_of(session, made.id) == terms_of(session, source.id)
            assert (made.state, made.number) == ("draft", 1)
            assert f'"cloned_from":"{source.id}"' in bodies_about(session, f"agreement:{made.id}")

    def test_other_clients_get_none_of_its_own(self, database: Database, house: House) -> None:
        """People, undertaking, domains, exceptions and labels stay with the client that they are of."""
        with database.transaction() as session:
            nda = make_undertaking(session, house.client_id).id
        terms = {
            "security": Security(nda_text_id=nda, domains=("okafor.example",), recipients_only=False, view_limit=2),
            "exceptions": (Deviation("licence.seats.M1.1", "Why not", "P1", TODAY),),
            "sign_off": SignOff("I approve.", "the master", ("P1",)),
            "quorum": Quorum(needed=1),
        }
        source = drafted(database, house, **terms)
        other = a_house(database, "OSTR")
        with database.transaction() as session:
            made = clone_agreement(
                session,
                replace(house.producer, sees_all_projects=True),
                version_id=source.id,
                project_id=other.project_id,
                now=NOW,
            )

        with database.reading() as session:
            found: Terms = terms_of(session, made.id)
        assert (found.parties, found.exceptions, found.quorum) == ((), (), Quorum())
        assert (found.security.nda_text_id, found.security.domains, found.security.view_limit) == (None, (), 2)
        assert found.sign_off == SignOff("I approve.", "the master")
