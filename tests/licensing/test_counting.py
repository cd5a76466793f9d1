"""Counting rules: what one seat is, what counts once, what weighs more and what is left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.errors import BadCountingRule
from licensing.rules.counting import EACH_HANDLE, CountBy, CountingRule, HeldSeat, Kind, count, rule_of, said_of

FOUNDRY = CountingRule(by=CountBy.HOST, holds={"nukex_i": ("nuke_i",), "studio_i": ("nukex_i", "nuke_i")})
CHAIN = [
    *(HeldSeat("nuke_i", user, host) for user, host in zip("abcd", "1234", strict=True) for _ in range(2)),
    HeldSeat("nukex_i", "a", "1"),
    HeldSeat("nukex_i", "b", "2"),
]


class TestFoundry:
    """Four people at work: two in NukeX, which also takes a Nuke, and two in Nuke, each with two handles of it."""

    def test_the_worked_example(self) -> None:
        """Ten lines are six seats of pools, four people, and a demand of two and two."""
        found = count(CHAIN, FOUNDRY)

        assert (found.people, found.hosts, found.seats, found.handles) == (4, 4, 6, 10)
        assert found.demand == {"nuke_i": 2, "nukex_i": 2}

    def test_without_a_rule(self) -> None:
        """Each line counts, which is what a monitor would say."""
        found = count(CHAIN, EACH_HANDLE)

        assert (found.seats, found.demand) == (10, {"nuke_i": 8, "nukex_i": 2})

    def test_a_studio_that_takes_three(self) -> None:
        """The greatest counts once, and those it brings along do not."""
        launch = [HeldSeat(feature, "a", "1") for feature in ("nuke_i", "nukex_i", "studio_i")]

        assert count(launch, FOUNDRY).demand == {"studio_i": 1}

    def test_another_host(self) -> None:
        """A Nuke on another machine is no part of the NukeX here."""
        both = [HeldSeat("nukex_i", "a", "1"), HeldSeat("nuke_i", "a", "2")]

        assert count(both, FOUNDRY).demand == {"nukex_i": 1, "nuke_i": 1}


class TestRules:
    """One word of a rule each."""

    def test_by_host(self) -> None:
        """Several processes of one machine take one seat; the most that one of them has."""
        held = [HeldSeat("fx", "a", "1"), HeldSeat("fx", "b", "1", quantity=3), HeldSeat("fx", "a", "2")]

        assert count(held, CountingRule(by=CountBy.HOST)).seats == 4

    def test_by_user(self) -> None:
        """Somebody on two machines takes one seat."""
        held = [HeldSeat("fx", "a", "1"), HeldSeat("fx", "a", "2"), HeldSeat("fx", "b", "1")]

        assert count(held, CountingRule(by=CountBy.USER)).seats == 2

    def test_no_name(self) -> None:
        """Holders whose name is not known are never taken for one."""
        held = [HeldSeat("fx", None, None), HeldSeat("fx", None, None)]
        found = count(held, CountingRule(by=CountBy.USER))

        assert (found.people, found.hosts, found.seats) == (2, 2, 2)

    def test_tokens(self) -> None:
        """A seat of a feature may weigh several tokens."""
        held = [HeldSeat("solver", "a", "1", quantity=2), HeldSeat("viewer", "b", "2")]
        found = count(held, CountingRule(weights={"solver": 25}))

        assert (found.seats, found.tokens) == (3, 51)

    @pytest.mark.parametrize(("use", "seats"), [(Kind.ALL, 3), (Kind.INTERACTIVE, 1), (Kind.RENDER, 2)])
    def test_render_against_interactive(self, use: Kind, seats: int) -> None:
        """What render nodes take is told from what people take by the feature."""
        held = [HeldSeat("nuke_i", "a", "1"), HeldSeat("nuke_r", "farm", "2"), HeldSeat("nuke_r", "farm", "3")]

        assert count(held, CountingRule(use=use, render=frozenset({"nuke_r"}))).seats == seats

    @pytest.mark.parametrize(("counts", "seats"), [(True, 2), (False, 1)])
    def test_borrowed(self, counts: bool, seats: int) -> None:  # noqa: FBT001 - a case of a table
        """A seat that was taken away counts, unless the rule says otherwise."""
        held = [HeldSeat("fx", "a", "1", is_borrowed=True), HeldSeat("fx", "b", "2")]

        assert count(held, CountingRule(counts_borrowed=counts)).seats == seats

    @given(st.lists(st.builds(HeldSeat, st.sampled_from(["x", "y"]), st.sampled_from("ab"), st.sampled_from("12"))))
    def test_no_rule_makes_more(self, held: list[HeldSeat]) -> None:
        """People, hosts and shared seats are never more than handles, and demand is never more than seats."""
        for by in CountBy:
            found = count(held, CountingRule(by=by, holds={"x": ("y",)}))

            assert max(found.people, found.hosts, found.seats) <= found.handles
            assert sum(found.demand.values()) <= found.seats


class TestAsData:
    """A rule is written and read as plain values."""

    def test_there_and_back(self) -> None:
        """Nothing is lost."""
        rule = CountingRule(
            by=CountBy.USER,
            holds={"x": ("y", "z")},
            weights={"x": 3},
            render=frozenset({"r"}),
            use=Kind.RENDER,
            counts_borrowed=False,
        )

        assert rule_of(said_of(rule)) == rule

    @pytest.mark.parametrize("holds", [{"x": ["x"]}, {"x": ["y"], "y": ["x"]}])
    def test_a_circle(self, holds: dict[str, list[str]]) -> None:
        """Of two features that hold each other neither could be counted."""
        with pytest.raises(BadCountingRule):
            rule_of({"holds": holds})
