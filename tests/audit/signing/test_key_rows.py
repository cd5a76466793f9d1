"""The keys as a person reads them: which signs now, since when, and what became of those before it."""

from datetime import timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from audit.queries.key_rows import KeyRow, keys_of_logs
from audit.record import HOUSE
from audit.service.keys import report_compromise
from audit.succession import KeyState
from facility.roles import Role
from tests.audit.signing.making import LICENSOR, NEW, publish, rotate, vkey
from tests.web.browsers import Browser


def rows_of(database: Database, log: str) -> tuple[KeyRow, ...]:
    """Return the keys of a log."""
    with database.reading() as session:
        found = {one.log: one for one in keys_of_logs(session)}
    assert not found[log].fault
    return found[log].keys


class TestKeyRows:
    """Each log with its keys, the one that signs now first."""

    def test_first_key_signs_from_the_beginning(self, house: Database, log_key: Ed25519PrivateKey) -> None:
        """Before any change there is one key, as old as the log."""
        (only,) = rows_of(house, LICENSOR)

        assert (only.vkey, only.state) == (vkey(log_key, LICENSOR), KeyState.CURRENT)
        assert (only.since, only.until) == (0, None)
        assert only.since_at is not None
        assert only.since_at > clock.now() - timedelta(minutes=10)

    def test_rotated_key_stands_behind_its_heir(self, house: Database, log_key: Ed25519PrivateKey) -> None:
        """The old one signs up to where the new one begins, and both say since when they had the log."""
        since = rotate(house, log_key, NEW)[HOUSE]
        new, old = rows_of(house, HOUSE)

        assert (new.vkey, new.state, new.since, new.until) == (vkey(NEW), KeyState.CURRENT, since, None)
        assert (old.vkey, old.state, old.until) == (vkey(log_key), KeyState.SUPERSEDED, since)
        assert new.since_at is not None
        assert old.since_at is not None
        assert new.since_at >= old.since_at
        publish(house, NEW)

    def test_revoked_key_says_what_of_its_word_stands(self, burgled: Database, log_key: Ed25519PrivateKey) -> None:
        """In wrong hands: up to which size it is believed is named."""
        with burgled.transaction() as session:
            report_compromise(session, SYSTEM, revoked=log_key, new=NEW, stands={HOUSE: 1, LICENSOR: 1})
        _, old = rows_of(burgled, HOUSE)

        assert (old.state, old.stands) == (KeyState.REVOKED, 1)

    def test_log_knows_which_key_signs_it_now(self, house: Database, log_key: Ed25519PrivateKey) -> None:
        """A service that still holds the old key after a rotation is told apart."""
        rotate(house, log_key, NEW)
        with house.reading() as session:
            logs = keys_of_logs(session)

        assert all(one.is_signed_by(NEW.public_key().public_bytes_raw()) for one in logs)
        assert not any(one.is_signed_by(log_key.public_key().public_bytes_raw()) for one in logs)


class TestKeysPage:
    """The page of the keys."""

    def test_page_names_keys_files_and_the_way_to_rotate(self, app: Flask, database: Database) -> None:
        """What signs, where it lies, what to run, and nothing of what is in a file."""
        page = Browser(app, database, Role.AUDITOR).get("/trail/keys")[1]

        assert "post.example/answerprint/house+" in page
        assert "ANSWERPRINT_KEY_FILE" in page
        assert "answerprint audit key rotate" in page
        assert "PRIVATE KEY" not in page
        assert "signs nothing for some logs" not in page

    def test_service_with_the_old_key_is_told_to_restart(
        self, app: Flask, database: Database, house: Database, log_key: Ed25519PrivateKey
    ) -> None:
        """On this page, and on Today: until then nothing is signed."""
        rotate(house, log_key, NEW)
        auditor = Browser(app, database, Role.AUDITOR)

        assert "signs nothing for some logs" in auditor.get("/trail/keys")[1]
        assert "restart the service" in auditor.get("/")[1]

    def test_keys_are_for_who_reads_the_trail(self, app: Flask, database: Database) -> None:
        """Nobody else sees them, and nothing leads there."""
        assert Browser(app, database, Role.PRODUCER).get("/trail/keys")[0] == 403
