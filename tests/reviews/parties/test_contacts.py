"""A client's people are known by a pseudonym everywhere but in one row."""

import json

import pytest
from sqlalchemy import select

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.ids import new_id
from answerprint.core.problems import NotFound, StaleVersion
from audit.models import Entry
from reviews.models.parties import Contact
from reviews.queries.parties import contact_by_id, contact_row
from reviews.service.contacts import ContactThere, add_contact, change_contact, forget_contact
from tests.reviews.factories import NOW, make_contact, make_house


class TestAdding:
    """A contact belongs to one client."""

    def test_mail_address_is_there_once(self, database: Database) -> None:
        """A mail address is one contact of a client, however it is written."""
        with database.transaction() as session:
            house = make_house(session)

        with database.transaction() as session, pytest.raises(ContactThere) as refusal:
            make_contact(session, house.client_id, "INES@Okafor.example")

        assert list(refusal.value.fields) == ["email"]

    def test_log_holds_neither_name_nor_mail(self, database: Database) -> None:
        """What a contact is called stands in no entry of the trail."""
        with database.transaction() as session:
            make_house(session)
        with database.reading() as session:
            bodies = b"".join(session.scalars(select(Entry.body)))

        assert b"reviews.contact.added" in bodies
        assert b"okafor" not in bodies.lower()

    def test_producer_of_another_client_knows_nothing_of_them(self, database: Database) -> None:
        """Contacts are seen by who works for their client, and for everybody else they are not there."""
        with database.transaction() as session:
            house, other = make_house(session), make_house(session, "NB-300")

        with database.reading() as session, pytest.raises(NotFound):
            contact_row(session, other.producer, house.contact_id)


class TestChanging:
    """A change says what it changed, and of which version."""

    def test_only_what_changed_is_recorded(self, database: Database) -> None:
        """The fact names the fields that became another."""
        with database.transaction() as session:
            house = make_house(session)
        with database.transaction() as session:
            change_contact(
                session,
                house.producer,
                contact_id=house.contact_id,
                changes={"name": "Ines Okafor", "company": "Okafor Films"},
                version=1,
            )
        with database.reading() as session:
            changed = select(Entry.body).where(Entry.kind == "reviews.contact.changed")
            body = json.loads(session.scalars(changed).one())

        assert body["data"] == {"fields": ["company"]}

    def test_older_version_changes_nothing(self, database: Database) -> None:
        """Who changes what somebody else has changed meanwhile is told so."""
        with database.transaction() as session:
            house = make_house(session)

        with database.transaction() as session, pytest.raises(StaleVersion):
            change_contact(session, SYSTEM, contact_id=house.contact_id, changes={"name": "X"}, version=7)


class TestForgetting:
    """An order of two people erases what a contact is called."""

    def test_pseudonym_stays(self, database: Database) -> None:
        """Neither name nor mail stands in the row any more, and the mail address is free again."""
        with database.transaction() as session:
            house = make_house(session)
        with database.transaction() as session:
            forget_contact(session, SYSTEM, contact_id=house.contact_id, order_id=new_id(), now=NOW)
        with database.transaction() as session:
            again = add_contact(
                session, SYSTEM, client_id=house.client_id, name="Ines", email="ines@okafor.example", now=NOW
            )
        with database.reading() as session:
            gone = contact_by_id(session, house.contact_id)
            rows = session.scalars(select(Contact)).all()

        assert (gone.erased_at, "ines" in (gone.name + gone.email).lower()) == (NOW, False)
        assert {row.id for row in rows} == {house.contact_id, again.id}
