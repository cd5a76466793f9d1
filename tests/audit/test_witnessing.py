"""Witnesses are asked after a checkpoint was committed, and a closed log serves only what they have cosigned."""

import json
from datetime import date
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select

from answerprint.core.db import Database
from audit.cosignature import Cosigner
from audit.models import Cosignature, StoredCheckpoint, Witnessing
from audit.note import Signer
from audit.policies import OnFailure, Policies
from audit.policy import check
from audit.queries.cosignatures import checkpoint_covering
from audit.queries.logs import log_named
from audit.record import HOUSE
from audit.service.witnessing import THE_POLICY, ask_witnesses
from tests.audit.witness.watched_house import House, at_once
from tests.audit.witness.watchers import NOON, NOWHERE, all_served, lying, slow, write_policy

TWO_OF_THREE = "group g 2 a b c\nquorum g"


@pytest.fixture(name="house")
def _house(database: Database, log_key: Ed25519PrivateKey, tmp_path: Path) -> House:
    """A house with a log that is not signed yet."""
    return House(database, log_key, tmp_path)


class TestClosedLog:
    """A log whose policy fails closed."""

    def test_nothing_new_is_served_until_the_quorum_is_met(self, house: House) -> None:
        """Of three witnesses one answers, one is slow and one lies: the log stays where it was, and then goes on."""
        a, b = house.watcher("a"), house.watcher("b")
        liar = Cosigner("c.example/witness", Ed25519PrivateKey.generate())
        size = house.sign()
        with all_served(a.app, b.app, slow(5), lying(liar, a.now)) as (at_a, at_b, at_slow, at_liar):
            witnesses = {"a": (a.vkey, at_a), "b": (b.vkey, at_slow), "c": (liar.key.vkey, at_liar)}
            policies = house.policy(witnesses, TWO_OF_THREE)
            before = house.served()
            missed = house.ask(policies, seconds=2)
            still = house.ask(policies, minutes=1, seconds=2)
            nothing = house.served()
            policies = house.policy(witnesses | {"b": (b.vkey, at_b)}, TWO_OF_THREE)
            met = house.ask(policies, minutes=2)

        assert (before, nothing, house.served()) == (None, None, size)
        assert (missed.is_quorum_met, still.is_quorum_met, met.is_quorum_met) == (False, False, True)
        assert sorted(missed.failures) == ["b", "c"]
        assert "holds no cosignature" in missed.failures["c"]
        assert house.told() == ["audit.quorum.missed", "audit.quorum.met"]
        assert [one.name for one in check(policies.by_log[HOUSE][0].policy, house.note()).witnesses] == ["a", "b"]

    def test_older_checkpoint_is_served_meanwhile(self, house: House) -> None:
        """What was cosigned stays served, and covers what it covered; nothing beyond it has a receipt."""
        a = house.watcher("a")
        size = house.sign()
        with all_served(a.app) as (at_a,):
            policies = house.policy({"a": (a.vkey, at_a)}, "quorum a")
            house.ask(policies)
        house.sign()
        house.ask(policies, minutes=1)
        with house.database.reading() as session:
            log = log_named(session, HOUSE)
            covered = checkpoint_covering(session, log, size - 1, OnFailure.CLOSED)
            beyond = checkpoint_covering(session, log, size, OnFailure.CLOSED)
            opened = checkpoint_covering(session, log, size, OnFailure.OPEN)

        assert house.served() == size
        assert covered is not None
        assert beyond is None
        assert opened is not None

    def test_what_was_cosigned_stays_so_when_nobody_answers_later(self, house: House) -> None:
        """Asking once more, in vain, takes nothing back: the quorum is that of the note that is served."""
        a = house.watcher("a")
        size = house.sign()
        with all_served(a.app) as (at_a,):
            policies = house.policy({"a": (a.vkey, at_a)}, "quorum a")
            house.ask(policies)
        again = house.ask(policies, minutes=1)

        assert again.is_quorum_met
        assert list(again.failures) == ["a"]
        assert house.served() == size
        assert house.told() == []

    def test_policy_that_does_not_name_the_log(self, house: House) -> None:
        """Nobody is asked, nothing is served, and it is said why."""
        house.sign()
        stranger = Signer(house.signer.name, Ed25519PrivateKey.generate())
        a = house.watcher("a")
        policies = write_policy(
            house.folder / "policies", HOUSE, stranger.vkey, {"a": (a.vkey, NOWHERE)}, "quorum a", fail="closed"
        )
        outcome = house.ask(policies)

        assert outcome.failures == {THE_POLICY: "no known key has signed this note"}
        assert house.served() is None
        assert house.told() == ["audit.quorum.missed"]


