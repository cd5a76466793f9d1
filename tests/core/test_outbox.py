"""Mails wait in the outbox until a server took them, are tried again after growing pauses, and are forgotten."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from answerprint.core.db import Database
from answerprint.core.outbox import (
    FIRST_PAUSE,
    LONGEST_PAUSE,
    MOST_TRIES,
    Mail,
    NotSentError,
    OutboxMail,
    count_outbox,
    forget_sent,
    pause_after,
    queue_mail,
    send_waiting,
)

NOW = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)


def queue(database: Database, *recipients: str, now: datetime = NOW) -> None:
    """Have a mail sent to each of these."""
    with database.transaction() as session:
        for one in recipients:
            queue_mail(session, kind="test", recipient=one, subject="A date comes near", body="In a week.\n", now=now)


def kept(database: Database) -> list[OutboxMail]:
    """Return what stands in the outbox."""
    with database.reading() as session:
        return list(session.scalars(select(OutboxMail).order_by(OutboxMail.recipient)))


class Taken:
    """A transport that takes mails, or refuses so many first."""

    def __init__(self, *, refuses: int = 0) -> None:
        self.mails: list[Mail] = []
        self._refuses = refuses

    def __call__(self, mail: Mail) -> None:
        """Take a mail."""
        if self._refuses:
            self._refuses -= 1
            message = "450 try again later"
            raise NotSentError(message)
        self.mails.append(mail)


class TestWaiting:
    """What is in the outbox, and when it is tried."""

    def test_what_was_sent_is_not_kept(self, database: Database) -> None:
        """A mail may carry a secret: once it is handed over only that it was stays, and to whom."""
        queue(database, "ann@post.example")
        send_waiting(database, Taken(), now=NOW)

        (left,) = kept(database)
        assert (left.recipient, left.body, left.attachment) == ("ann@post.example", "", None)

    def test_a_mail_is_sent_once(self, database: Database) -> None:
        """It leaves with the first run after the commit, and a second run finds nothing."""
        queue(database, "ann@post.example", "ben@post.example")
        taken = Taken()

        assert send_waiting(database, taken, now=NOW) == 2
        assert send_waiting(database, taken, now=NOW + timedelta(days=1)) == 0
        assert {one.recipient for one in taken.mails} == {"ann@post.example", "ben@post.example"}

    def test_a_transaction_that_is_undone_sends_nothing(self, database: Database) -> None:
        """A mail is part of what it tells of."""
        with pytest.raises(RuntimeError), database.transaction() as session:
            queue_mail(session, kind="test", recipient="ann@post.example", subject="x", body="", now=NOW)
            raise RuntimeError

        assert not kept(database)

    def test_pauses_grow_and_end(self, database: Database) -> None:
        """A refused mail is tried again after 5, 10, 20 minutes, at most half a day, and given up in the end."""
        queue(database, "ann@post.example")
        taken, now, tries = Taken(refuses=100), NOW, 0
        while (row := kept(database)[0]).next_try_at is not None:
            now = row.next_try_at
            assert send_waiting(database, taken, now=now - timedelta(seconds=1)) == 0
            send_waiting(database, taken, now=now)
            tries += 1
        with database.reading() as session:
            counted = count_outbox(session)

        assert tries == MOST_TRIES == kept(database)[0].tries
        assert (counted.waiting, counted.given_up, counted.last_failure) == (0, 1, "450 try again later")
        assert [pause_after(one) for one in (1, 2, 3, 50)] == [
            FIRST_PAUSE,
            2 * FIRST_PAUSE,
            4 * FIRST_PAUSE,
            LONGEST_PAUSE,
        ]

    def test_of_two_processes_one_has_it(self, database: Database) -> None:
        """Two that send at the same moment hand each mail over once."""
        queue(database, *(f"p{number}@post.example" for number in range(8)))
        taken = Taken()
        start = threading.Barrier(2)

        def run() -> None:
            start.wait()
            send_waiting(database, taken, now=NOW)

        threads = [threading.Thread(target=run) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(taken.mails) == 8
        assert len({one.id for one in taken.mails}) == 8

    def test_a_process_that_died_leaves_it_to_another(self, database: Database) -> None:
        """A claim holds for a while only."""
        queue(database, "ann@post.example")

        def die(_mail: Mail) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            send_waiting(database, die, now=NOW)
        taken = Taken()

        assert send_waiting(database, taken, now=NOW + timedelta(minutes=1)) == 0
        assert send_waiting(database, taken, now=NOW + FIRST_PAUSE) == 1

    def test_addresses_are_forgotten(self, database: Database) -> None:
        """Thirty days after it was sent, or was made and never sent, a mail is gone; not a day before."""
        queue(database, "ann@post.example")
        send_waiting(database, Taken(), now=NOW)
        queue(database, "ben@post.example")
        left = []
        for days in (30, 31):
            with database.transaction() as session:
                forget_sent(session, now=NOW + timedelta(days=days))
            left.append(len(kept(database)))

        assert left == [2, 0]

    @pytest.mark.parametrize("field", ["recipient", "subject"])
    @pytest.mark.parametrize("text", ["a@x.example\r\nBcc: b@x.example", "a\nb", "a\x00b", "", " "])
    def test_nothing_breaks_a_header(self, database: Database, field: str, text: str) -> None:
        """An address or a subject of several lines is refused before it is kept."""
        written = {"recipient": "ann@post.example", "subject": "x"} | {field: text}
        recipient, subject = written["recipient"], written["subject"]
        with pytest.raises(ValueError, match="one line"), database.transaction() as session:
            queue_mail(session, kind="test", recipient=recipient, subject=subject, body="", now=NOW)
