"""Whatever is written into the trail's tables, verification fails and says where."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, delete, insert, select, text, update
from sqlalchemy.orm import Session

import audit.models
from answerprint.core.actor import SYSTEM, Actor, ActorKind
from answerprint.core.db import Base, Database, open_engine
from audit.models import Disclosure, Entry, Head, Log, StoredCheckpoint, Tile
from audit.note import encode_base64
from audit.queries.logs import public_text
from audit.record import HOUSE, record
from audit.rollback import LogBroken
from audit.service.checkpoints import publish_checkpoint
from audit.service.logs import open_log
from audit.verification import Verification, verify_database
from tests.conftest import SEAL
from tests.facts import PersonSeen, ThingHappened

TRAIL = [Base.metadata.tables[model.__tablename__] for model in (Log, Head, Entry, Disclosure, Tile, StoredCheckpoint)]
ANN = Actor(kind=ActorKind.PERSON, id="018f-ann", address="192.0.2.7")
LICENSOR = "licensor-acme"


@pytest.fixture(name="trail")
def _trail(database: Database, log_key: Ed25519PrivateKey) -> Database:
    """Two logs, one long enough for a tile, both signed, with entries that wait for a signature."""
    with database.transaction() as session:
        open_log(session, SYSTEM, name=LICENSOR)
        for number in range(260):
            record(session, ANN, ThingHappened(about=f"thing:{number}", number=number))
        record(session, ANN, PersonSeen(about="person:1", name="Ann Example", place="suite 2"), log=LICENSOR)
    for name in (LICENSOR, HOUSE):
        with database.transaction() as session:
            publish_checkpoint(session, SYSTEM, log_name=name, key=log_key)
    with database.transaction() as session:
        record(session, ANN, PersonSeen(about="person:2", name="Bo Example", place="suite 3"))
    return database


@pytest.fixture(name="intruder")
def _intruder(trail: Database, database_url: str) -> Iterator[Connection]:
    """Somebody with every right on the database: the triggers are off, and what they do is rolled back at the end."""
    assert trail.engine.url.database
    engine = open_engine(database_url)
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            names = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all()
            for name in names:
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            for table in TRAIL:
                connection.execute(text(f"ALTER TABLE {table.name} DISABLE TRIGGER ALL"))
        yield connection
        connection.rollback()
    engine.dispose()


def look(connection: Connection, key: Ed25519PrivateKey | None = None) -> Verification:
    """Verify what the intruder has left."""
    trusted = None if key is None else [public_text(key.public_key())]
    with Session(connection, join_transaction_mode="create_savepoint", info={"seal": SEAL}) as session:
        return verify_database(session, trusted_keys=trusted)


def test_altered_entry_is_named(intruder: Connection) -> None:
    """The finding says which entry of which log does not hold."""
    entries = Base.metadata.tables["audit_entries"]
    this = (entries.c.log_id == 1, entries.c.idx == 17)
    body = intruder.scalar(select(entries.c.body).where(*this)) or b""
    intruder.execute(update(entries).where(*this).values(body=body.replace(b"thing:16", b"thing:61")))

    assert str(look(intruder).findings[0]) == "house: entry 17 was altered: its body does not hash to its leaf"


def test_entry_rewritten_with_its_hash_is_found_by_the_checkpoint(intruder: Connection) -> None:
    """Who rewrites a body and its leaf hash still meets the signed root."""
    entries = Base.metadata.tables["audit_entries"]
    this = (entries.c.log_id == 1, entries.c.idx == 17)
    body = (intruder.scalar(select(entries.c.body).where(*this)) or b"").replace(b'"number":16', b'"number":61')
    intruder.execute(update(entries).where(*this).values(body=body, leaf_hash=audit.tree.leaf_hash(body)))
    findings = [str(one) for one in look(intruder).findings]

    assert "house: checkpoint 262 signs other entries than these" in findings


def test_added_entry_is_found(intruder: Connection) -> None:
    """An entry put in behind the head's back is counted."""
    entries = Base.metadata.tables["audit_entries"]
    last = intruder.execute(select(entries).where(entries.c.log_id == 1).order_by(entries.c.idx.desc())).mappings()
    row = dict(last.first() or {})
    intruder.execute(insert(entries).values(row | {"idx": row["idx"] + 1}))

    assert not look(intruder).holds


def test_rolled_back_licensor_log_is_found_by_the_house_log(intruder: Connection) -> None:
    """A counterparty's log restored to before its checkpoint contradicts the house log, which named that checkpoint."""
    log_id = intruder.scalar(select(Log.id).where(Log.name == LICENSOR))
    intruder.execute(delete(StoredCheckpoint).where(StoredCheckpoint.log_id == log_id))
    intruder.execute(delete(Disclosure).where(Disclosure.log_id == log_id))
    intruder.execute(delete(Entry).where(Entry.log_id == log_id, Entry.index >= 1))
    intruder.execute(update(Head).where(Head.log_id == log_id).values(size=1))
    findings = [str(one) for one in look(intruder).findings]

    assert findings == [
        "licensor-acme: checkpoint 2 is missing, or is not the one that the house log names",
    ]


