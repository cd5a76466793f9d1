"""A decision is made by who may, with a fresh code, on the text that was shown; it is never changed."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from answerprint.core.db import Database
from answerprint.core.problems import Refusal
from reviews.errors import AgainstAgreement, NotInThisState, WithoutAuthority
from reviews.models.decisions import Decision
from reviews.queries.decisions import hold_round
from reviews.rules.decisions import Decided
from reviews.rules.terms import Quorum
from reviews.rules.vocabulary import Value
from reviews.service.decisions import FreshCodeNeeded, StatementChanged
from reviews.service.rounds import close_round
from tests.reviews.decisions.deciding import FIRST, SECOND, SIGNATORY, Approvers, approvers
from tests.reviews.factories import NOW
from tests.reviews.gate.coming import add_version, bodies, entries

LATER = NOW + timedelta(minutes=20)
"""So late that the codes of before are not counted any more."""


@pytest.fixture(name="found")
def _found(database: Database) -> Approvers:
    """A version before two approvers, both of whom are needed."""
    return approvers(database)


class TestDeciding:
    """Who decides, on what, and what closes a round."""

    def test_round_closes_with_its_quorum(self, found: Approvers) -> None:
        """One of two leaves it open; the second closes it with the outcome of both."""
        opened = found.open()
        found.come_and_decide(FIRST, Value.APPROVED, opened.id)
        assert found.read(opened.id).closed_at is None
        found.come_and_decide(SECOND, Value.WITH_NOTES, opened.id, now=LATER)

        closed = found.read(opened.id)
        assert (closed.closed_at, closed.outcome) == (LATER, "approved-with-notes")
        assert len(bodies(found.database, "reviews.round.closed")[0]["decisions"]) == 2

    def test_one_no_ends_it(self, found: Approvers) -> None:
        """A round that one approver does not approve is not approved, whoever else is asked."""
        opened = found.open()
        found.come_and_decide(FIRST, Value.NOT_APPROVED, opened.id)

        assert found.read(opened.id).outcome == "not-approved"

    def test_decision_is_bound(self, found: Approvers) -> None:
        """It keeps the file, the text, the agreement, how it was watched, the views before it, and who proved what."""
        opened, guest = found.open(), found.come(FIRST)
        found.watch(guest)
        found.sign(guest, now=LATER)
        made = found.decide(guest, FIRST, Value.APPROVED, opened.id, now=LATER)

        with found.database.reading() as session:
            kept = session.get_one(Decision, made.id)
        assert kept.agreement_version_id == found.gate.agreement_version_id
        assert kept.material_version_id == found.gate.version_id
        assert (kept.material_sha256, kept.statement_sha256) == (opened_sha(found), found.statement())
        assert (kept.views, kept.last_view_id is not None, kept.proof) == (1, True, "mailbox verified")
        assert "5.1" in kept.viewing

    def test_unwatched_decision_says_so(self, found: Approvers) -> None:
        """Who decides without a view of theirs on record has none."""
        made = found.come_and_decide(FIRST, Value.APPROVED, found.open().id)

        assert (made.views, made.last_view_id) == (0, None)

    @pytest.mark.parametrize("label", [SECOND, SIGNATORY, "P9"])
    def test_nobody_decides_as_another(self, found: Approvers, label: str) -> None:
        """A label that is not one's own, or no approver's, gives no authority."""
        opened, guest = found.open(), found.come(FIRST)
        found.sign(guest)

        with pytest.raises(WithoutAuthority):
            found.decide(guest, label, Value.APPROVED, opened.id)

    def test_without_a_fresh_code_nothing_is_signed(self, found: Approvers) -> None:
        """A verified visit is not enough, a code serves for one decision, and for ten minutes."""
        opened, guest = found.open(), found.come(FIRST)
        with pytest.raises(FreshCodeNeeded):
            found.decide(guest, FIRST, Value.APPROVED, opened.id)
        found.sign(guest)
        with pytest.raises(FreshCodeNeeded):
            found.decide(guest, FIRST, Value.APPROVED, opened.id, now=NOW + timedelta(minutes=11))
        found.sign(guest, now=LATER)
        found.decide(guest, FIRST, Value.APPROVED, opened.id, now=LATER)

        with pytest.raises(FreshCodeNeeded):
            found.decide(guest, FIRST, Value.NOT_APPROVED, opened.id, now=LATER)

    def test_another_text_is_not_signed(self, found: Approvers) -> None:
        """The hash of the text that was shown comes along, and must be that of the text that is recorded."""
        opened, guest = found.open(), found.come(FIRST)
        found.sign(guest)

        with pytest.raises(StatementChanged):
            found.decide(guest, FIRST, Value.APPROVED, opened.id, statement="0" * 64)

    def test_link_to_another_version_decides_nothing(self, found: Approvers) -> None:
        """Who came for version 2 does not decide on version 1."""
        opened = found.open()
        _, other_id = add_version(found.database, found.gate.house, 2)
        guest = found.come(FIRST, material_version_id=other_id)
        found.sign(guest)

        with pytest.raises(WithoutAuthority):
            found.decide(guest, FIRST, Value.APPROVED, opened.id)

    def test_closed_round_takes_no_decision(self, found: Approvers) -> None:
        """What the house closed stays closed."""
        opened, guest = found.open(), found.come(FIRST)
        found.sign(guest)
        with found.database.transaction() as session:
            close_round(session, found.gate.house.producer, round_id=opened.id, now=NOW)

        with pytest.raises(NotInThisState):
            found.decide(guest, FIRST, Value.APPROVED, opened.id)

    def test_agreed_order_is_kept(self, database: Database) -> None:
        """Where places are agreed, the second waits for the first."""
        found = approvers(database, quorum=Quorum(in_order=True))
        opened = found.open()
        with pytest.raises(AgainstAgreement):
            found.come_and_decide(SECOND, Value.APPROVED, opened.id)
        found.come_and_decide(FIRST, Value.APPROVED, opened.id)

        assert found.come_and_decide(SECOND, Value.APPROVED, opened.id, now=LATER).value == "approved"

    def test_refused_decision_leaves_nothing(self, found: Approvers) -> None:
        """Neither a row nor an entry, and the fresh code is not used up."""
        opened, guest = found.open(), found.come(FIRST)
        found.sign(guest)
        with pytest.raises(Refusal):
            found.decide(guest, FIRST, Value.APPROVED, opened.id, statement="0" * 64)

        assert entries(found.database, "reviews.decision.made") == 0
        assert found.decide(guest, FIRST, Value.APPROVED, opened.id).value == "approved"


class TestWithdrawing:
    """Who thinks again makes a new record."""

    def test_withdrawal_is_a_record_of_its_own(self, found: Approvers) -> None:
        """The decision stays as it was, the round waits for them again, and the withdrawal says what it takes back."""
        opened, guest = found.open(), found.come(FIRST)
        found.sign(guest)
        made = found.decide(guest, FIRST, Value.APPROVED, opened.id)
        found.sign(guest)
        taken = found.withdraw(guest, made.id)

        with found.database.reading() as session:
            kept = session.scalars(select(Decision).order_by(Decision.decided_at)).all()
        assert [(one.id, one.value, one.withdraws_id) for one in kept] == [
            (made.id, "approved", None),
            (taken.id, "withdrawn", made.id),
        ]
        assert (taken.viewing, taken.statement_sha256) == (made.viewing, made.statement_sha256)
        assert standing_labels(found, opened.id) == []

    def test_round_waits_for_who_withdrew(self, found: Approvers) -> None:
        """After a withdrawal the second approval alone does not close the round; a new decision does."""
        opened, guest = found.open(), found.come(FIRST)
        found.sign(guest)
        made = found.decide(guest, FIRST, Value.APPROVED, opened.id)
        found.sign(guest)
        found.withdraw(guest, made.id)
        found.come_and_decide(SECOND, Value.APPROVED, opened.id)
        assert found.read(opened.id).closed_at is None
        found.sign(guest, now=LATER)
        found.decide(guest, FIRST, Value.APPROVED, opened.id, now=LATER)

        assert found.read(opened.id).outcome == "approved"

    def test_only_once_and_only_ones_own(self, found: Approvers) -> None:
        """Another's decision, a withdrawal, and what was taken back before are not taken back."""
        opened, first, second = found.open(), found.come(FIRST), found.come(SECOND)
        found.sign(first)
        made = found.decide(first, FIRST, Value.APPROVED, opened.id)
        with pytest.raises(WithoutAuthority):
            found.withdraw(second, made.id)
        found.sign(first)
        taken = found.withdraw(first, made.id)

        with pytest.raises(NotInThisState):
            found.withdraw(first, made.id)
        with pytest.raises(WithoutAuthority):
            found.withdraw(first, taken.id)

    def test_closed_round_stays_closed(self, found: Approvers) -> None:
        """A round that a decision closed does not open by itself when that is taken back."""
        opened, guest = found.open(), found.come(FIRST)
        found.sign(guest)
        made = found.decide(guest, FIRST, Value.NOT_APPROVED, opened.id)
        found.sign(guest)
        found.withdraw(guest, made.id)

        assert found.read(opened.id).outcome == "not-approved"


def opened_sha(found: Approvers) -> str:
    """Return the hash that the opening of the round recorded."""
    return str(bodies(found.database, "reviews.round.opened")[0]["material_sha256"])


def standing_labels(found: Approvers, round_id: UUID) -> list[str]:
    """Return under which labels decisions stand in a round."""
    with found.database.transaction() as session:
        decided: tuple[Decided, ...] = hold_round(session, found.gate.house.producer, round_id).decided
    return [one.label for one in decided]
