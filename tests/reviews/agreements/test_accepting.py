"""Each side accepts the same text, as who may; then it holds, and the one before it no more."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from answerprint.core.actor import SYSTEM, client
from answerprint.core.db import Database
from answerprint.core.problems import Invalid, StaleVersion
from facility.roles import Role as HouseRole
from reviews.errors import BelowFloor, NotInThisState, SecondPersonNeeded, UnknownReview, WithoutAuthority
from reviews.models.agreements import AgreementVersion
from reviews.queries.agreements import (
    acceptances_of,
    accepted_version,
    agreement_row,
    terms_of,
    version_by_id,
    versions,
)
from reviews.rules.floors import Demands
from reviews.rules.terms import Method, PartyTerm, Security, Viewing
from reviews.rules.vocabulary import MethodKind, Proof, Role, Subject, Tier
from reviews.service.acceptances import accept_for_client, accept_for_house
from reviews.service.agreements import change_draft, revise_agreement
from reviews.service.policies import set_floor
from tests.facility.factories import actor_of, make_person
from tests.reviews.agreements.agreeing import (
    a_house,
    accepted,
    bodies_about,
    client_accepts,
    drafted,
    honest_terms,
    house_accepts,
    kinds_about,
    mails,
    send,
    sent,
)
from tests.reviews.factories import NOW, OFFICE, House, make_contact

LINK = Method(MethodKind.ASYNC_LINK, Viewing(judges=(Subject.EDIT,)))
COLOUR_BY_LINK = Method(MethodKind.ASYNC_LINK, Viewing(judges=(Subject.EDIT, Subject.COLOUR)))


@pytest.fixture(name="house")
def _house(database: Database) -> House:
    """A project with its people."""
    return a_house(database)


class TestAccept:
    """It holds once both sides accepted the same text, each as who may."""

    @pytest.mark.parametrize("house_is_first", [True, False])
    def test_both_sides_put_it_in_force(self, database: Database, house: House, *, house_is_first: bool) -> None:
        """Whoever comes first, the second one makes it hold, and the signatory is told."""
        version = sent(database, house)
        if house_is_first:
            assert house_accepts(database, house, version.id).state == "sent"
            client_accepts(database, house.contact_id, version.id)
        else:
            assert client_accepts(database, house.contact_id, version.id).state == "sent"
            house_accepts(database, house, version.id)

        with database.reading() as session:
            row = agreement_row(session, house.producer, version.agreement_id)
            sides = {one.side: (one.proof, one.text_sha256) for one in acceptances_of(session, version.id)}
            assert (row.state, row.accepted_id, row.number) == ("accepted", version.id, 1)
            assert sides == {
                "house": ("signed in", version.text_sha256),
                "client": ("mailbox verified", version.text_sha256),
            }
            assert len(mails(session, "reviews.agreement.in-force")) == 1

    def test_both_at_once_put_it_in_force_once(self, database: Database, house: House) -> None:
        """Two acceptances in one moment are both seen: neither waits for a third."""
        version = sent(database, house)
        with ThreadPoolExecutor(2) as pool:
            ours = pool.submit(house_accepts, database, house, version.id)
            theirs = pool.submit(client_accepts, database, house.contact_id, version.id)
            _ = ours.result(), theirs.result()

        with database.reading() as session:
            found = accepted_version(session, version.agreement_id)
            kinds = kinds_about(session, f"agreement:{version.id}")
        assert found is not None
        assert kinds.count("reviews.agreement.in-force") == 1

    def test_a_side_accepts_once(self, database: Database, house: House) -> None:
        """A second acceptance by a side is refused, by whomever."""
        version = sent(database, house)
        house_accepts(database, house, version.id)

        with pytest.raises(NotInThisState):
            house_accepts(database, replace(house, producer=house.other), version.id)

    @pytest.mark.parametrize("proof", [Proof.LINK_ONLY, Proof.SIGNED_IN, Proof.SEEN])
    def test_link_alone_accepts_nothing(self, database: Database, house: House, proof: Proof) -> None:
        """Who holds the link has not shown to be the signatory."""
        version = sent(database, house)

        with pytest.raises(WithoutAuthority):
            client_accepts(database, house.contact_id, version.id, proof=proof)

    def test_nobody_else_accepts_for_the_client(self, database: Database, house: House) -> None:
        """Neither another contact, nor a person of the house; a typed name is no proof."""
        version = sent(database, house)
        with database.transaction() as session:
            other = make_contact(session, house.client_id, "lee@okafor.example", "Lee").id

        with pytest.raises(WithoutAuthority):
            client_accepts(database, other, version.id, name="Ines Okafor")
        with pytest.raises(WithoutAuthority), database.transaction() as session:
            accept_for_client(
                session,
                house.producer,
                version_id=version.id,
                proof=Proof.MAILBOX,
                typed_name="Ines Okafor",
                text_sha256=version.text_sha256 or "",
                now=NOW,
            )
        with pytest.raises(WithoutAuthority), database.transaction() as session:
            accept_for_house(
                session,
                client(house.contact_id, OFFICE),
                version_id=version.id,
                text_sha256=version.text_sha256 or "",
                now=NOW,
            )

    def test_house_signatory_is_who_is_named(self, database: Database, house: House) -> None:
        """Where the terms name who signs for the house, nobody else of the house does."""
        contact = house.contact_id
        parties = (
            PartyTerm(Role.APPROVER, contact_id=contact),
            PartyTerm(Role.SIGNATORY, contact_id=contact),
            PartyTerm(Role.SIGNATORY, person_id=house.other.person_id),
        )
        version = sent(database, house, parties=parties)

        with pytest.raises(WithoutAuthority):
            house_accepts(database, house, version.id)
        house_accepts(database, replace(house, producer=house.other), version.id)

    def test_tier_0_takes_a_second_person(self, database: Database, house: House) -> None:
        """Who began an agreement on the most sensitive content does not accept it alone."""
        version = sent(database, house, security=Security(tier=Tier.TIER_0))

        with pytest.raises(SecondPersonNeeded):
            house_accepts(database, house, version.id)
        house_accepts(database, replace(house, producer=house.other), version.id)

    def test_other_text_is_not_accepted(self, database: Database, house: House) -> None:
        """What was read is what is accepted; a text altered past the database's own trigger is accepted by nobody."""
        version = sent(database, house)
        with pytest.raises(NotInThisState) as refused, database.transaction() as session:
            accept_for_house(session, house.producer, version_id=version.id, text_sha256="0" * 64, now=NOW)
        assert list(refused.value.fields) == ["text_sha256"]
        with database.engine.connect() as connection:
            text = connection.scalar(select(AgreementVersion.text).where(AgreementVersion.id == version.id))
            on_table = "" if database.is_sqlite else " ON reviews_agreement_versions"
            connection.exec_driver_sql(f"DROP TRIGGER reviews_agreement_versions_frozen_update{on_table}")
            connection.commit()
        assert text is not None

        with pytest.raises(NotInThisState, match="not the one that was frozen"), database.transaction() as session:
            altered = text.replace("7 days", "70 days")
            session.execute(update(AgreementVersion).where(AgreementVersion.id == version.id).values(text=altered))
            hashed = version.text_sha256 or ""
            accept_for_house(session, house.producer, version_id=version.id, text_sha256=hashed, now=NOW)

    def test_floor_raised_after_sending_holds(self, database: Database, house: House) -> None:
        """No agreement comes into force under the policy, on this path either."""
        version = sent(database, house)
        house_accepts(database, house, version.id)
        with database.transaction() as session:
            set_floor(session, SYSTEM, client_id=None, demands=Demands(most_views=1), version=0)

        with pytest.raises(BelowFloor):
            client_accepts(database, house.contact_id, version.id)

    @pytest.mark.parametrize("name", ["", "   ", "Ines\nOkafor", "x" * 121])
    def test_typed_name_is_one_line(self, database: Database, house: House, name: str) -> None:
        """It proves nothing, but it is a name."""
        version = sent(database, house)

        with pytest.raises(Invalid) as refused:
            client_accepts(database, house.contact_id, version.id, name=name)
        assert list(refused.value.fields) == ["typed_name"]


