"""What verification says beside "it holds": erased, unopened, pruned, superseded, revoked, silent, not checked."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, select, text, update
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database, open_engine, reader
from audit.errors import UnknownKey
from audit.keyrows import read_keys
from audit.models import Disclosure, Entry, Log, StoredCheckpoint
from audit.note import Signer, parse_note
from audit.queries.logs import public_text
from audit.record import HOUSE, record
from audit.service.checkpoints import publish_checkpoint
from audit.service.keys import report_compromise, rotate_key
from audit.verdict import LogVerdict
from audit.verification import Means, Verification, verify_database
from audit.walkers import Place
from audit.witnessrows import GivenPolicy
from tests.audit.eventful import LICENSOR, Eventful
from tests.conftest import SEAL
from tests.facts import ThingHappened


def look(database: Database, means: Means | None = None, *keys: Ed25519PrivateKey) -> Verification:
    """Verify, with the sealing key, and with these keys or none."""
    trusted = [public_text(key.public_key()) for key in keys] or None
    with database.reading() as session:
        return verify_database(session, trusted_keys=trusted, means=means)


def of(verification: Verification, log: str) -> LogVerdict:
    """Return what was said of one log."""
    return next(one for one in verification.logs if one.name == log)


def test_erased_values_are_counted_by_the_entry_that_lists_them(database: Database, eventful: Eventful) -> None:
    """What was erased by order is no finding: the entry and the order are named, in each log."""
    assert eventful.policy
    verdict = look(database)
    house = of(verdict, HOUSE)

    assert verdict.holds
    # The name in each log, and the address of who acted, which was another's, stays.
    assert [one.values for one in house.erasures] == [1]
    assert of(verdict, LICENSOR).erased == 1
    with database.reading() as session:
        listing = session.get_one(Entry, (1, house.erasures[0].entry))
        assert (listing.kind, listing.about) == ("audit.values.erased", f"order:{house.erasures[0].order}")


@pytest.mark.usefixtures("eventful")
def test_without_the_sealing_key_values_are_counted_and_no_finding(database_url: str) -> None:
    """Who has no sealing key cannot open a value: how many stay unopened is said, and erased ones are still known."""
    engine = open_engine(database_url)
    with reader(engine).connect() as connection, Session(connection) as session:
        verdict = verify_database(session, trusted_keys=None)
    engine.dispose()
    house = of(verdict, HOUSE)

    assert verdict.holds
    assert house.values == house.unopened > 0
    assert house.erased == 1


@pytest.mark.usefixtures("eventful")
def test_pruned_prefix_is_said_with_the_entry_of_the_house_log(database: Database) -> None:
    """Entries below the minimum are gone, every root is still made, and the entry that orders it is named."""
    verdict = look(database)
    with database.reading() as session:
        told = session.scalars(select(Entry.index).where(Entry.kind == "audit.log.pruned")).one()

    assert verdict.notes == (f"{LICENSOR}: entries below 256 were pruned by order of house entry {told}",)
    assert of(verdict, LICENSOR).pruned_below == 256


class TestKeys:
    """Which key the reader gives decides what may be believed."""

    def test_former_key_is_superseded_and_holds(
        self, database: Database, eventful: Eventful, log_key: Ed25519PrivateKey
    ) -> None:
        """Who kept the opening key is led to the one that signs now."""
        former, last = look(database, None, log_key), look(database, None, eventful.last_key)

        assert former.holds
        assert last.holds
        assert of(former, HOUSE).key == "superseded"
        assert of(last, HOUSE).key == "current"
        assert "house: the key given is a superseded key: it handed over at" in former.notes[0]
        assert of(former, HOUSE).signed_size == of(last, HOUSE).signed_size

    def test_revoked_key_does_not_hold_and_says_what_stands(
        self, database: Database, log_key: Ed25519PrivateKey
    ) -> None:
        """A key in wrong hands vouches for nothing beyond what stands."""
        second, third = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
        with database.transaction() as session:
            rotate_key(session, SYSTEM, old=log_key, new=second)
        with database.transaction() as session:
            publish_checkpoint(session, SYSTEM, log_name=HOUSE, key=second, former=log_key)
        with database.transaction() as session:
            report_compromise(session, SYSTEM, revoked=second, new=third)
        verdict = look(database, None, second)

        assert of(verdict, HOUSE).key == "revoked"
        assert str(verdict.findings[0]) == (
            "house: the key given is a revoked key: what it signed stands up to 0 entries"
        )
        assert of(verdict, HOUSE).signed_size == 0
        assert look(database, None, third).holds

    @pytest.mark.usefixtures("eventful")
    def test_unknown_key_is_a_finding(self, database: Database) -> None:
        """A key that never signed these logs is named as such."""
        verdict = look(database, None, Ed25519PrivateKey.generate())

        assert {one.key for one in verdict.logs} == {"unknown"}
        assert "house: the key is none of the keys that were given" in map(str, verdict.findings)


def test_signature_line_of_nobody_known_is_found(
    database: Database, eventful: Eventful, log_key: Ed25519PrivateKey
) -> None:
    """A stored checkpoint bears no line but those of the log's own keys: an added one would be served with it."""
    with database.reading() as session:
        log = session.get_one(Log, 1)
        line, _ = read_keys(session, log)
        raw = session.scalars(select(StoredCheckpoint.note).where(StoredCheckpoint.log_id == 1)).all()[-1]
    more = Signer(log.origin, Ed25519PrivateKey.generate()).sign(parse_note(raw).text).line().encode()
    former = Signer(log.origin, log_key).sign(parse_note(raw).text).line().encode()

    assert eventful.policy
    assert line.open(raw).size == line.open(raw + former).size
    with pytest.raises(UnknownKey):
        line.open(raw + more)
    with pytest.raises(UnknownKey):
        line.open(raw[: raw.rindex("— ".encode())])


