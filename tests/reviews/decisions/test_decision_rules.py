"""Who may decide, and when a round is decided."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerprint.core.ids import new_id
from answerprint.core.problems import Invalid
from reviews.errors import AgainstAgreement, WithoutAuthority
from reviews.rules.decisions import Approver, Decided, check_authority, standing
from reviews.rules.terms import Method, PartyTerm, Quorum, Terms, Viewing
from reviews.rules.viewing import Declaration, declare, departures, read_declaration, write_declaration
from reviews.rules.vocabulary import DisplayClass, MethodKind, Milestone, Proof, Role, Room, Scope, Subject, Value

AT = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
INES, JO, KAI = new_id(), new_id(), new_id()
ALL = Quorum()


def said(label: str, value: Value) -> Decided:
    """Return a decision that stands."""
    return Decided(label, value, AT)


def approver(label: str, scope: Scope = Scope.ALL, place: int | None = None) -> Approver:
    """Return an approver of a scope."""
    return Approver(label, INES, scope, place)


def terms(*parties: tuple[UUID, Scope, int | None], quorum: Quorum = ALL) -> Terms:
    """Return terms with these approvers."""
    people = tuple(PartyTerm(Role.APPROVER, scope, contact_id=who, place=place) for who, scope, place in parties)
    method = Method(MethodKind.ASYNC_LINK)
    return Terms(Milestone.FINE_CUT, "Reel 2", (Subject.EDIT,), people, (method,), quorum=quorum)


class TestQuorum:
    """A scope is decided once its quorum approved, or one of it did not."""

    @pytest.mark.parametrize(
        ("needed", "values", "outcome"),
        [
            (None, {}, None),
            (None, {"P1": Value.APPROVED}, None),
            (None, {"P1": Value.APPROVED, "P2": Value.APPROVED}, Value.APPROVED),
            (None, {"P1": Value.APPROVED, "P2": Value.WITH_NOTES}, Value.WITH_NOTES),
            (None, {"P1": Value.APPROVED, "P2": Value.NOT_APPROVED}, Value.NOT_APPROVED),
            (1, {"P2": Value.APPROVED}, Value.APPROVED),
            (1, {"P2": Value.NO_DECISION}, None),
            (1, {"P1": Value.APPROVED, "P2": Value.NOT_APPROVED}, Value.NOT_APPROVED),
        ],
    )
    def test_two_approvers(self, needed: int | None, values: dict[str, Value], outcome: Value | None) -> None:
        """All, or as many as are needed; one who does not approve stops it."""
        found = standing(Quorum(needed), [approver("P1"), approver("P2")], [said(*one) for one in values.items()])

        assert found.outcome == outcome

    def test_every_scope_is_needed(self) -> None:
        """Picture and sound are decided apart, and who speaks for all counts in both."""
        approvers = [approver("P1", Scope.PICTURE), approver("P2", Scope.SOUND), approver("P3")]
        found = standing(Quorum(1), approvers, [said("P1", Value.APPROVED)])
        both = standing(Quorum(1), approvers, [said("P3", Value.APPROVED)])

        assert (found.outcome, found.by_scope[Scope.PICTURE]) == (None, Value.APPROVED)
        assert found.waits_for == ("P2", "P3")
        assert both.outcome == Value.APPROVED

    @given(st.lists(st.sampled_from([Value.APPROVED, Value.WITH_NOTES, Value.NO_DECISION]), min_size=1, max_size=6))
    def test_one_more_approval_never_undoes_a_round(self, values: list[Value]) -> None:
        """What was approved stays so when another approves too."""
        approvers = [approver(f"P{place}") for place in range(len(values) + 1)]
        before = standing(Quorum(1), approvers, [said(f"P{place}", value) for place, value in enumerate(values)])
        more = [said(f"P{place}", value) for place, value in enumerate([*values, Value.APPROVED])]
        after = standing(Quorum(1), approvers, more)

        assert (before.outcome is None) or (after.outcome is not None)


class TestAuthority:
    """A decision is the named approver's own."""

    def test_named_approver_may(self) -> None:
        """Who is named decides under their label."""
        found = check_authority(terms((INES, Scope.ALL, None)), INES, "P1", [], proof=Proof.MAILBOX)

        assert (found.contact_id, found.label) == (INES, "P1")

    @pytest.mark.parametrize(("who", "label", "proof"), [(JO, "P1", Proof.MAILBOX), (INES, "P2", Proof.MAILBOX)])
    def test_nobody_else_may(self, who: UUID, label: str, proof: Proof) -> None:
        """Neither somebody else nor the approver under another label."""
        with pytest.raises(WithoutAuthority):
            check_authority(terms((INES, Scope.ALL, None), (KAI, Scope.ALL, None)), who, label, [], proof=proof)

    def test_link_alone_proves_nobody(self) -> None:
        """Who only holds the link has proved nothing."""
        with pytest.raises(WithoutAuthority):
            check_authority(terms((INES, Scope.ALL, None)), INES, "P1", [], proof=Proof.LINK_ONLY)

    def test_order_is_kept(self) -> None:
        """Where an order is agreed, who comes later waits for those before to approve."""
        agreed = terms((INES, Scope.ALL, 1), (JO, Scope.ALL, 2), quorum=Quorum(in_order=True))
        with pytest.raises(AgainstAgreement, match="P1"):
            check_authority(agreed, JO, "P2", [], proof=Proof.MAILBOX)
        found = check_authority(agreed, JO, "P2", [said("P1", Value.WITH_NOTES)], proof=Proof.MAILBOX)

        assert found.label == "P2"


class TestViewing:
    """How somebody watched is declared, and held against what was agreed."""

    def test_less_than_agreed_is_said(self) -> None:
        """A lesser display and another room are each said in words."""
        agreed = Viewing(display=DisplayClass.REFERENCE, room=Room.SUITE)
        found = departures(agreed, Declaration(DisplayClass.CONSUMER, Room.HOME))

        assert len(found) == 2
        assert departures(agreed, Declaration(DisplayClass.MASTERING, Room.SUITE)) == ()

    def test_words_of_no_list_are_named(self) -> None:
        """Both fields are named at once."""
        with pytest.raises(Invalid) as refusal:
            declare("cinema-like", "the moon")

        assert sorted(refusal.value.fields) == ["display", "room"]

    def test_declaration_comes_back_as_it_was(self) -> None:
        """What was written is read back equal."""
        declared = declare("consumer", "home", " headphones ")

        assert read_declaration(write_declaration(declared)) == Declaration(
            DisplayClass.CONSUMER, Room.HOME, "headphones"
        )
