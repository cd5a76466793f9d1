"""Who goes along with whom when somebody is erased, and what the log says of it."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from audit.models import Disclosure, Entry, Log, Order
from audit.queries.entries import entry_at
from audit.queries.subjects import AmbiguousText, scope_of, subject_of, texts_of
from audit.record import record
from audit.service import erasures
from audit.service.erasures import Erased, ask_erasure
from facility.models import ApiToken, Person, WebSession
from facility.service.tokens import make_token
from licensing.models.seats import Checkout
from tests.audit.deciding import (
    GROUND,
    HOST,
    MAIL,
    NAME,
    OLD_MAIL,
    OLD_NAME,
    TwoPeople,
    erase,
    everywhere,
)
from tests.conftest import SEAL
from tests.facility.factories import actor_of, make_person
from tests.facility.trail import bodies, facts
from tests.facts import PersonSeen


def erase_subject(database: Database, people: TwoPeople, subject: str) -> Erased:
    """Have the values of a subject that is nobody of the house erased."""
    with database.transaction() as session:
        order = ask_erasure(session, people.asks, subject=subject, ground=GROUND, now=clock.now())
    with database.transaction() as session:
        return erasures.carry_out_erasure(session, people.decides, order_id=order.id, now=clock.now())


class TestWhoGoesAlong:
    """With a person go the texts that equal what the person was ever called, and nobody else's account."""

    def test_all_names_and_mails_ever_recorded(self, database: Database, people: TwoPeople) -> None:
        """Failed sign-ins with an old mail and seats held under a name are the person's; the machine is not."""
        person = everywhere(database)
        with database.reading() as session:
            scope = scope_of(session, f"person:{person.id}")
            texts = {one for subject in scope.subjects for one in texts_of(session, subject)}
        erased = erase(database, people)

        assert scope.subjects[-1] == f"person:{person.id}"
        assert {one.casefold() for one in texts} == {MAIL, NAME.casefold(), OLD_MAIL, OLD_NAME.casefold()}
        assert erased.subjects == len(scope.subjects)
        assert erased.values == scope.values

    def test_another_person_of_the_same_name_stays(self, database: Database, people: TwoPeople) -> None:
        """Two people of one name: the text goes, the other's account keeps every value."""
        person = everywhere(database)
        with database.transaction() as session:
            other = make_person(session, email="other@post.example", name=NAME)
        erase(database, people, f"person:{person.id}")
        with database.reading() as session:
            texts = texts_of(session, f"person:{other.id}")
            subject = session.get_one(Person, other.id)

        assert texts == {NAME, "other@post.example"}
        assert (subject.name, subject.is_active) == (NAME, True)

    def test_name_of_a_token_is_no_name_of_its_person(self, database: Database, people: TwoPeople) -> None:
        """What a person called a token is erased with the person, but takes no text of somebody else's along."""
        person = everywhere(database)
        with database.transaction() as session:
            actor = actor_of(session, person.id)
            make_token(
                session,
                actor,
                name="Kim Artist",
                scopes=actor.permissions,
                expires_at=clock.now() + timedelta(days=2),
                now=clock.now(),
            )
        erase(database, people)
        with database.reading() as session:
            kim = scope_of(session, subject_of(session, "Kim Artist"))
            names = session.scalars(select(ApiToken.name)).all()

        assert names == ["erased"]
        assert kim.values == 1

    def test_text_that_is_no_mail_stands_for_itself(self, database: Database, people: TwoPeople) -> None:
        """A name that is typed means what was recorded of nobody's account: the person of that name stays."""
        person = everywhere(database)
        erased = erase(database, people, f" {HOST.upper()} ")
        with database.reading() as session:
            name = subject_of(session, NAME)
            order = session.get_one(Order, erased.order_id)
            hosts = set(session.scalars(select(Checkout.host)))

        assert (erased.person_id, erased.subjects, erased.values) == (None, 1, 1)
        assert name.startswith("text:")
        assert (order.state, order.subject) == ("done", None)
        assert hosts == {"erased", "", "ws-1"}
        assert person.name == NAME

    def test_mail_of_several_people_has_to_be_told_apart(self, database: Database) -> None:
        """A mail address that went from one person to another names neither; the refusal names both by their ids."""
        person = everywhere(database)
        with database.transaction() as session:
            other = make_person(session, email=OLD_MAIL, name="Noa Neu")
        with database.reading() as session, pytest.raises(AmbiguousText) as refused:
            subject_of(session, OLD_MAIL)

        assert str(person.id) in refused.value.detail
        assert str(other.id) in refused.value.detail

    def test_what_is_called_so_elsewhere_goes_along(self, database: Database) -> None:
        """A name that only the table of people holds, since its entry was lost, still takes its texts along."""
        person = everywhere(database)
        with database.reading() as session:
            before = scope_of(session, f"person:{person.id}")
            with_host = scope_of(session, f"person:{person.id}", texts=[HOST])

        assert len(with_host.subjects) == len(before.subjects) + 1


