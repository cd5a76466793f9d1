"""Erasure of a client's person by order of two people: what they are called stands nowhere any more."""

from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from sqlalchemy import select

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.kept_answers import KeptAnswer
from answerprint.core.outbox import OutboxMail, queue_mail
from answerprint.core.residue import scour
from answerprint.web.erasure import carry_out_erasure
from audit.queries.subjects import AmbiguousText, scope_of, subject_of
from audit.rules import Held, TwoPeopleNeeded
from audit.service.holds import set_hold
from reviews.models.agreements import Acceptance, AgreementVersion, Party
from reviews.models.gate import GateKey, Receipt
from reviews.models.parties import Contact
from reviews.service.contacts import change_contact
from reviews.service.shipments import chase_overdue, confirm_receipt
from tests.audit.deciding import TwoPeople, ask, erase, two_people
from tests.audit.test_erasures import assert_nowhere, dump, publish_and_export, unpacked
from tests.facility.trail import facts
from tests.reviews.attendance.rooms import TODAY, Suite, asking, suite
from tests.reviews.factories import NOW, make_contact, make_house

OLD_MAIL, OLD_NAME = "ines@okafor.example", "Ines Okafor"
MAIL, NAME, COMPANY = "quaranta@pictures.example", "Inés Quaranta-Öhler", "Quaranta Pictures"
CALLED = (MAIL, NAME, COMPANY, OLD_MAIL, OLD_NAME)


@pytest.fixture(name="people")
def _people(database: Database) -> TwoPeople:
    """Two people who decide."""
    return two_people(database)


def everywhere(app: Flask, database: Database) -> Suite:
    """Have a contact accept, come, hold a drive, be reminded of it, and be renamed; others get a mail about them."""
    found = suite(database)
    producer, contact_id = found.house.producer, found.house.contact_id
    screening, shipment = found.plan(), found.ship()
    found.invite(screening)
    found.sign_in(screening)
    answer = asking(app, database, producer)(
        "PATCH",
        f"/contacts/{contact_id}",
        {"name": NAME, "email": MAIL, "company": COMPANY},
        If_Match='"1"',
        Idempotency_Key="renamed",
    )
    assert answer.status_code == 200
    second = found.plan()
    found.invite(second)
    with database.transaction() as session:
        note = f"{NAME} signed for it"
        confirm_receipt(session, producer, shipment_id=shipment.id, receipt_note=note, now=NOW)
        chase_overdue(session, SYSTEM, now=NOW, on=TODAY + timedelta(days=30))
        text = {"kind": "test", "recipient": "mara@post.example", "subject": "Seen", "now": clock.now()}
        queue_mail(session, body=f"{NAME} was there.", **text)  # type: ignore[arg-type] # one dict for two mails
        queue_mail(session, body="Somebody else was there.", **text)  # type: ignore[arg-type]
    return found


def test_contact_stands_nowhere_afterwards(
    app: Flask,
    database: Database,
    database_url: str,
    people: TwoPeople,
    log_key: Ed25519PrivateKey,
    tmp_path: Path,
) -> None:
    """No byte of the database, no file of the house and no bundle says their name, mail or company again."""
    found = everywhere(app, database)
    assert scour(database)
    before = dump(database, database_url)
    with pytest.raises(AssertionError):
        assert_nowhere(before, COMPANY)
    erased = erase(database, people, MAIL)
    assert scour(database)
    at_once = dump(database, database_url)
    publish_and_export(database, log_key, tmp_path)
    database.engine.dispose()
    files = b"".join(path.read_bytes() for path in sorted(tmp_path.rglob("*")) if path.is_file())

    assert erased.person_id is None
    assert_nowhere(at_once, *CALLED)
    assert_nowhere(dump(database, database_url) + files + unpacked(tmp_path), *CALLED)
    with database.reading() as session:
        assert session.scalars(select(KeptAnswer.key)).all() == []
        assert [mail.body for mail in session.scalars(select(OutboxMail))] == ["Somebody else was there."]
        assert session.scalars(select(Receipt)).all() == []
        assert set(session.scalars(select(GateKey.closed_at.is_not(None)))) == {True}
        gone = session.get_one(Contact, found.house.contact_id)
        assert gone.erased_at is not None


def test_agreement_still_reads(app: Flask, database: Database, people: TwoPeople) -> None:
    """The text that was frozen stays, and the acceptance; the digest in it says nothing, since its salt is gone."""
    found = everywhere(app, database)
    with database.reading() as session:
        text = session.get_one(AgreementVersion, found.agreement_version_id).text
        digests = set(session.scalars(select(Party.digest)))
    erase(database, people, f"contact:{found.house.contact_id}")
    with database.reading() as session:
        parties = session.scalars(select(Party)).all()

        assert session.get_one(AgreementVersion, found.agreement_version_id).text == text
        assert found.house.contact_id in set(session.scalars(select(Acceptance.contact_id)))
    assert {party.salt for party in parties} == {None}
    assert {party.digest for party in parties} == digests
    assert facts(database, "reviews.contact.forgotten")[0]["salts_forgotten"] == len(parties)


def test_mail_of_one_contact_means_them(database: Database) -> None:
    """A mail address finds whom it was recorded for, an old one too; of two contacts somebody has to say which."""
    with database.transaction() as session:
        house = make_house(session)
        changes = change_contact(
            session, SYSTEM, contact_id=house.contact_id, changes={"email": MAIL, "name": NAME}, version=1
        )
        contact = f"contact:{changes.id}"
    with database.reading() as session:
        found = {subject_of(session, typed) for typed in (OLD_MAIL, MAIL.upper(), contact)}
    with database.transaction() as session:
        other = make_house(session, "NB-300")
        make_contact(session, other.client_id, MAIL, "Ines again")

    assert found == {contact}
    with database.reading() as session, pytest.raises(AmbiguousText):
        subject_of(session, MAIL)


def test_nobody_else_loses_a_value(app: Flask, database: Database, people: TwoPeople) -> None:
    """Another contact of the client keeps what is theirs."""
    found = everywhere(app, database)
    with database.transaction() as session:
        kai = make_contact(session, found.house.client_id, "kai@okafor.example", "Kai Sato").id
    erase(database, people, MAIL)
    with database.reading() as session:
        assert session.get_one(Contact, kai).name == "Kai Sato"
        assert scope_of(session, f"contact:{kai}").values == 3


def test_two_people_and_a_hold(database: Database, people: TwoPeople) -> None:
    """Who ordered does not approve, and a hold beats the order, as for the house's own people."""
    with database.transaction() as session:
        make_house(session)
    order = ask(database, people, OLD_MAIL)
    with database.transaction() as session, pytest.raises(TwoPeopleNeeded):
        carry_out_erasure(session, people.asks, order_id=order.id, now=clock.now())
    with database.transaction() as session:
        subject = subject_of(session, OLD_MAIL)
        set_hold(session, people.asks, subject=subject, reason="dispute 7", now=clock.now())

    with database.transaction() as session, pytest.raises(Held):
        carry_out_erasure(session, people.decides, order_id=order.id, now=clock.now())