def test_key_that_the_reader_does_not_trust_is_found(intruder: Connection) -> None:
    """A trail re-signed with another key holds by itself, and fails for a reader who brings the key."""
    verdict = look(intruder, Ed25519PrivateKey.generate())

    assert {str(one) for one in verdict.findings} == {
        "house: the key is none of the keys that were given",
        "licensor-acme: the key is none of the keys that were given",
    }


class TestPlainEntries:
    """Entries without personal values are read by the shape of those before them, and are told alike."""

    @pytest.fixture(name="trail")
    def _plain_trail(self, database: Database, log_key: Ed25519PrivateKey) -> Database:
        with database.transaction() as session:
            for number in range(5):
                record(session, SYSTEM, ThingHappened(about=f"thing:{number}", number=number))
            open_log(session, SYSTEM, name=LICENSOR)
        with database.transaction() as session:
            publish_checkpoint(session, SYSTEM, log_name=HOUSE, key=log_key)
        return database

    @pytest.mark.parametrize("column", ["kind", "recorded_at", "actor", "about", "project"])
    def test_column_that_does_not_repeat_the_body_is_named(self, intruder: Connection, column: str) -> None:
        """The finding says which entry and which column."""
        value = datetime(2020, 1, 1, tzinfo=UTC) if column == "recorded_at" else "other"
        entries = Base.metadata.tables["audit_entries"]
        intruder.execute(update(entries).where(entries.c.log_id == 1, entries.c.idx == 4).values({column: value}))

        assert [str(one) for one in look(intruder).findings] == [
            f"house: entry 4 was altered: the column {column} does not repeat the body"
        ]

    def test_body_that_does_not_hash_to_its_leaf_is_named(self, intruder: Connection) -> None:
        """One number in a body of the same shape is another entry."""
        entries = Base.metadata.tables["audit_entries"]
        this = (entries.c.log_id == 1, entries.c.idx == 4)
        body = intruder.scalar(select(entries.c.body).where(*this)) or b""
        intruder.execute(update(entries).where(*this).values(body=body.replace(b'"number":3', b'"number":4')))

        assert str(look(intruder).findings[0]) == "house: entry 4 was altered: its body does not hash to its leaf"

    def test_value_beside_it_is_one_too_many(self, intruder: Connection) -> None:
        """An entry that has no digest has no personal value."""
        more = {"log_id": 1, "idx": 4, "name": "name", "subject": "thing:3", "tag": "0" * 32, "sealed": b""}
        intruder.execute(insert(Base.metadata.tables["audit_disclosures"]).values(more))

        assert [str(one) for one in look(intruder).findings] == ["house: entry 4 has 1 personal values too many"]

    def test_first_entry_opens_its_log(self, intruder: Connection) -> None:
        """An entry that holds in one log is not the opening of another."""
        entries = Base.metadata.tables["audit_entries"]
        plain = intruder.execute(select(entries).where(entries.c.log_id == 1, entries.c.idx == 4)).mappings().one()
        this = (entries.c.log_id == 2, entries.c.idx == 0)
        intruder.execute(update(entries).where(*this).values({**plain, "log_id": 2, "idx": 0}))

        assert [str(one) for one in look(intruder).findings] == [
            f"{LICENSOR}: entry 0 does not say what the row of the log says"
        ]

    def test_entry_that_is_missing_is_named(self, intruder: Connection) -> None:
        """A gap is a gap, whatever holds on its far side."""
        intruder.execute(delete(Entry).where(Entry.log_id == 1, Entry.index == 4))

        assert "house: entry 4 is missing: entry 5 follows" in map(str, look(intruder).findings)


def test_nothing_is_signed_over_an_altered_entry(
    trail: Database, database_url: str, log_key: Ed25519PrivateKey
) -> None:
    """Publishing hashes the waiting entries again, and refuses where one was altered."""
    broken = open_engine(database_url)
    with broken.connect() as connection:
        with connection.begin_nested() as change:
            if broken.dialect.name == "sqlite":
                connection.execute(text("DROP TRIGGER audit_entries_no_update"))
            else:
                connection.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER ALL"))
            last = select(Entry.index).where(Entry.log_id == 1).order_by(Entry.index.desc()).limit(1).scalar_subquery()
            connection.execute(update(Entry).where(Entry.log_id == 1, Entry.index == last).values(body=b"{}"))
            with Session(connection, join_transaction_mode="create_savepoint") as session, pytest.raises(LogBroken):
                publish_checkpoint(session, SYSTEM, log_name=HOUSE, key=log_key)
            change.rollback()
        connection.rollback()
    broken.dispose()

    assert trail.engine.url.database


def test_verdict_says_how_much_is_signed(trail: Database) -> None:
    """Entries that wait for a signature are counted apart, and the root is that of all entries."""
    with trail.reading() as session:
        verdict = verify_database(session, trusted_keys=None)
    house = next(log for log in verdict.logs if log.name == HOUSE)

    assert (house.size, house.signed_size) == (263, 262)
    assert not verdict.is_pinned
    assert house.root != encode_base64(b"\0" * 32)
