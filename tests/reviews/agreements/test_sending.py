"""Agreements are sent: what is refused, what is frozen, who is told, what is recorded."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.ids import new_id
from answerprint.core.shown_once import sha256_of
from reviews.errors import BadTerms, BelowFloor, NotInThisState, WithoutAuthority
from reviews.models.agreements import Party
from reviews.models.gate import GateKey
from reviews.queries.agreements import (
    version_by_id,
)
from reviews.rules.digests import party_digest, text_digest
from reviews.rules.floors import Demands
from reviews.rules.terms import Deviation, Licence, Method, PartyTerm, Quorum, Viewing
from reviews.rules.vocabulary import MethodKind, Role, Subject
from reviews.service.agreement_sending import send_agreement_again
from reviews.service.agreements import change_draft
from reviews.service.faces import FaceEntry, set_face
from reviews.service.policies import set_floor
from tests.licensing.factories import product_with_lots
from tests.reviews.agreements.agreeing import (
    BASE_URL,
    TODAY,
    a_house,
    accepted,
    bodies_about,
    drafted,
    honest_terms,
    kinds_about,
    mails,
    send,
    sent,
)
from tests.reviews.factories import NOW, House, make_contact

LINK = Method(MethodKind.ASYNC_LINK, Viewing(judges=(Subject.EDIT,)))
COLOUR_BY_LINK = Method(MethodKind.ASYNC_LINK, Viewing(judges=(Subject.EDIT, Subject.COLOUR)))


@pytest.fixture(name="house")
def _house(database: Database) -> House:
    """A project with its people."""
    return a_house(database)


class TestSend:
    """What is sent is frozen; what cannot be held to is not sent."""

    def test_text_is_frozen_by_its_hash(self, database: Database, house: House) -> None:
        """The hash is of the bytes that are stored, and the parties are known in it by digests."""
        version = sent(database, house)

        with database.reading() as session:
            found = version_by_id(session, version.id)
            parties = session.scalars(
                select(Party).where(Party.agreement_version_id == version.id).order_by(Party.label)
            ).all()
            assert (found.state, found.sent_at) == ("sent", NOW)
            assert found.text is not None
            assert found.text_sha256 == text_digest(found.text)
            assert [party.label for party in parties] == ["P1", "P2"]
            for party in parties:
                assert party.salt is not None
                expected = party_digest(party.salt, "Ines Okafor", "ines@okafor.example", "")
                assert party.digest == expected
                assert expected in found.text
            assert "Ines" not in found.text
            assert "okafor" not in found.text

    def test_mail_says_the_outside_name_only(self, database: Database, house: House) -> None:
        """The secret stands after ``#``; the house keeps its digest only, and no title leaves the house."""
        with database.transaction() as session:
            entry = FaceEntry(alias="BLUE HERON", is_alias_in_force=True)
            set_face(session, SYSTEM, project_id=house.project_id, entry=entry, version=0)
        version = sent(database, house)

        with database.reading() as session:
            (mail,) = mails(session, "reviews.agreement.sent")
            key = session.scalars(select(GateKey)).one()
            text = version_by_id(session, version.id).text or ""
        line = next(one for one in mail.body.splitlines() if one.startswith("http"))
        base, _, secret = line.partition("#")
        assert base == f"{BASE_URL}/g"
        assert (key.secret_sha256, key.contact_id) == (sha256_of(secret), house.contact_id)
        assert key.agreement_version_id == version.id
        assert key.ends_at == NOW + timedelta(days=30)
        assert mail.recipient == "ines@okafor.example"
        for outgoing in (mail.subject, mail.body, text):
            assert "BLUE HERON" in outgoing
            assert "Northern Light" not in outgoing
            assert "NB-204" not in outgoing.replace("Client of NB-204", "")

    def test_no_secret_and_no_name_on_the_trail(self, database: Database, house: House) -> None:
        """Facts carry ids and hashes; neither names nor the way to the agreement."""
        version = accepted(database, house)

        with database.reading() as session:
            (mail,) = mails(session, "reviews.agreement.sent")
            bodies = bodies_about(session, f"agreement:{version.id}")
            kinds = kinds_about(session, f"agreement:{version.id}")
        assert kinds == [
            f"reviews.agreement.{what}"
            for what in ("drafted", "sent", "accepted-by-house", "accepted-by-client", "in-force")
        ]
        assert mail.body.partition("#")[2].split("\n")[0] not in bodies
        assert str(house.contact_id) in bodies
        assert version.text_sha256 is not None
        assert version.text_sha256 in bodies
        for name in ("Ines", "okafor", "Mara", "Northern"):
            assert name not in bodies

    @pytest.mark.parametrize(("role", "said"), [(Role.SIGNATORY, "approver"), (Role.APPROVER, "signatory")])
    def test_client_has_an_approver_and_a_signatory(
        self, database: Database, house: House, role: Role, said: str
    ) -> None:
        """Without either the client could not decide, or not accept; somebody of the house does not count."""
        mine = PartyTerm(
            Role.APPROVER if role is Role.SIGNATORY else Role.SIGNATORY, person_id=house.producer.person_id
        )
        version = drafted(database, house, parties=(PartyTerm(role, contact_id=house.contact_id), mine))

        with pytest.raises(BadTerms) as refused:
            send(database, house, version)
        assert list(refused.value.fields) == ["parties"]
        assert said in refused.value.fields["parties"][0]

    def test_quorum_that_nobody_can_reach_is_refused(self, database: Database, house: House) -> None:
        """Two of one approver cannot approve."""
        version = drafted(database, house, quorum=Quorum(needed=2))

        with pytest.raises(BadTerms) as refused:
            send(database, house, version)
        assert list(refused.value.fields) == ["quorum.needed"]

    def test_below_a_floor_is_refused_by_field(self, database: Database, house: House) -> None:
        """Every term under the policy is named, and an exception answers none of them."""
        with database.transaction() as session:
            set_floor(session, SYSTEM, client_id=None, demands=Demands(longest_link_days=3), version=0)
            set_floor(session, SYSTEM, client_id=house.client_id, demands=Demands(asks_totp=True), version=0)
        until = TODAY + timedelta(days=9)
        exception = Deviation("security.link_days", "We are old friends.", "P1", until)
        version = drafted(database, house, exceptions=(exception,))

        with pytest.raises(BelowFloor) as refused:
            send(database, house, version)
        assert set(refused.value.fields) == {"security.link_days", "security.asks_totp"}

    def test_what_a_method_cannot_carry_needs_an_exception(self, database: Database, house: House) -> None:
        """Colour by a link on displays nobody knows is refused, with the code that an exception is to name."""
        subjects = (Subject.EDIT, Subject.COLOUR)
        version = drafted(database, house, methods=(COLOUR_BY_LINK,), subjects=subjects)
        with pytest.raises(BadTerms) as refused:
            send(database, house, version)
        assert list(refused.value.fields) == ["methods.0.viewing.judges"]
        assert "suitability.colour.M1" in refused.value.fields["methods.0.viewing.judges"][0]
        exception = Deviation("suitability.colour.M1", "A look test only.", "P1", TODAY)
        terms = honest_terms(house.contact_id, methods=(COLOUR_BY_LINK,), subjects=subjects, exceptions=(exception,))
        with database.transaction() as session:
            change_draft(session, house.producer, version_id=version.id, terms=terms, version=1)

        with pytest.raises(BadTerms):
            send(database, house, version, on=TODAY + timedelta(days=1))
        assert send(database, house, version).state == "sent"

    def test_seats_of_the_house_must_be_free(self, database: Database, house: House) -> None:
        """Two seats of one are a finding; an exception owns it, and an unknown product nobody can own."""
        product = product_with_lots(database, {"quantity": 1})
        licence = Licence("Player", "house", "house", seats=2, product_id=product)
        version = drafted(database, house, methods=(replace(LINK, licences=(licence,)),))
        unknown = replace(LINK, licences=(replace(licence, product_id=new_id()),))
        until = TODAY + timedelta(days=9)
        owned = tuple(Deviation(f"licence.seats.M1.{one}", "We buy one.", "P2", until) for one in (1, 2))

        with pytest.raises(BadTerms) as refused:
            send(database, house, version)
        assert "1 are free today" in refused.value.fields["methods.0.licences.0"][0]
        with pytest.raises(BadTerms) as refused:
            send(database, house, drafted(database, house, methods=(unknown,), exceptions=owned))
        assert list(refused.value.fields) == ["methods.0.licences.0.product_id"]
        enough = replace(LINK, licences=(replace(licence, seats=1), licence))
        assert sent(database, house, methods=(enough,), exceptions=owned).state == "sent"

    def test_sent_text_does_not_change(self, database: Database, house: House) -> None:
        """A version that was sent takes no other terms, and is not sent twice."""
        version = sent(database, house)

        with pytest.raises(NotInThisState), database.transaction() as session:
            terms = honest_terms(house.contact_id, deliverable="Reel 6")
            change_draft(session, house.producer, version_id=version.id, terms=terms, version=version.version)
        with pytest.raises(NotInThisState):
            send(database, house, version)

    def test_sending_again_closes_the_ways_before(self, database: Database, house: House) -> None:
        """A signatory has one way to it at a time; who signs nothing gets none."""
        version = sent(database, house)
        with database.transaction() as session:
            other = make_contact(session, house.client_id, "lee@okafor.example", "Lee").id
            ways = {"version_id": version.id, "base_url": BASE_URL, "now": NOW}
            send_agreement_again(session, house.producer, contact_id=house.contact_id, **ways)  # type: ignore[arg-type]
            with pytest.raises(WithoutAuthority):
                send_agreement_again(session, house.producer, contact_id=other, **ways)  # type: ignore[arg-type]

        with database.reading() as session:
            closed = sorted(key.closed_at is not None for key in session.scalars(select(GateKey)))
        assert closed == [False, True]


def party_rows(database: Database, version_id: UUID) -> int:
    """Count the parties that were set down for a version."""
    with database.reading() as session:
        return len(
            session.scalars(select(Party).where(Party.agreement_version_id == version_id).order_by(Party.label)).all()
        )


def test_refused_sending_leaves_nothing(database: Database, house: House) -> None:
    """What is not sent sets down no party, opens no way and queues no mail."""
    version = drafted(database, house, quorum=Quorum(needed=2))
    with pytest.raises(BadTerms):
        send(database, house, version)

    with database.reading() as session:
        assert party_rows(database, version.id) == 0
        assert not session.scalars(select(GateKey)).all()
        assert not mails(session, "reviews.agreement.sent")
