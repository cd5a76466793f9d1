"""Links are issued as agreed, and refused with the term at fault wherever they would break it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.outbox import OutboxMail
from answerprint.core.paging import PageRequest
from answerprint.core.problems import NotAllowed
from audit.models import Entry
from reviews.errors import AgainstAgreement, BadLink, Frozen, NotInThisState, SecondPersonNeeded, UnknownReview
from reviews.models.gate import GateKey
from reviews.models.links import ScreeningLink
from reviews.queries.links import LinkFilters, links
from reviews.rules.floors import Demands
from reviews.rules.terms import Deviation, Method, Viewing
from reviews.rules.vocabulary import DisplayClass, MethodKind, Subject
from reviews.service.faces import FaceEntry, set_face
from reviews.service.freezes import set_freeze
from reviews.service.link_secrets import release_link, resend_link
from reviews.service.links import confirm_platform_revocation, revoke_link, revoke_links
from reviews.service.policies import set_floor
from tests.reviews.agreements.agreeing import BASE_URL, a_house, accepted, drafted
from tests.reviews.factories import NOW, make_contact, make_house
from tests.reviews.gate.coming import (
    HOST,
    SPOKEN,
    TARGET,
    Gatehouse,
    add_version,
    allow,
    gatehouse,
    secret_of,
)


@pytest.fixture(name="gate")
def _gate(database: Database) -> Gatehouse:
    """A project with an agreement in force."""
    return gatehouse(database)


class TestIssuing:
    """What issuing leaves behind, and what it does not."""

    def test_house_keeps_neither_secret_nor_passphrase(self, database: Database, gate: Gatehouse) -> None:
        """In tables, mails and log the secret stands nowhere but in its recipient's mail, the passphrase nowhere."""
        issued = gate.issue(asks_passphrase=True)
        secret = secret_of(issued)
        assert issued.passphrase == SPOKEN
        with database.reading() as session:
            log = b"".join(session.scalars(select(Entry.body)))
            mails = session.scalars(select(OutboxMail).where(OutboxMail.kind == "reviews-link")).all()
            key = session.scalars(select(GateKey).where(GateKey.link_id == issued.link.id)).one()
            link = session.get_one(ScreeningLink, issued.link.id)

        assert (len(secret), secret in key.secret_sha256) == (43, False)
        assert (link.passphrase_hash or "").startswith("$argon2id$")
        assert secret.encode() not in log
        assert [secret in mail.body for mail in mails] == [True]
        assert SPOKEN not in mails[0].subject + mails[0].body

    def test_mail_says_the_alias_only(self, database: Database, gate: Gatehouse) -> None:
        """While an alias is in force neither code, name nor title of the project goes out."""
        with database.transaction() as session:
            entry = FaceEntry(alias="BLUE HERON", is_alias_in_force=True, titles=("The Quiet",))
            set_face(session, gate.house.producer, project_id=gate.house.project_id, entry=entry, version=0)
        gate.issue()
        with database.reading() as session:
            mail = session.scalars(select(OutboxMail).where(OutboxMail.kind == "reviews-link")).one()

        assert "BLUE HERON" in mail.subject
        for title in ("NB-204", "Northern Light", "The Quiet"):
            assert title not in mail.subject + mail.body

    def test_sentence_names_the_term(self, gate: Gatehouse) -> None:
        """A link that breaks a term is not there, and the refusal says which."""
        with pytest.raises(AgainstAgreement) as refusal:
            gate.issue(view_limit=6, allows_download=True)

        assert set(refusal.value.fields) == {"security.view_limit", "security.allows_download"}

    def test_draft_issues_nothing(self, database: Database, gate: Gatehouse) -> None:
        """Before both sides accepted there is no link."""
        draft = drafted(database, gate.house)

        with pytest.raises(AgainstAgreement) as refusal:
            gate.issue(agreement_version_id=draft.id)
        assert "agreement_version_id" in refusal.value.fields

    def test_floor_holds_though_the_agreement_allows_more(self, database: Database, gate: Gatehouse) -> None:
        """A policy that was raised after the agreement holds for the next link."""
        with database.transaction() as session:
            set_floor(session, SYSTEM, client_id=None, demands=Demands(most_views=1), version=0)

        assert gate.issue().link.view_limit == 1
        with pytest.raises(AgainstAgreement) as refusal:
            gate.issue(view_limit=2)
        assert list(refusal.value.fields) == ["demands.most_views"]

    def test_exception_outlives_the_link(self, database: Database) -> None:
        """Where a method carries something by an exception only, no link by it lasts longer than the exception."""
        house = a_house(database)
        until = NOW.date() + timedelta(days=2)
        judged = Viewing(display=DisplayClass.REFERENCE, judges=(Subject.EDIT, Subject.MASTER))
        version = accepted(
            database,
            house,
            subjects=(Subject.EDIT, Subject.MASTER),
            methods=(Method(MethodKind.ASYNC_LINK, judged),),
            exceptions=(Deviation("suitability.master.M1", "No suite is free", "P1", until),),
        )
        found = Gatehouse(database, house, version.id, *add_version(database, house, 1))
        with pytest.raises(AgainstAgreement) as refusal:
            found.issue(ends_at=datetime(until.year, until.month, until.day) + timedelta(days=1, hours=1))  # noqa: DTZ001

        assert list(refusal.value.fields) == ["exceptions"]
        assert found.issue(ends_at=datetime(until.year, until.month, until.day, 12)).secret is not None  # noqa: DTZ001

    def test_hand_off_wants_a_listed_host(self, database: Database, gate: Gatehouse) -> None:
        """A host that is not on the project's list is refused; once it is, the link knows the host alone."""
        with pytest.raises(AgainstAgreement):
            gate.issue(target_url=TARGET)
        allow(database, gate.house)
        issued = gate.issue(target_url=TARGET)

        assert (issued.link.target, issued.link.target_host) == ("hand-off", HOST)

    def test_room_wants_a_file(self, database: Database, gate: Gatehouse) -> None:
        """A version that has no file in the room leads nowhere without a target."""
        _, version_id = add_version(database, gate.house, 2, media_path=None)

        with pytest.raises(AgainstAgreement) as refusal:
            gate.issue(material_version_id=version_id)
        assert list(refusal.value.fields) == ["target_url"]

    def test_older_version_is_warned_of(self, database: Database, gate: Gatehouse) -> None:
        """A link to a version that has a successor is issued, with a warning."""
        add_version(database, gate.house, 2)

        assert len(gate.issue().warnings) == 1

    def test_stranger_to_the_client_gets_none(self, database: Database, gate: Gatehouse) -> None:
        """A contact of another client's is no recipient, whatever domains say."""
        with database.transaction() as session:
            other = make_contact(session, make_house(session, "NB-300").client_id, "x@other.example")

        with pytest.raises(BadLink):
            gate.issue(contact_id=other.id)

    def test_other_projects_producer_issues_nothing(self, database: Database, gate: Gatehouse) -> None:
        """Who does not work on the project knows nothing of its agreement, and a system issues nothing at all."""
        with database.transaction() as session:
            other = make_house(session, "NB-300")

        with pytest.raises(UnknownReview):
            gate.issue(by=other.producer)
        with pytest.raises(NotAllowed):
            gate.issue(by=SYSTEM)

    def test_frozen_recipient_gets_none(self, database: Database, gate: Gatehouse) -> None:
        """While a freeze stands nothing new is issued."""
        with database.transaction() as session:
            set_freeze(
                session, gate.house.producer, scope="contact", subject_id=gate.house.contact_id, reason="x", now=NOW
            )

        with pytest.raises(Frozen):
            gate.issue()


