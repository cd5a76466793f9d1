"""Agreements are taken back; and terms to begin with come and go."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.paging import PageRequest
from answerprint.core.problems import NotFound, StaleVersion
from reviews.errors import BadTerms, NameTaken, NotInThisState, UnknownReview
from reviews.models.agreements import AgreementVersion
from reviews.models.gate import GateKey
from reviews.queries.agreements import agreement_row, terms_of, versions
from reviews.queries.templates import template_row, templates_for
from reviews.rules.terms import PartyTerm, Security
from reviews.rules.vocabulary import Role
from reviews.service.agreements import (
    revise_agreement,
)
from reviews.service.templates import add_template, change_template, remove_template
from tests.reviews.agreements.agreeing import (
    a_house,
    accepted,
    bodies_about,
    client_accepts,
    drafted,
    honest_terms,
    kinds_about,
    mails,
    sent,
    withdraw,
)
from tests.reviews.factories import NOW, House, make_contact, make_undertaking

FIRST = PageRequest()


@pytest.fixture(name="house")
def _house(database: Database) -> House:
    """A project with its people."""
    return a_house(database)


class TestWithdraw:
    """What was sent can be taken back, from then on at once."""

    def test_ways_to_it_are_closed_and_told(self, database: Database, house: House) -> None:
        """Nobody accepts it any more, and who had a way to it hears so, in outside names."""
        version = sent(database, house)
        withdraw(database, house, version.id)

        with pytest.raises(NotInThisState):
            client_accepts(database, house.contact_id, version.id)
        with database.reading() as session:
            assert session.scalar(select(func.count()).where(GateKey.closed_at.is_(None))) == 0
            assert [one.recipient for one in mails(session, "reviews.agreement.withdrawn")] == ["ines@okafor.example"]
            assert kinds_about(session, f"agreement:{version.id}")[-1] == "reviews.agreement.withdrawn"
            assert '"keys_closed":1' in bodies_about(session, f"agreement:{version.id}")

    @pytest.mark.parametrize("how", [drafted, sent, accepted])
    def test_it_ends_once_and_can_begin_again(self, database: Database, house: House, how: object) -> None:
        """Drafted, sent or in force, it is over; a new version begins with its terms."""
        version: AgreementVersion = how(database, house)  # type: ignore[operator]
        withdraw(database, house, version.id)
        with pytest.raises(NotInThisState):
            withdraw(database, house, version.id)
        with database.transaction() as session:
            second = revise_agreement(session, house.producer, agreement_id=version.agreement_id)

        with database.reading() as session:
            assert [one.state for one in versions(session, version.agreement_id)] == ["draft", "withdrawn"]
            assert terms_of(session, second.id) == terms_of(session, version.id)

    @pytest.mark.parametrize("reason", ["", "  ", "x" * 301])
    def test_it_says_why(self, database: Database, house: House, reason: str) -> None:
        """A reason is part of what is recorded."""
        version = sent(database, house)

        with pytest.raises(BadTerms):
            withdraw(database, house, version.id, reason)

    def test_withdrawn_revision_leaves_the_one_in_force(self, database: Database, house: House) -> None:
        """To give a change up changes nothing of what holds."""
        first = accepted(database, house)
        with database.transaction() as session:
            second = revise_agreement(session, house.producer, agreement_id=first.agreement_id)
        withdraw(database, house, second.id)

        with database.reading() as session:
            assert agreement_row(session, SYSTEM, first.agreement_id).accepted_id == first.id


class TestTemplates:
    """Terms to begin with, for one client or for all."""

    def test_life_of_a_template(self, database: Database, house: House) -> None:
        """Added, found, changed by who read it, removed; each time recorded."""
        with database.transaction() as session:
            terms = honest_terms(house.contact_id)
            made = add_template(session, SYSTEM, client_id=house.client_id, name="Fine cut", terms=terms)
        with database.transaction() as session:
            other = honest_terms(house.contact_id, security=Security(view_limit=2))
            change_template(session, SYSTEM, template_id=made.id, name="Fine cut 2", terms=other, version=1)
        with pytest.raises(StaleVersion), database.transaction() as session:
            remove_template(session, SYSTEM, template_id=made.id, version=1)
        with database.reading() as session:
            found = template_row(session, house.producer, made.id)
            assert (found.name, found.version, found.terms.security.view_limit) == ("Fine cut 2", 2, 2)
        with database.transaction() as session:
            remove_template(session, SYSTEM, template_id=made.id, version=2)

        with database.reading() as session:
            assert not templates_for(session, house.producer, house.client_id)
            kinds = kinds_about(session, f"template:{made.id}")
        assert kinds == [f"reviews.template.{one}" for one in ("added", "changed", "removed")]

    def test_own_come_before_those_for_all(self, database: Database, house: House) -> None:
        """A client's own first; another client's never."""
        other = a_house(database, "OSTR")
        bare = honest_terms(house.contact_id, parties=())
        with database.transaction() as session:
            add_template(session, SYSTEM, client_id=None, name="All", terms=bare)
            add_template(session, SYSTEM, client_id=house.client_id, name="Ours", terms=bare)
            theirs = add_template(session, SYSTEM, client_id=other.client_id, name="Theirs", terms=bare)

        with database.reading() as session:
            found = templates_for(session, house.producer, house.client_id)
            assert [one.name for one in found] == ["Ours", "All"]
            assert [one.name for one in templates_for(session, house.producer, None)] == ["All"]
            with pytest.raises(UnknownReview):
                template_row(session, house.producer, theirs.id)
            with pytest.raises(NotFound):
                templates_for(session, house.producer, other.client_id)

    def test_those_for_all_name_nobody(self, database: Database, house: House) -> None:
        """One client's people and undertaking have no place in terms that others begin with."""
        with database.transaction() as session:
            nda = make_undertaking(session, house.client_id).id
            terms = honest_terms(house.contact_id, security=Security(nda_text_id=nda))
            with pytest.raises(BadTerms) as refused:
                add_template(session, SYSTEM, client_id=None, name="All", terms=terms)
        assert set(refused.value.fields) == {"parties", "security.nda_text_id"}

    @pytest.mark.parametrize("for_all", [True, False])
    def test_name_is_one_of_its_kind(self, database: Database, house: House, *, for_all: bool) -> None:
        """Two of a name could not be told apart."""
        client_id = None if for_all else house.client_id
        terms = honest_terms(house.contact_id, parties=())
        with database.transaction() as session:
            add_template(session, SYSTEM, client_id=client_id, name="Mix", terms=terms)

        with pytest.raises(NameTaken) as refused, database.transaction() as session:
            add_template(session, SYSTEM, client_id=client_id, name="Mix", terms=terms)
        assert list(refused.value.fields) == ["name"]


def test_way_to_an_agreement_ends(database: Database, house: House) -> None:
    """A way that is lost does not open for ever."""
    sent(database, house)

    with database.reading() as session:
        assert session.scalar(select(GateKey.ends_at)) == NOW + timedelta(days=30)


def test_erased_contact_is_no_party(database: Database, house: House) -> None:
    """Who the house forgot cannot be named anew."""
    with database.transaction() as session:
        other = make_contact(session, house.client_id, "lee@okafor.example", "Lee")
        other.erased_at = NOW
    with pytest.raises(BadTerms):
        drafted(database, house, parties=(PartyTerm(Role.OBSERVER, contact_id=other.id),))
