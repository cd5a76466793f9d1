"""How often what may happen: no guesser gets far, no flood fills the trail, no stranger locks the client out."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from answerprint.core.db import Database
from answerprint.core.outbox import OutboxMail
from answerprint.core.shown_once import new_secret
from reviews.gate_counters import forget_ended
from reviews.models.gate import GateCounter, MailboxCode
from reviews.rules.codes import is_worth_an_entry
from reviews.service.link_secrets import unlock_link
from tests.reviews.factories import ELSEWHERE, NOW
from tests.reviews.gate.coming import (
    Gatehouse,
    ask_code,
    bodies,
    come,
    entries,
    gatehouse,
    secret_of,
    stands,
    stands_as,
    type_passphrase,
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


class TestLimits:
    """How often what may happen, for whom."""

    def test_three_codes_in_a_quarter_of_an_hour(self, database: Database, secret: str) -> None:
        """The fourth request is answered like the others and sends nothing; a quarter of an hour later one does."""
        visit = come(database, secret)

        assert [ask_code(database, visit) for _ in range(4)] == [True, True, True, False]
        assert entries(database, "reviews.gate.code-sent") == 3
        assert ask_code(database, visit, now=NOW + timedelta(minutes=15))

    def test_other_visits_from_there_send_no_more(self, database: Database, secret: str) -> None:
        """A new visit is no new start: what counts is the link and the network."""
        for _ in range(3):
            ask_code(database, come(database, secret))

        assert not ask_code(database, come(database, secret))

    def test_stranger_does_not_lock_a_known_recipient_out(self, database: Database, secret: str) -> None:
        """Whatever strangers fill, a recipient comes in from where they were before."""
        verified(database, secret)
        for number in range(12):
            address = f"203.0.113.{number}"
            visit = come(database, secret, address=address)
            for _ in range(3):
                ask_code(database, visit, address=address)
                for _ in range(3):
                    wrong_code(database, visit, address=address)
        last = come(database, secret, address="203.0.113.99")
        assert not ask_code(database, last, address="203.0.113.99")

        later = NOW + timedelta(minutes=1)
        assert stands_as(database, verified(database, secret, now=later), now=later).proven.mailbox

    def test_stranger_on_one_network_does_not_lock_another_out(self, database: Database, secret: str) -> None:
        """Who floods from one network fills their own; the recipient's first visit from another goes on."""
        visit = come(database, secret, address=ELSEWHERE)
        for _ in range(6):
            ask_code(database, visit, address=ELSEWHERE)
            for _ in range(6):
                wrong_code(database, visit, address=ELSEWHERE)

        assert stands_as(database, verified(database, secret)).proven.mailbox

    def test_many_networks_together_are_held(self, database: Database, secret: str) -> None:
        """A guesser with as many networks as they like has thirty guesses a day at one link."""
        now = NOW
        for number in range(40):
            address = f"2001:db8:{number:x}::1"
            visit = come(database, secret, address=address, now=now)
            ask_code(database, visit, address=address, now=now)
            wrong_code(database, visit, address=address, now=now)
            now += timedelta(minutes=5)

        assert entries(database, "reviews.gate.code-refused") == 30

    def test_owner_unlocks_with_one_click(self, database: Database, gate: Gatehouse) -> None:
        """Strangers filled everything before the first visit: the owner sets it back, and the recipient comes in."""
        issued = gate.issue()
        secret = secret_of(issued)
        for number in range(3):
            address = f"203.0.113.{number}"
            visit = come(database, secret, address=address)
            for _ in range(3):
                ask_code(database, visit, address=address)
        assert not ask_code(database, come(database, secret))
        with database.transaction() as session:
            assert unlock_link(session, gate.house.producer, link_id=issued.link.id) > 0

        assert stands_as(database, verified(database, secret)).proven.mailbox
        assert entries(database, "reviews.link.unlocked") == 1

    def test_wrong_passphrases_hold_until_the_owner_unlocks(self, database: Database, gate: Gatehouse) -> None:
        """Five wrong passphrases, and the right one opens nothing before the owner says so."""
        issued = gate.issue(asks_passphrase=True)
        visit = verified(database, secret_of(issued))
        for _ in range(5):
            assert type_passphrase(database, visit, "not these words") is None
        assert type_passphrase(database, visit) is None
        with database.transaction() as session:
            unlock_link(session, gate.house.producer, link_id=issued.link.id)

        assert type_passphrase(database, visit) is not None

    def test_right_passphrases_do_not_count(self, database: Database, gate: Gatehouse) -> None:
        """Who comes every day with the right words is never locked out."""
        secret, now = secret_of(gate.issue(asks_passphrase=True)), NOW
        for _ in range(7):
            assert type_passphrase(database, verified(database, secret, now=now), now=now) is not None
            now += timedelta(minutes=10)

    def test_being_held_off_is_told_once(self, database: Database, secret: str) -> None:
        """The trail says that codes were asked for too often, once a window and not for each request."""
        visit = come(database, secret)
        for _ in range(20):
            ask_code(database, visit)

        assert [body["what"] for body in bodies(database, "reviews.gate.held-off")] == ["codes"]


class TestFlood:
    """No flood fills the trail."""

    def test_unknown_secrets_are_counted(self, database: Database) -> None:
        """Of a hundred and twenty unknown secrets three are told, with how many there had been; then the sum."""
        for _ in range(120):
            come(database, new_secret())
        come(database, new_secret(), now=NOW + timedelta(hours=1))
        told = [(body["count"], body["before"]) for body in bodies(database, "reviews.gate.opened")]

        assert told == [(1, 0), (10, 0), (100, 0), (1, 120)]

    def test_told_counts_are_powers_of_ten(self) -> None:
        """The first, the tenth, the hundredth and so on."""
        assert [count for count in range(1, 2001) if is_worth_an_entry(count)] == [1, 10, 100, 1000]

    def test_live_secret_opened_over_and_over_is_bounded(self, database: Database, secret: str) -> None:
        """A machine that presses the button all night leaves twenty visits a quarter of an hour."""
        secrets = [come(database, secret) for _ in range(30)]

        assert entries(database, "reviews.gate.opened") == 20
        assert stands(database, secrets[-1]) is None

    def test_counters_are_forgotten(self, database: Database, secret: str) -> None:
        """A day later nothing is left of counters and codes but the networks that a recipient is known from."""
        verified(database, secret)
        with database.transaction() as session:
            forget_ended(session, now=NOW + timedelta(days=2))
        with database.reading() as session:
            left = [scope.partition(":")[0] for scope in session.scalars(select(GateCounter.scope))]
            codes = session.scalars(select(MailboxCode)).all()

        assert (left, list(codes)) == (["known"], [])


class TestNewPlace:
    """A forwarded mailbox is noticed."""

    def test_sender_hears_of_another_network(self, database: Database, secret: str) -> None:
        """The second network that a recipient proves themselves from is told to who sent the link; the first is not."""
        verified(database, secret)
        verified(database, secret, now=NOW + timedelta(minutes=1))
        verified(database, secret, address=ELSEWHERE, now=NOW + timedelta(minutes=2))
        with database.reading() as session:
            told = session.scalars(select(OutboxMail).where(OutboxMail.kind == "reviews-network")).all()

        assert [mail.recipient for mail in told] == ["mara.nb-204@post.example"]
        assert [body["is_new_network"] for body in bodies(database, "reviews.gate.mailbox-verified")] == [1, 0, 1]
