"""Codes: six digits, ten minutes, five tries, once; and no stranger keeps the recipient out."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from answerprint.core.actor import stranger
from answerprint.core.db import Database
from answerprint.core.outbox import OutboxMail
from reviews.errors import StepNotReached
from reviews.models.gate import MailboxCode
from reviews.queries.gate import open_code
from reviews.rules.codes import CodeCheck, fresh_code, new_code
from reviews.service.codes import give_code, give_signing_code, send_signing_code, take_signing
from tests.reviews.factories import ELSEWHERE, NOW, OFFICE
from tests.reviews.gate.coming import (
    Gatehouse,
    ask_code,
    at_once,
    code_of_tests,
    come,
    entries,
    gatehouse,
    last_code,
    secret_of,
    stands,
    stands_as,
    type_code,
    verified,
    wrong_code,
)


@pytest.fixture(name="gate")
def _gate(database: Database) -> Gatehouse:
    """A project with an agreement in force."""
    return gatehouse(database)


@pytest.fixture(name="secret")
def _secret(gate: Gatehouse) -> str:
    """The secret of a link."""
    return secret_of(gate.issue())


class TestCode:
    """A code proves the mailbox, once and soon."""

    def test_code_from_the_mailbox_opens(self, database: Database, secret: str) -> None:
        """What came by mail opens the visit that asked for it, under a new secret; it is six digits."""
        visit = come(database, secret)
        ask_code(database, visit, code=fresh_code())
        with database.reading() as session:
            typed = last_code(session)
        opened = type_code(database, visit, f"{typed[:3]} {typed[3:]}")

        assert opened is not None
        assert stands(database, visit) is None
        assert stands_as(database, opened).proven.mailbox

    def test_code_opens_only_once(self, database: Database, secret: str) -> None:
        """A code that was given does not open a second time, even to the same visit asking at the same moment."""
        visit = come(database, secret)
        ask_code(database, visit)
        visit_id = stands_as(database, visit).visit_id
        with database.reading() as session:
            waiting = open_code(session, visit_id, now=NOW)
        assert waiting is not None
        check = CodeCheck(waiting.id, is_right=True)

        def give(_number: int) -> object:
            with database.transaction() as session:
                return give_code(session, stranger(OFFICE), visit_id=visit_id, check=check, now=NOW)

        outcomes = at_once(8, give)

        assert outcomes.count(StepNotReached) == 7
        assert entries(database, "reviews.gate.mailbox-verified") == 1

    def test_code_ends_after_ten_minutes(self, database: Database, secret: str) -> None:
        """The right code one second too late is a wrong one."""
        visit = come(database, secret)
        ask_code(database, visit)
        late = NOW + timedelta(minutes=10)

        assert type_code(database, visit, code_of_tests().text, now=late) is None
        assert type_code(database, visit, code_of_tests().text, now=late - timedelta(seconds=1)) is not None

    def test_five_tries_and_no_more(self, database: Database, secret: str) -> None:
        """After five wrong tries the right code opens nothing."""
        visit = come(database, secret)
        ask_code(database, visit)
        for _ in range(5):
            assert not wrong_code(database, visit)

        assert type_code(database, visit, code_of_tests().text) is None

    def test_tries_at_once_all_count(self, database: Database, secret: str) -> None:
        """Thirty guesses at the same moment are five tries."""
        visit = come(database, secret)
        ask_code(database, visit)
        at_once(30, lambda _: wrong_code(database, visit))
        with database.reading() as session:
            tries = session.scalar(select(MailboxCode.tries))

        assert tries == 5
        # Fifteen are heard in a quarter of an hour, and what was heard stands on the trail.
        assert entries(database, "reviews.gate.code-refused") == 15

    def test_new_code_voids_the_old_one(self, database: Database, secret: str) -> None:
        """Who asks again has one code, the newest."""
        visit = come(database, secret)
        first, second = fresh_code(), fresh_code()
        ask_code(database, visit, code=first)
        ask_code(database, visit, code=second)

        if first.text != second.text:
            assert type_code(database, visit, first.text) is None
        assert type_code(database, visit, second.text) is not None

    def test_code_that_is_voided_while_it_is_checked_opens_nothing(self, database: Database, secret: str) -> None:
        """The right code, found right a moment before another one was sent, is a wrong one."""
        visit = come(database, secret)
        visit_id = stands_as(database, visit).visit_id
        ask_code(database, visit)
        with database.reading() as session:
            waiting = open_code(session, visit_id, now=NOW)
        assert waiting is not None
        ask_code(database, visit)
        check = CodeCheck(waiting.id, is_right=True)
        with database.transaction() as session:
            assert give_code(session, stranger(OFFICE), visit_id=visit_id, check=check, now=NOW) is None

    def test_code_of_another_visit_opens_nothing(self, database: Database, secret: str) -> None:
        """A right code of one visit, given in another, is a wrong one."""
        mine, other = come(database, secret), come(database, secret)
        ask_code(database, mine)
        with database.reading() as session:
            waiting = open_code(session, stands_as(database, mine).visit_id, now=NOW)
        assert waiting is not None
        check = CodeCheck(waiting.id, is_right=True)
        with database.transaction() as session:
            visit_id = stands_as(database, other).visit_id
            assert give_code(session, stranger(OFFICE), visit_id=visit_id, check=check, now=NOW) is None

    def test_code_serves_its_own_visit_only(self, database: Database, secret: str) -> None:
        """A code that one browser asked for opens no other browser, and is not voided by one."""
        mine, theirs = come(database, secret), come(database, secret, address=ELSEWHERE)
        ask_code(database, mine, code=code_of_tests())
        ask_code(database, theirs, address=ELSEWHERE, code=fresh_code())

        assert type_code(database, theirs, code_of_tests().text, address=ELSEWHERE) is None
        assert type_code(database, mine, code_of_tests().text) is not None

    def test_code_is_kept_as_a_slow_hash(self, database: Database, secret: str) -> None:
        """The table holds no code, only what takes long to be tried against."""
        visit = come(database, secret)
        ask_code(database, visit)
        with database.reading() as session:
            stored = session.scalar(select(MailboxCode.code_hash)) or ""

        assert stored.startswith("$argon2id$")

    def test_digits_are_spread(self) -> None:
        """Codes begin with nought as often as with anything else."""
        first = Counter(new_code()[0] for _ in range(2000))

        assert len(first) == 10
        assert min(first.values()) > 100

    def test_mail_names_the_project_as_outside_only(self, database: Database, secret: str) -> None:
        """The mail with the code says the outside name, and no passphrase and no title."""
        visit = come(database, secret)
        ask_code(database, visit)
        with database.reading() as session:
            mail = session.scalars(select(OutboxMail).where(OutboxMail.kind == "reviews-code")).one()

        assert (mail.recipient, "NB-204" in mail.subject) == ("ines@okafor.example", True)
        assert "Northern Light" not in mail.subject + mail.body


class TestSigning:
    """A sign-off asks for a fresh code, which serves once."""

    def test_fresh_code_serves_one_sign_off(self, database: Database, secret: str) -> None:
        """Without a fresh code there is nothing to sign with; with one there is, once and for ten minutes."""
        visit = verified(database, secret)
        visit_id = stands_as(database, visit).visit_id
        with database.transaction() as session:
            assert not take_signing(session, stranger(None), visit_id=visit_id, now=NOW)
            assert send_signing_code(session, stranger(None), visit_id=visit_id, code=code_of_tests(), now=NOW)
        with database.transaction() as session:
            waiting = open_code(session, visit_id, now=NOW)
            assert waiting is not None
            check = CodeCheck(waiting.id, is_right=True)
            signed = give_signing_code(session, stranger(None), visit_id=visit_id, check=check, now=NOW)
        assert signed is not None
        assert not stands_as(database, signed, now=NOW + timedelta(minutes=10)).signs_now
        with database.transaction() as session:
            assert take_signing(session, stranger(None), visit_id=visit_id, now=NOW)
        with database.transaction() as session:
            assert not take_signing(session, stranger(None), visit_id=visit_id, now=NOW)