def test_cosignatures_are_checked_as_far_as_a_policy_knows_the_witness(database: Database, eventful: Eventful) -> None:
    """Without a policy a line is counted as not checked, and said; with it, it is checked."""
    without, given = look(database), look(database, Means(policies=[GivenPolicy.read(eventful.policy)]))

    assert (of(without, HOUSE).cosigned, of(without, HOUSE).cosignatures_unchecked) == (0, 1)
    assert (of(given, HOUSE).cosigned, of(given, HOUSE).cosignatures_unchecked) == (1, 0)


class TestSilence:
    """A gap in the house log that is longer than the reader bears is a finding."""

    def test_gap_between_entries_is_named(
        self, database: Database, log_key: Ed25519PrivateKey, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The entry behind the gap is named, with how long it was; a shorter gap is none."""
        first = clock.now()
        later = first + timedelta(minutes=90)
        for at in (first, later):
            monkeypatch.setattr(clock, "now", lambda at=at: at)
            with database.transaction() as session:
                record(session, SYSTEM, ThingHappened(about="thing:1"))
        found = look(database, Means(max_silence=timedelta(minutes=60), now=later), log_key)

        assert [str(one) for one in found.findings] == ["house: entry 2 comes after a silence of 90 minutes"]
        assert look(database, Means(max_silence=timedelta(minutes=100), now=later), log_key).holds

    def test_silence_until_now_is_named(self, database: Database) -> None:
        """A log that stopped is told by the time that has passed since."""
        with database.transaction() as session:
            record(session, SYSTEM, ThingHappened(about="thing:1"))
        now = clock.now() + timedelta(days=1)
        found = look(database, Means(max_silence=timedelta(minutes=60), now=now))

        assert [str(one) for one in found.findings] == [
            "house: entry 1 is the last, and 1440 minutes of silence follow it"
        ]


class TestSeveralProcesses:
    """However many processes read, the verdict is one."""

    def test_intact_trail(self, database: Database, eventful: Eventful, database_url: str, seal_file: Path) -> None:
        """Counts, roots and notes are the same."""
        assert eventful.policy
        alone, shared = look(database), look(database, Means(place=Place(database_url, seal_file, worth_it=0)))

        assert shared == alone
        assert shared.holds

    @pytest.mark.usefixtures("eventful")
    def test_process_that_cannot_read_is_done_without(self, database: Database, database_url: str) -> None:
        """Where a further process fails, here for want of the sealing key, this one reads what it was given."""
        place = Place(database_url, Path("/nowhere/seal.key"), worth_it=0)

        assert look(database, Means(place=place)) == look(database)

    @pytest.mark.usefixtures("eventful")
    def test_damage_is_told_alike(self, database: Database, database_url: str, seal_file: Path, tmp_path: Path) -> None:
        """Findings come in the same order, whoever met them."""
        if not database_url.startswith("sqlite"):
            pytest.skip("damage is committed to a copy of the file, which is SQLite's way")
        database.close()
        shutil.copy(tmp_path / "answerprint.db", tmp_path / "copy.db")
        url = f"sqlite:///{tmp_path / 'copy.db'}"
        engine = open_engine(url)
        with engine.connect() as connection:
            damage(connection)
            connection.commit()
        engine.dispose()
        copy = Database(url, seal=SEAL)
        alone, shared = look(copy), look(copy, Means(place=Place(url, seal_file, worth_it=0)))
        copy.close()

        assert len(alone.findings) >= 3
        assert shared == alone


def damage(connection: Connection) -> None:
    """Alter entries of both logs and a value, the triggers out of the way."""
    for name in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
        connection.execute(text(f"DROP TRIGGER {name}"))
    for log_id, index in ((1, 7), (2, 258)):
        this = (Entry.log_id == log_id, Entry.index == index)
        connection.execute(update(Entry).where(*this).values(kind="test.other"))
    connection.execute(update(Disclosure).where(Disclosure.log_id == 1, Disclosure.index == 20).values(tag="0" * 32))