class TestRelease:
    """Two people, where that is agreed."""

    def test_no_secret_before_the_second_person(self, database: Database, gate: Gatehouse) -> None:
        """Until somebody else releases it there is no secret, no mail, and nothing to be forwarded."""
        issued = gate.issue(needs_release=True)
        assert issued.secret is None
        with database.reading() as session:
            assert not session.scalars(select(GateKey).where(GateKey.link_id == issued.link.id)).all()
            assert not session.scalars(select(OutboxMail).where(OutboxMail.kind == "reviews-link")).all()
        with database.transaction() as session, pytest.raises(SecondPersonNeeded):
            release_link(session, gate.house.producer, link_id=issued.link.id, base_url=BASE_URL, now=NOW)
        with database.transaction() as session:
            sent = release_link(session, gate.house.other, link_id=issued.link.id, base_url=BASE_URL, now=NOW)

        assert sent.url.startswith(f"{BASE_URL}/g#")
        assert sent.path_url == sent.url.replace("#", "/")
        with database.transaction() as session, pytest.raises(NotInThisState):
            release_link(session, gate.house.other, link_id=issued.link.id, base_url=BASE_URL, now=NOW)

    def test_policy_is_asked_again(self, database: Database, gate: Gatehouse) -> None:
        """What was raised since the link was issued holds for its release, and for sending it anew."""
        waiting, sent = gate.issue(needs_release=True).link, gate.issue().link
        with database.transaction() as session:
            set_floor(session, SYSTEM, client_id=None, demands=Demands(asks_passphrase=True), version=0)
        for act, who, link in ((release_link, gate.house.other, waiting), (resend_link, gate.house.producer, sent)):
            with database.transaction() as session, pytest.raises(AgainstAgreement) as refusal:
                act(session, who, link_id=link.id, base_url=BASE_URL, now=NOW)
            assert list(refusal.value.fields) == ["demands.asks_passphrase"]

        with database.reading() as session:
            keys = session.scalars(
                select(GateKey.link_id).where(GateKey.closed_at.is_(None), GateKey.link_id.is_not(None))
            )
            assert keys.all() == [sent.id]

    def test_table_knows_no_self_release(self, database: Database, gate: Gatehouse) -> None:
        """The database refuses a link that was released by who issued it."""
        issued = gate.issue(needs_release=True)

        with pytest.raises(Exception, match="released_by_another"), database.transaction() as session:
            session.get_one(ScreeningLink, issued.link.id).released_by = gate.house.producer.person_id