class TestOpenLog:
    """A log whose policy fails open, or that has none."""

    def test_it_goes_on_and_says_who_is_missing(self, house: House) -> None:
        """Everything signed is served; the failure is kept, and is no fact of its own."""
        a = house.watcher("a")
        size = house.sign()
        outcome = house.ask(house.policy({"a": (a.vkey, NOWHERE)}, "quorum a", fail="open"))
        with house.database.reading() as session:
            kept = session.scalars(select(Witnessing)).one()

        assert not outcome.is_quorum_met
        assert "cannot be reached" in json.loads(kept.failures)["a"]
        assert (house.served(OnFailure.OPEN), house.served(None)) == (size, size)
        assert house.told() == []

    def test_log_without_a_policy(self, house: House) -> None:
        """Nobody is asked."""
        house.sign()
        policies = house.policy({}, "quorum none")

        assert (
            ask_witnesses(house.database, log_name=HOUSE, policies=Policies({}), now=NOON, evidence=house.folder)
            is None
        )
        assert policies.policy_for(HOUSE, NOON.replace(year=2025)) is None


class TestTurns:
    """When witnesses are asked."""

    def test_house_that_fell_between_commit_and_asking(self, house: House) -> None:
        """What was signed and not asked about is found at the next turn, by any process."""
        a = house.watcher("a")
        house.sign()
        policies = house.policy({"a": (a.vkey, NOWHERE)}, "quorum none")
        again = House(Database(str(house.database.engine.url.render_as_string(hide_password=False))), house.key, Path())
        due = again.due(policies)
        again.database.close()
        house.ask(policies)

        assert due == [HOUSE]
        assert house.due(policies, minutes=1) == []

    def test_answers_of_one_turn_land_together_or_not_at_all(self, house: House) -> None:
        """A turn that cannot keep what came of it keeps no line either, and the log is still due."""
        a = house.watcher("a")
        house.sign()
        with all_served(a.app) as (at_a,):
            policies = house.policy({"a": (a.vkey, at_a)}, "quorum a")
            with house.database.engine.connect() as connection:
                connection.exec_driver_sql("ALTER TABLE audit_witnessings RENAME TO away")
                connection.commit()
            with pytest.raises(Exception, match="audit_witnessings"):
                house.ask(policies)
            with house.database.engine.connect() as connection:
                connection.exec_driver_sql("ALTER TABLE away RENAME TO audit_witnessings")
                connection.commit()
        with house.database.reading() as session:
            lines = session.scalar(select(func.count()).select_from(Cosignature))

        assert lines == 0
        assert house.due(policies) == [HOUSE]

    def test_pauses_grow_and_end(self, house: House) -> None:
        """Who did not agree is asked again, ever less often; who did, after a day; under a new policy, at once."""
        a = house.watcher("a")
        house.sign()
        policies = house.policy({"a": (a.vkey, NOWHERE)}, "quorum a", fail="open")
        for minute in range(4):
            house.ask(policies, minutes=minute)
        soon, later = house.due(policies, minutes=4), house.due(policies, minutes=5)
        changed = house.policy({"a": (a.vkey, NOWHERE)}, "quorum none", fail="open")
        at_once = house.due(changed, minutes=4)
        house.ask(changed, minutes=4)

        assert (soon, later, at_once) == ([], [HOUSE], [HOUSE])
        assert house.due(changed, minutes=4 + 23 * 60) == []
        assert house.due(changed, minutes=4 + 24 * 60) == [HOUSE]

    def test_policy_begins_on_its_day(self, house: House) -> None:
        """Before its day a policy asks nobody."""
        house.sign()
        folder, a = house.folder / "policies", house.watcher("a")
        policies = write_policy(
            folder, HOUSE, house.signer.vkey, {"a": (a.vkey, NOWHERE)}, "quorum a", fail="open", day=date(2026, 3, 15)
        )

        assert house.due(policies) == []
        assert house.due(policies, minutes=12 * 60) == [HOUSE]

    def test_same_checkpoint_again_is_newer_in_time(self, house: House) -> None:
        """A note holds the newest line of each witness; the older one is kept."""
        a = house.watcher("a")
        house.sign()
        with all_served(a.app) as (at_a,):
            policies = house.policy({"a": (a.vkey, at_a)}, "quorum a")
            house.ask(policies)
            a.now += 60
            house.ask(policies, minutes=1)
        with house.database.reading() as session:
            lines = session.scalar(select(func.count()).select_from(Cosignature))
        seen = check(policies.by_log[HOUSE][0].policy, house.note())

        assert lines == 2
        assert [one.time for one in seen.witnesses] == [a.now]


