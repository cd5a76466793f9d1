"""Floors as rules: which of two is the stricter, and what goes under them."""

from dataclasses import replace

import pytest
from hypothesis import given

from reviews.errors import BadTerms, BelowFloor
from reviews.rules.bounds import check_demands
from reviews.rules.floors import NOTHING_DEMANDED, Demands, below, check_terms, lowered, stricter
from reviews.rules.terms import Security, Terms
from tests.reviews.agreements import drawn
from tests.reviews.agreements.agreeing import honest_terms

HONEST = honest_terms(drawn.PEOPLE[0])
EVERYTHING = Demands(
    longest_link_days=3,
    most_views=2,
    forbids_download=True,
    needs_release=True,
    asks_passphrase=True,
    asks_totp=True,
    needs_nda=True,
    needs_watermark=True,
    recipients_only=True,
)
LOOSE = Security(allows_download=True, recipients_only=False)


class TestStricter:
    """Of two floors the one that asks for more counts, demand by demand."""

    @given(drawn.demands, drawn.demands, drawn.demands)
    def test_it_is_the_join_of_both(self, one: Demands, two: Demands, three: Demands) -> None:
        """Order and grouping do not matter, and a floor beside itself or nothing stays what it is."""
        assert stricter(one, two) == stricter(two, one)
        assert stricter(stricter(one, two), three) == stricter(one, stricter(two, three))
        assert stricter(one, one) == one
        assert stricter(one, NOTHING_DEMANDED) == one

    @given(drawn.terms, drawn.demands, drawn.demands)
    def test_terms_hold_to_both_where_they_hold_to_each(self, terms: Terms, one: Demands, two: Demands) -> None:
        """Terms hold to the stricter floor exactly where they hold to both."""
        holds = not below(terms, stricter(one, two))

        assert holds == (not below(terms, one) and not below(terms, two))

    @given(drawn.demands, drawn.demands)
    def test_each_demand_is_at_least_as_strict(self, one: Demands, two: Demands) -> None:
        """No number is above either's, and what either asks is asked."""
        both = stricter(one, two)

        for name in Demands.__dataclass_fields__:
            asked = [value for value in (getattr(one, name), getattr(two, name)) if value is not None]
            joined = any(asked) if isinstance(getattr(one, name), bool) else min(asked, default=None)
            assert getattr(both, name) == joined

    @given(drawn.demands, drawn.demands)
    def test_lowered_names_what_asks_less(self, old: Demands, new: Demands) -> None:
        """Nothing is lowered exactly where the new floor is at least as strict as the old."""
        assert (lowered(old, new) == ()) == (stricter(old, new) == new)


class TestBelow:
    """Each demand is held on its own, and named."""

    @pytest.mark.parametrize(
        ("demands", "field"),
        [
            (Demands(longest_link_days=6), "security.link_days"),
            (Demands(most_views=4), "security.view_limit"),
            (Demands(forbids_download=True), "security.allows_download"),
            (Demands(needs_release=True), "security.needs_release"),
            (Demands(asks_passphrase=True), "security.asks_passphrase"),
            (Demands(asks_totp=True), "security.asks_totp"),
            (Demands(needs_nda=True), "security.nda_text_id"),
            (Demands(needs_watermark=True), "security.watermark"),
            (Demands(recipients_only=True), "security.recipients_only"),
        ],
    )
    def test_each_demand_names_its_field(self, demands: Demands, field: str) -> None:
        """Terms that miss one demand are refused for that one."""
        with pytest.raises(BelowFloor) as refused:
            check_terms(replace(HONEST, security=LOOSE), demands)

        assert list(refused.value.fields) == [field]

    def test_at_the_floor_is_not_under_it(self) -> None:
        """What meets each demand exactly is agreed."""
        security = Security(
            link_days=3,
            view_limit=2,
            asks_passphrase=True,
            asks_totp=True,
            needs_release=True,
            nda_text_id=drawn.PEOPLE[1],
            watermark="burnt in: name and date",
        )
        check_terms(replace(HONEST, security=security), EVERYTHING)

        assert len(below(replace(HONEST, security=LOOSE), EVERYTHING)) == 9

    def test_blank_watermark_is_none(self) -> None:
        """An instruction that says nothing instructs nothing."""
        terms = replace(HONEST, security=Security(watermark="  "))

        assert list(below(terms, Demands(needs_watermark=True))) == ["security.watermark"]

    @pytest.mark.parametrize("demands", [Demands(longest_link_days=0), Demands(most_views=0), Demands(most_views=-1)])
    def test_floor_that_nothing_meets_is_refused(self, demands: Demands) -> None:
        """No link lives no day."""
        with pytest.raises(BadTerms):
            check_demands(demands)
