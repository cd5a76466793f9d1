"""A lot may have other terms from a day on, and what was before stays as it was."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.problems import Refusal, StaleVersion
from audit.models import Entry
from licensing.errors import BadLot
from licensing.models.catalogue import Lot
from licensing.queries.contracts import lot_terms
from licensing.queries.exchange import held_lots
from licensing.rules.capacity import capacity_on
from licensing.rules.exchange.sources import ImportKind, ImportSource, preview_import
from licensing.rules.lots import LotEntry, following_entry
from licensing.service.imports import carry_out_import
from licensing.service.lots import change_lot, change_lot_from
from tests.licensing.entitlements.test_imports import TABLE, counts
from tests.licensing.factories import TODAY, TOMORROW, YESTERDAY, make_lot, make_product

FROM = date(2026, 7, 1)


class TestFollowingEntry:
    """The lot that follows, by value."""

    @pytest.mark.parametrize("on", [TODAY, YESTERDAY, TODAY + timedelta(days=11)])
    def test_change_lies_within_the_lot(self, on: date) -> None:
        """A change on the first day would leave nothing before it, and after the last there is no lot."""
        lot = LotEntry(metric="device", quantity=2, starts_on=TODAY, ends_on=TODAY + timedelta(days=10))
        with pytest.raises(BadLot) as refused:
            following_entry(lot, on, {"quantity": 3})

        assert set(refused.value.fields) == {"starts_on"}

    def test_price_and_maintenance_that_is_over_stay_behind(self) -> None:
        """A price is of the whole term and is not said twice; a price that the change states holds."""
        lot = LotEntry(
            metric="device",
            quantity=2,
            starts_on=TODAY,
            term="perpetual",
            maintenance_until=TODAY,
            price="100.00",
            currency="EUR",
        )
        plain = following_entry(lot, TOMORROW, {"quantity": 3})
        priced = following_entry(lot, TOMORROW, {"price": "70.00", "currency": "EUR"})

        assert (plain.quantity, plain.price, plain.maintenance_until) == (3, None, None)
        assert (priced.price, priced.quantity) == ("70.00", 2)


class TestChangeLotFrom:
    """The same through the use case."""

    def test_days_before_keep_what_they_had(self, database: Database) -> None:
        """Capacity is the old until the day before, the new from the day on, and never both."""
        with database.transaction() as session:
            product = make_product(session)
            lot = make_lot(session, product)
            new = change_lot_from(session, SYSTEM, lot_id=lot.id, on=FROM, changes={"quantity": 4}, version=1)
        with database.reading() as session:
            terms = lot_terms(session, [product.id])[product.id]
            kinds = session.scalars(select(Entry.kind).where(Entry.kind.like("licensing.lot.%"))).all()

        assert [capacity_on(terms, FROM + timedelta(days=day)).quantity for day in (-1, 0, 30)] == [10, 4, 4]
        assert new.ends_on == date(2026, 12, 31)
        assert sorted(kinds) == ["licensing.lot.added", "licensing.lot.added", "licensing.lot.superseded"]

    def test_who_read_another_version_changes_nothing(self, database: Database) -> None:
        """A change names the version that was read."""
        with database.transaction() as session:
            lot = make_lot(session, make_product(session))
        with pytest.raises(StaleVersion), database.transaction() as session:
            change_lot_from(session, SYSTEM, lot_id=lot.id, on=FROM, changes={}, version=9)
        with database.reading() as session:
            assert len(session.scalars(select(Lot)).all()) == 1


class TestTopUps:
    """A top-up names the lot that it adds to."""

    def test_top_up_adds_to_a_first_lot_of_its_product(self, database: Database) -> None:
        """Another product's lot, another metric, a top-up, or the lot itself cannot be topped up."""
        with database.transaction() as session:
            product = make_product(session)
            first = make_lot(session, product)
            second = make_lot(session, product, topped_up_lot_id=first.id)
            other = make_lot(session, make_product(session, name="Mari"))
        wrong: list[tuple[dict[str, Any], str]] = [
            ({"topped_up_lot_id": other.id}, "topped_up_lot_id"),
            ({"topped_up_lot_id": second.id}, "topped_up_lot_id"),
            ({"topped_up_lot_id": first.id, "metric": "device"}, "metric"),
        ]
        for terms, field in wrong:
            with pytest.raises(BadLot) as refused, database.transaction() as session:
                make_lot(session, product, **terms)
            assert set(refused.value.fields) == {field}
        with pytest.raises(BadLot), database.transaction() as session:
            change_lot(session, SYSTEM, lot_id=first.id, changes={"topped_up_lot_id": first.id}, version=1)
        with database.reading() as session:
            assert len(held_lots(session)) == 3


@given(damage=st.lists(st.tuples(st.integers(0, 380), st.sampled_from("a1,|\n-")), max_size=3))
@settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
def test_import_enters_all_or_nothing(database: Database, damage: list[tuple[int, str]]) -> None:
    """Whatever is wrong with a table, either every lot that the preview showed is entered, or nothing changes."""
    text = TABLE
    for place, letter in damage:
        text = text[:place] + letter + text[place + 1 :]
    before = counts(database)
    shown = 0
    try:
        source = ImportSource(ImportKind.CSV, text)
        preview = preview_import(source)
        shown = len(preview.rows)
        with database.transaction() as session:
            carry_out_import(session, SYSTEM, preview=preview, source=source)
    except Refusal:
        assert counts(database) == before
        return

    assert counts(database)[3] == before[3] + shown