class TestFacts:
    """The log says what was done, and explains its own gaps."""

    def test_each_log_names_the_digests_it_lost(self, database: Database, people: TwoPeople) -> None:
        """Exactly the digests of emptied rows stand in entries of the same log, with order and ground."""
        everywhere(database)
        erased = erase(database, people)
        with database.reading() as session:
            for log in session.scalars(select(Log)):
                rows = session.execute(
                    select(Disclosure.index, Disclosure.name).where(
                        Disclosure.log_id == log.id, Disclosure.subject == f"erased:{erased.order_id}"
                    )
                ).all()
                told = [
                    json.loads(body)["data"]
                    for body in session.scalars(
                        select(Entry.body).where(Entry.log_id == log.id, Entry.kind == "audit.values.erased")
                    )
                ]
                digests = {one for data in told for one in data["digests"]}
                of_entries = {one for index, _ in rows for one in json.loads(entry_at(session, log, index).body)["_sd"]}
                assert len(digests) == len(rows)
                assert digests <= of_entries
                assert {(data["order"], data["ground"]) for data in told} <= {(str(erased.order_id), GROUND)}

    def test_many_values_take_several_entries(self, database: Database, people: TwoPeople) -> None:
        """At most a thousand digests stand in an entry, each once and in order."""
        with database.transaction() as session:
            for at in range(2100):
                record(session, SYSTEM, PersonSeen(about=f"person:{UUID(int=7)}", name=f"n{at}", place=""))
        erased = erase_subject(database, people, f"person:{UUID(int=7)}")
        told = facts(database, "audit.values.erased")

        assert [len(data["digests"]) for data in told] == [1000, 1000, 100]
        assert sorted(one for data in told for one in data["digests"]) == [
            one for data in told for one in data["digests"]
        ]
        assert erased.values == 2100

    def test_house_log_counts_and_names_only_people(self, database: Database, people: TwoPeople) -> None:
        """Who ordered, who decided, why and how much; a text of its own is not named, not even by its tag."""
        person = everywhere(database)
        erase(database, people, HOST)
        erase(database, people)
        done = facts(database, "audit.erasure.carried-out")

        assert [one["subject"] for one in done] == [None, f"person:{person.id}"]
        assert {one["asked_by"] for one in done} == {people.asks.id}
        assert {one["actor"]["id"] for one in done} == {people.decides.id}
        assert SEAL.tag(HOST) not in bodies(database)
        assert SEAL.tag(MAIL) not in bodies(database)

    def test_person_is_a_pseudonym_afterwards(self, database: Database, people: TwoPeople) -> None:
        """Nobody signs in as them; what points at them points at a pseudonym, and memberships stay."""
        person = everywhere(database)
        erase(database, people)
        with database.reading() as session:
            found = session.get_one(Person, person.id)
            sessions = session.scalars(select(WebSession.ended_at).where(WebSession.person_id == person.id)).all()

        assert (found.is_active, found.password_hash) == (False, None)
        assert (found.name, found.email) == (f"erased-{person.id.hex[-8:]}", f"erased-{person.id}@invalid")
        assert all(sessions)
        assert facts(database, "facility.person.forgotten")[0]["sessions_ended"] == 1
        assert sum(one["checkouts"] for one in facts(database, "licensing.holders.erased")) == 2

    def test_who_comes_back_is_recorded_anew(self, database: Database, people: TwoPeople) -> None:
        """The same mail typed later is a new value under a new key; what was erased stays so."""
        everywhere(database)
        erase(database, people)
        with database.transaction() as session:
            make_person(session, email=MAIL, name=NAME)
        with database.reading() as session:
            fresh = scope_of(session, subject_of(session, MAIL))

        assert fresh.values == 2