class TestChangeAfterwards:
    """A change is a new version; the one before holds until then."""

    def test_new_version_supersedes(self, database: Database, house: House) -> None:
        """The old one is in force until both accept the new one, which names the text that it replaces."""
        first = accepted(database, house)
        with database.transaction() as session:
            second = revise_agreement(session, house.producer, agreement_id=first.agreement_id)
        with database.transaction() as session:
            terms = honest_terms(house.contact_id, security=Security(link_days=3))
            change_draft(session, house.producer, version_id=second.id, terms=terms, version=1)
        send(database, house, second)
        house_accepts(database, house, second.id)
        with database.reading() as session:
            holding = accepted_version(session, first.agreement_id)
            assert holding is not None
            assert holding.id == first.id
        client_accepts(database, house.contact_id, second.id)

        with database.reading() as session:
            found = [(one.number, one.state) for one in versions(session, first.agreement_id)]
            bodies = bodies_about(session, f"agreement:{second.id}")
            text = version_by_id(session, second.id).text or ""
            assert found == [(2, "accepted"), (1, "superseded")]
            assert terms_of(session, second.id).security.link_days == 3
            assert '"changes":["security.link_days"]' in bodies
            assert f"the text with SHA-256 {first.text_sha256}" in text
            assert kinds_about(session, f"agreement:{first.id}")[-1] == "reviews.agreement.superseded"

    def test_one_open_version_at_a_time(self, database: Database, house: House) -> None:
        """While a draft or a sent version waits, no other is begun."""
        first = accepted(database, house)
        with database.transaction() as session:
            revise_agreement(session, house.producer, agreement_id=first.agreement_id)

        with pytest.raises(NotInThisState), database.transaction() as session:
            revise_agreement(session, house.producer, agreement_id=first.agreement_id)

    def test_stale_change_is_refused(self, database: Database, house: House) -> None:
        """Who changes what another changed meanwhile reads it again first."""
        version = drafted(database, house)
        terms = honest_terms(house.contact_id, deliverable="Reel 1")
        with database.transaction() as session:
            change_draft(session, house.producer, version_id=version.id, terms=terms, version=1)

        with pytest.raises(StaleVersion), database.transaction() as session:
            change_draft(session, house.producer, version_id=version.id, terms=terms, version=1)

    def test_others_projects_are_not_there(self, database: Database, house: House) -> None:
        """A producer finds no agreement of a project that they do not work on."""
        version = drafted(database, house)
        with database.transaction() as session:
            stranger = actor_of(session, make_person(session, HouseRole.PRODUCER, email="kai@post.example").id)

        with pytest.raises(UnknownReview), database.transaction() as session:
            change_draft(session, stranger, version_id=version.id, terms=terms_of(session, version.id), version=1)
        with pytest.raises(UnknownReview), database.reading() as session:
            agreement_row(session, stranger, version.agreement_id)