class TestRevoking:
    """Taken back, and still on the list."""

    def test_platform_is_chased_until_somebody_says_so(self, database: Database, gate: Gatehouse) -> None:
        """A hand-off that is revoked is due on the platform, until a person confirms that it was ended there."""
        allow(database, gate.house)
        issued = gate.issue(target_url=TARGET)
        with database.transaction() as session:
            revoke_link(session, gate.house.producer, link_id=issued.link.id, reason="x", now=NOW)
        assert gate.link(issued.link.id).platform_revocation == "due"
        with database.transaction() as session:
            confirm_platform_revocation(session, gate.house.other, link_id=issued.link.id, now=NOW)

        assert gate.link(issued.link.id).platform_revocation == "confirmed"
        with database.transaction() as session, pytest.raises(NotInThisState):
            confirm_platform_revocation(session, gate.house.other, link_id=issued.link.id, now=NOW)

    def test_all_of_a_project_at_once(self, database: Database, gate: Gatehouse) -> None:
        """One act takes all back that stand, and each stays on the list for ever."""
        for _ in range(3):
            gate.issue()
        with database.transaction() as session:
            who, project_id = gate.house.producer, gate.house.project_id
            assert len(revoke_links(session, who, project_id=project_id, reason="leak", now=NOW)) == 3
        with database.reading() as session:
            page = links(session, who, LinkFilters(project_id=project_id), PageRequest(), now=NOW)
            still = links(session, who, LinkFilters(state="open"), PageRequest(), now=NOW)

        assert [row.standing.value for row in page.items] == ["revoked"] * 3
        assert not still.items

    def test_terms_stand_on_the_link(self, database: Database) -> None:
        """What was agreed stands on the link itself, as it was when it was issued."""
        gate = gatehouse(database, "NB-400", watermark="name, burnt in", view_limit=2)
        link = gate.issue().link

        assert (link.view_limit, link.watermark, link.method) == (2, "name, burnt in", "M1")
