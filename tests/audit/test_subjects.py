"""Whose a personal value is, and what its subject's key is worth."""

import json
from uuid import UUID

import pytest
from sqlalchemy import select

from answerprint.core.actor import Actor, ActorKind, stranger
from answerprint.core.db import Database
from answerprint.core.sealing import NoSealError, NotSealedHereError
from audit.disclosure import read_disclosure
from audit.models import Disclosure, Entry, Subject
from audit.queries.entries import values_beside
from audit.queries.logs import log_named
from audit.record import record
from audit.subjects import SubjectKey, nonce_of, text_subject
from tests.conftest import SEAL
from tests.facts import PersonSeen

ANN_ID = UUID("018f6e1c-7d5e-7000-8000-00000000000a")
ANN = Actor(kind=ActorKind.PERSON, id=str(ANN_ID), person_id=ANN_ID, address="198.51.100.7")


def test_name_belongs_to_what_the_fact_is_about_and_the_address_to_who_acted(database: Database) -> None:
    """One is erased with the person seen, the other with the person who looked."""
    with database.transaction() as session:
        record(session, ANN, PersonSeen(about="person:1", name="Bo Example", place="suite 2"))
    with database.reading() as session:
        subjects = {one.name: one.subject for one in session.scalars(select(Disclosure))}

    assert subjects == {"name": "person:1", "address": f"person:{ANN_ID}"}


def test_address_of_a_stranger_is_its_own_subject(database: Database) -> None:
    """Nobody's account can be asked for it, so it is found by itself."""
    with database.transaction() as session:
        record(session, stranger("198.51.100.9"), PersonSeen(about="person:1", name="Bo Example", place="door"))
    with database.reading() as session:
        subjects = {one.name: one.subject for one in session.scalars(select(Disclosure))}

    assert subjects["address"] == text_subject(SEAL.tag("198.51.100.9"))


def test_subject_has_one_key_for_all_its_values(database: Database) -> None:
    """Two facts about one person, recorded at two times, share a key: one deletion ends both."""
    for _ in range(2):
        with database.transaction() as session:
            record(session, ANN, PersonSeen(about="person:1", name="Bo Example", place="suite 2"))
    with database.reading() as session:
        subjects = set(session.scalars(select(Subject.subject)))

    assert subjects == {"person:1", f"person:{ANN_ID}"}


def test_values_are_read_back(database: Database) -> None:
    """With the sealing key a value is what it was, under a salt that its subject's key makes again."""
    with database.transaction() as session:
        record(session, ANN, PersonSeen(about="person:1", name="Bo Example", place="suite 2"))
    with database.reading() as session:
        body = session.scalars(select(Entry.body).where(Entry.index == 1)).one()
        beside = values_beside(session, log_named(session, "house"), {1: nonce_of(body)})[1]
        raw = SEAL.open(session.get_one(Subject, "person:1").sealed_key, place="subject/person:1")

    salt, name, value = read_disclosure(beside.disclosures["name"])
    assert (name, value) == ("name", "Bo Example")
    assert salt == SubjectKey(raw).salt(nonce_of(body), "name")


def test_without_the_sealing_key_values_stay_sealed(database: Database, database_url: str) -> None:
    """Who has a copy of the database, and no more, reads no personal value."""
    with database.transaction() as session:
        record(session, ANN, PersonSeen(about="person:1", name="Bo Example", place="suite 2"))
    copy = Database(database_url)
    with copy.reading() as session:
        body = session.scalars(select(Entry.body).where(Entry.index == 1)).one()
        beside = values_beside(session, log_named(session, "house"), {1: nonce_of(body)})[1]
    copy.close()

    assert not beside.disclosures
    assert sorted(beside.sealed) == ["address", "name"]


def test_without_the_sealing_key_no_personal_value_is_recorded(database: Database, database_url: str) -> None:
    """A program without the key fails, and changes nothing."""
    keyless = Database(database_url)
    with pytest.raises(NoSealError), keyless.transaction() as session:
        record(session, ANN, PersonSeen(about="person:1", name="Bo Example", place="suite 2"))
    keyless.close()
    with database.reading() as session:
        entries = session.scalars(select(Entry.index)).all()

    assert entries == [0]


def test_nonce_stands_where_it_is_looked_for(database: Database) -> None:
    """The body is canonical, so its nonce is found without reading all of it."""
    with database.transaction() as session:
        record(session, ANN, PersonSeen(about="person:1", name="Bo Example", place='","v":1}'))
    with database.reading() as session:
        body = session.scalars(select(Entry.body).where(Entry.index == 1)).one()

    assert nonce_of(body) == json.loads(body)["nonce"]


def test_value_opens_in_its_own_entry_only() -> None:
    """A value that was moved to another entry does not open there."""
    key = SubjectKey(bytes(32))
    sealed = key.seal("a disclosure", "n1", "name")

    assert key.open(sealed, "n1", "name") == "a disclosure"
    with pytest.raises(NotSealedHereError):
        key.open(sealed, "n2", "name")
    with pytest.raises(NotSealedHereError):
        key.open(sealed, "n1", "email")


def test_salts_differ_by_entry_and_by_name() -> None:
    """One salt shown gives no other away."""
    key = SubjectKey(bytes(32))

    assert len({key.salt("n1", "name"), key.salt("n2", "name"), key.salt("n1", "email")}) == 3
