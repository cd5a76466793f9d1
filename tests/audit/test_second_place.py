"""An older database cannot pass for the newest one: the last checkpoint of each log stands in a second place."""

import shutil
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.web.cli import main
from answerprint.web.house import hold_second_place, prepare
from answerprint.web.settings import read_settings
from audit.checkpoint import Checkpoint, parse_checkpoint, sign_checkpoint
from audit.models import StoredCheckpoint
from audit.note import Signer, parse_note
from audit.queries.logs import list_logs
from audit.record import HOUSE, record
from audit.rollback import LogBroken, check_second_place
from audit.second_place import SecondPlace, SecondPlaceMovedError
from audit.service.checkpoints import publish_checkpoint
from audit.service.logs import open_log
from audit.signing import SigningKey
from tests.conftest import ORIGIN
from tests.facts import ThingHappened

LICENSOR = "licensor-acme"


@pytest.fixture(name="place")
def _place(tmp_path: Path) -> SecondPlace:
    """A second place that is set up and empty."""
    place = SecondPlace(tmp_path / "elsewhere")
    place.set_up()
    return place


def happen(database: Database, times: int = 1, log: str = HOUSE) -> None:
    """Record something."""
    with database.transaction() as session:
        for number in range(times):
            record(session, SYSTEM, ThingHappened(about="thing:1", number=number), log=log)


def publish(database: Database, key: SigningKey, place: SecondPlace, log: str = HOUSE) -> bytes:
    """Publish a log's checkpoint."""
    with database.transaction() as session:
        return publish_checkpoint(session, SYSTEM, log_name=log, key=key, second_place=place).note


class TestPublishing:
    """The second place moves on with each checkpoint."""

    def test_last_checkpoint_stands_in_both_places(
        self, database: Database, log_key: SigningKey, place: SecondPlace
    ) -> None:
        """After each publishing the second place holds what the database holds."""
        for _ in range(3):
            happen(database)

            assert publish(database, log_key, place) == place.last(HOUSE)

    def test_crash_before_the_commit_is_made_good(
        self, database: Database, log_key: SigningKey, place: SecondPlace
    ) -> None:
        """A checkpoint that reached the second place and not the database is taken over; nothing is signed twice."""
        with database.transaction() as session:
            open_log(session, SYSTEM, name=LICENSOR)
        happen(database, 300, LICENSOR)
        with pytest.raises(KeyboardInterrupt), database.transaction() as session:
            publish_checkpoint(session, SYSTEM, log_name=LICENSOR, key=log_key, second_place=place)
            raise KeyboardInterrupt
        lost = place.last(LICENSOR)
        happen(database, 2, LICENSOR)
        publish(database, log_key, place, LICENSOR)
        with database.reading() as reading:
            notes = reading.scalars(select(StoredCheckpoint.note).order_by(StoredCheckpoint.size)).all()

        assert lost == notes[0]
        assert [parse_checkpoint(parse_note(note).text).size for note in notes] == [301, 303]
        assert place.last(LICENSOR) == notes[1]

    def test_lost_second_place_is_said_aloud(
        self, database: Database, log_key: SigningKey, place: SecondPlace, tmp_path: Path
    ) -> None:
        """Where the last checkpoint is gone from the second place nothing more is signed."""
        happen(database)
        publish(database, log_key, place)
        (tmp_path / "elsewhere" / "house.checkpoint").unlink()
        happen(database)

        with pytest.raises(LogBroken, match="has lost its last checkpoint"):
            publish(database, log_key, place)

    @pytest.mark.parametrize("size", [1, 2, 3, 7])
    def test_fork_is_refused(self, database: Database, log_key: SigningKey, place: SecondPlace, size: int) -> None:
        """A checkpoint that these entries do not make, though the right key signed it, ends the signing."""
        happen(database)
        old = publish(database, log_key, place)
        happen(database)
        forked = sign_checkpoint(Checkpoint(f"{ORIGIN}/house", size, b"\1" * 32), Signer(f"{ORIGIN}/house", log_key))
        place.swap(HOUSE, expected=old, new=forked)

        with pytest.raises(LogBroken):
            publish(database, log_key, place)
        with database.reading() as reading:
            assert reading.scalar(select(func.count()).select_from(StoredCheckpoint)) == 1

    def test_something_else_in_the_place_is_refused(
        self, database: Database, log_key: SigningKey, place: SecondPlace
    ) -> None:
        """What is no checkpoint of this log, signed by its key, is not believed."""
        happen(database)
        old = publish(database, log_key, place)
        for other in (b"", b"nonsense", old.replace(b"house", b"mouse")):
            before = place.last(HOUSE)
            place.swap(HOUSE, expected=before, new=other)
            happen(database)

            with pytest.raises(LogBroken):
                publish(database, log_key, place)


class TestSwap:
    """Compare and swap."""

    def test_only_what_is_expected_is_replaced(self, place: SecondPlace) -> None:
        """Somebody else's checkpoint stays where it is."""
        place.swap(HOUSE, expected=None, new=b"one")

        with pytest.raises(SecondPlaceMovedError):
            place.swap(HOUSE, expected=None, new=b"two")
        assert place.last(HOUSE) == b"one"

    def test_of_many_at_once_one_wins(self, place: SecondPlace) -> None:
        """Twenty threads swap the same expected value; exactly one succeeds."""
        won: list[int] = []

        def swap(number: int) -> None:
            try:
                place.swap(HOUSE, expected=None, new=b"%d" % number)
            except SecondPlaceMovedError:
                return
            won.append(number)

        threads = [threading.Thread(target=swap, args=(number,)) for number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(won) == 1
        assert place.last(HOUSE) == b"%d" % won[0]


class TestOlderDatabase:
    """A database that was put back from a backup."""

    def test_is_not_served(self, tmp_path: Path) -> None:
        """An older database whose log is shorter than what was signed does not start, and the sentence says why."""
        environment = {"ANSWERPRINT_HOME": str(tmp_path / "house")}
        settings = read_settings(environment)
        database, keys = prepare(settings)
        place = hold_second_place(settings, database)
        publish(database, keys.signing, place)
        database.close()
        shutil.copy(tmp_path / "house" / "answerprint.db", tmp_path / "backup.db")
        database = Database(settings.database)
        happen(database, 3)
        publish(database, keys.signing, place)
        database.close()
        for left in (tmp_path / "house").glob("answerprint.db*"):
            left.unlink()
        shutil.copy(tmp_path / "backup.db", tmp_path / "house" / "answerprint.db")
        result = CliRunner().invoke(main, ["run", "--port", "0"], env=environment)

        assert result.exit_code == 1
        assert "the database was put back" in result.output

    def test_first_time_takes_what_the_database_says(
        self, database: Database, log_key: Ed25519PrivateKey, tmp_path: Path
    ) -> None:
        """A house that is set up with a second place later starts from its newest checkpoints."""
        happen(database)
        with database.transaction() as session:
            note = publish_checkpoint(session, SYSTEM, log_name=HOUSE, key=log_key).note
        settings = read_settings({"ANSWERPRINT_HOME": str(tmp_path), "ANSWERPRINT_SECOND_PLACE": str(tmp_path / "new")})
        place = hold_second_place(settings, database)
        with database.reading() as session:
            check_second_place(session, place)
            sizes = {log.name: log.signed_size for log in list_logs(session)}

        assert place.last(HOUSE) == note
        assert sizes == {HOUSE: 2}
