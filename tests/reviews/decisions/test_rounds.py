"""Rounds: counted against those agreed, closed by decisions, by the house, or by silence where that was agreed."""

from datetime import UTC, datetime, timedelta

import pytest

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.ids import new_id
from reviews.errors import AgainstAgreement, NotInThisState
from reviews.rules.terms import Rounds, SignOff
from reviews.rules.vocabulary import Value
from reviews.service.contacts import forget_contact
from reviews.service.rounds import close_deemed, close_round, give_notice, open_round
from tests.reviews.agreements.agreeing import drafted
from tests.reviews.decisions.deciding import FIRST, PRODUCER, SECOND, approvers
from tests.reviews.factories import NOW
from tests.reviews.gate.coming import bodies, entries

AGREED = Rounds(deemed_after_days=2)
OVER = datetime(2026, 3, 18, tzinfo=UTC)
"""Two working days after a notice of Saturday 14 March end with Tuesday the 17th."""


def test_rounds_count_up(database: Database) -> None:
    """Each opening is a number of its own, over those agreed too, and says when the answer is due."""
    found = approvers(database, rounds=Rounds(included=1))

    assert [found.open().number, found.open().number] == [1, 2]
    counted = [(one["number"], one["included"]) for one in bodies(database, "reviews.round.opened")]
    assert counted == [(1, 1), (2, 1)]


def test_round_wants_an_agreement_in_force(database: Database) -> None:
    """A draft puts nothing before anybody."""
    found = approvers(database)
    draft = drafted(database, found.gate.house)

    with database.transaction() as session, pytest.raises(NotInThisState):
        open_round(
            session,
            found.gate.house.producer,
            agreement_id=draft.agreement_id,
            material_version_id=found.gate.version_id,
            now=NOW,
        )


class TestSilence:
    """Silence approves nothing, unless both sides said so and the approvers were told."""

    def test_never_by_default(self, database: Database) -> None:
        """Without the agreement there is no notice, and the timetable closes nothing, however long it takes."""
        found = approvers(database)
        opened = found.open()
        with database.transaction() as session, pytest.raises(AgainstAgreement):
            give_notice(session, found.gate.house.producer, round_id=opened.id, now=NOW)
        with database.transaction() as session:
            closed = close_deemed(session, SYSTEM, now=NOW + timedelta(days=999))

        assert (closed, found.read(opened.id).closed_at) == (0, None)

    def test_not_without_a_notice(self, database: Database) -> None:
        """The days run from the notice and not from the opening."""
        found = approvers(database, rounds=AGREED)
        found.open()
        with database.transaction() as session:
            assert close_deemed(session, SYSTEM, now=NOW + timedelta(days=999)) == 0

    def test_noticed_silence_approves_after_its_days(self, database: Database) -> None:
        """Not a moment before they are over; then the outcome says that it was silence."""
        found = approvers(database, rounds=AGREED)
        opened = found.open()
        with database.transaction() as session:
            give_notice(session, found.gate.house.producer, round_id=opened.id, now=NOW)
        assert found.mails("reviews.notice") == ["ines@okafor.example", "olu@okafor.example"]
        with database.transaction() as session:
            assert close_deemed(session, SYSTEM, now=OVER - timedelta(microseconds=1)) == 0
        with database.transaction() as session:
            assert close_deemed(session, SYSTEM, now=OVER) == 1

        assert found.read(opened.id).outcome == "deemed-approved"

    def test_who_decided_is_not_chased_and_a_no_stands(self, database: Database) -> None:
        """The notice goes to who has not decided; a round that was decided is not deemed anything."""
        found = approvers(database, rounds=AGREED)
        opened = found.open()
        found.come_and_decide(FIRST, Value.APPROVED, opened.id)
        with database.transaction() as session:
            give_notice(session, found.gate.house.producer, round_id=opened.id, now=NOW)
        assert found.mails("reviews.notice") == ["olu@okafor.example"]
        found.come_and_decide(SECOND, Value.NOT_APPROVED, opened.id)
        with database.transaction() as session:
            assert close_deemed(session, SYSTEM, now=OVER + timedelta(days=9)) == 0

        assert found.read(opened.id).outcome == "not-approved"

    def test_notice_is_given_once(self, database: Database) -> None:
        """A second one neither mails again nor puts the day off."""
        found = approvers(database, rounds=AGREED)
        opened = found.open()
        for moment in (NOW, NOW + timedelta(days=2)):
            with database.transaction() as session:
                give_notice(session, found.gate.house.producer, round_id=opened.id, now=moment)

        assert found.read(opened.id).noticed_at == NOW
        assert entries(database, "reviews.round.noticed") == 1


class TestClosing:
    """A round that ends is told to whom the agreement names."""

    def test_named_parties_are_told(self, database: Database) -> None:
        """The client's and the house's, each once, by mail, with the outcome in words; nobody else."""
        found = approvers(database, sign_off=SignOff(statement="I approve this version.", notify=(SECOND, PRODUCER)))
        opened = found.open()
        found.come_and_decide(FIRST, Value.NOT_APPROVED, opened.id)

        assert found.mails("reviews.outcome") == ["mara.nb-204@post.example", "olu@okafor.example"]
        assert bodies(database, "reviews.round.closed")[0]["told"] == 2

    def test_nobody_is_told_where_none_is_named(self, database: Database) -> None:
        """Without names in the agreement no mail goes out."""
        found = approvers(database)
        found.come_and_decide(FIRST, Value.NOT_APPROVED, found.open().id)

        assert found.mails("reviews.outcome") == []

    def test_who_was_erased_is_not_written_to(self, database: Database) -> None:
        """A contact whose data was erased gets no mail."""
        found = approvers(database, sign_off=SignOff(statement="I approve this version.", notify=(SECOND,)))
        opened = found.open()
        with database.transaction() as session:
            forget_contact(session, SYSTEM, contact_id=found.second_id, order_id=new_id(), now=NOW)
        with database.transaction() as session:
            close_round(session, found.gate.house.producer, round_id=opened.id, now=NOW)

        assert found.mails("reviews.outcome") == []

    def test_closed_by_the_house_is_no_decision(self, database: Database) -> None:
        """It ends once, without an outcome that anybody decided."""
        found = approvers(database)
        opened = found.open()
        with database.transaction() as session:
            close_round(session, found.gate.house.producer, round_id=opened.id, now=NOW)

        assert found.read(opened.id).outcome == "no-decision"
        with database.transaction() as session, pytest.raises(NotInThisState):
            close_round(session, found.gate.house.producer, round_id=opened.id, now=NOW)