class TestNobodyWaits:
    """Asking holds nothing that others need."""

    def test_recording_and_signing_while_a_witness_thinks(self, house: House) -> None:
        """While a witness is asked, facts are recorded and the log is signed further."""
        a = house.watcher("a")
        size = house.sign()
        sizes: list[int] = []
        a.before = lambda: sizes.append(house.sign())
        with all_served(a.app) as (at_a,):
            outcome = house.ask(house.policy({"a": (a.vkey, at_a)}, "quorum a"))

        assert outcome.size == size
        assert outcome.is_quorum_met
        assert sizes == [size + 1]

    def test_log_that_grew_is_proved_to(self, house: House) -> None:
        """A witness that has seen an older checkpoint gets the proof from there, read from the database."""
        a = house.watcher("a")
        house.sign()
        with all_served(a.app) as (at_a,):
            policies = house.policy({"a": (a.vkey, at_a)}, "quorum a")
            for facts in (1, 4, 300):
                house.ask(policies, minutes=facts)
                house.sign(facts)
            outcome = house.ask(policies, minutes=400)

        assert (outcome.size, outcome.is_quorum_met) == (307, True)
        assert a.submissions == 4

    @pytest.mark.parametrize("is_reachable", [True, False])
    def test_two_processes_at_once(self, house: House, is_reachable: bool) -> None:  # noqa: FBT001
        """Both may ask; what changed is told once, and both outcomes are kept."""
        a = house.watcher("a")
        house.sign()
        with all_served(a.app) as (at_a,):
            policies = house.policy({"a": (a.vkey, NOWHERE)}, "quorum a")
            if is_reachable:
                house.ask(policies)
                policies = house.policy({"a": (a.vkey, at_a)}, "quorum a")
            at_once(*(lambda minute=minute: house.ask(policies, minutes=minute) for minute in range(1, 5)))
        with house.database.reading() as session:
            outcomes = session.scalar(select(func.count()).select_from(Witnessing))

        assert outcomes == (5 if is_reachable else 4)
        assert house.told() == (
            ["audit.quorum.missed", "audit.quorum.met"] if is_reachable else ["audit.quorum.missed"]
        )


def test_stored_note_stays_as_it_was_signed(house: House) -> None:
    """Cosignatures lie beside the checkpoint, and what they are added to is never written over."""
    a = house.watcher("a")
    house.sign()
    with all_served(a.app) as (at_a,):
        house.ask(house.policy({"a": (a.vkey, at_a)}, "quorum a"))
    with house.database.reading() as session:
        stored = session.scalars(select(StoredCheckpoint.note)).one()
        line = session.scalars(select(Cosignature.line)).one()

    assert house.note() == stored + line.encode()
