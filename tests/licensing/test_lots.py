"""What an entitlement lot may say, by value and through the use cases."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.problems import StaleVersion
from audit.models import Entry
from licensing.errors import BadLot
from licensing.models.catalogue import Lot, Metric
from licensing.queries.contracts import contract_detail, lot_terms
from licensing.rules.lots import LotEntry, check_lot
from licensing.service.lots import add_lot, change_lot
from tests.licensing.factories import TODAY, make_contract, make_lot, make_product, make_vendor

HONEST: dict[str, Any] = {"metric": "device", "quantity": 5, "starts_on": TODAY}


class TestCheckLot:
    """A lot that contradicts itself is refused, and every field at fault is named."""

    @pytest.mark.parametrize(
        "terms",
        [
            {},
            {"quantity": None},
            {"quantity": 1_000_000},
            {"ends_on": TODAY},
            {"metric": "site", "quantity": None},
            {"price": "0", "currency": "EUR"},
            {"price": "1200.00", "currency": "JPY"},
            {"overage_policy": "soft"},
            {"overage_policy": "true-up", "overage_quantity": 3},
        ],
    )
    def test_an_honest_lot_passes(self, terms: dict[str, Any]) -> None:
        """What contracts really say is accepted."""
        check_lot(LotEntry(**(HONEST | terms)))

    @pytest.mark.parametrize(
        ("terms", "field"),
        [
            ({"metric": "seats"}, "metric"),
            ({"quantity": 0}, "quantity"),
            ({"quantity": -1}, "quantity"),
            ({"quantity": 1_000_001}, "quantity"),
            ({"metric": "site"}, "quantity"),
            ({"ends_on": TODAY - timedelta(days=1)}, "ends_on"),
            ({"price": "12"}, "currency"),
            ({"currency": "EUR"}, "price"),
            ({"price": "-1", "currency": "EUR"}, "price"),
            ({"price": "1,200.00", "currency": "EUR"}, "price"),
            ({"price": "1e9", "currency": "EUR"}, "price"),
            ({"price": "٣", "currency": "EUR"}, "price"),
            ({"price": "9" * 30, "currency": "EUR"}, "price"),
            ({"price": "1", "currency": "eur"}, "currency"),
            ({"price": "1", "currency": "EURO"}, "currency"),
            ({"overage_policy": "lenient"}, "overage_policy"),
            ({"overage_quantity": 2}, "overage_quantity"),
            ({"overage_policy": "soft", "overage_quantity": 0}, "overage_quantity"),
            ({"overage_policy": "soft", "overage_quantity": 2, "quantity": None}, "overage_quantity"),
        ],
    )
    def test_a_contradiction_names_its_field(self, terms: dict[str, Any], field: str) -> None:
        """Exactly the field at fault is named, with a sentence."""
        with pytest.raises(BadLot) as refused:
            check_lot(LotEntry(**(HONEST | terms)))

        assert list(refused.value.fields) == [field]

    def test_all_faults_are_said_at_once(self) -> None:
        """Whoever types a lot mends it once."""
        with pytest.raises(BadLot) as refused:
            check_lot(LotEntry(metric="none", quantity=0, starts_on=TODAY, ends_on=date(2020, 1, 1), price="x"))

        assert set(refused.value.fields) == {"metric", "quantity", "ends_on", "price", "currency"}


class TestLots:
    """Lots stand under a contract, in the vendor's log."""

    def test_a_lot_reads_back_as_it_was_entered(self, database: Database) -> None:
        """Money stays the text that was typed."""
        with database.transaction() as session:
            product = make_product(session)
            lot = make_lot(session, product, price="1200.00", currency="EUR")

        with database.reading() as session:
            (row,) = contract_detail(session, lot.contract_id).lots
            assert (row.price, row.currency, row.product_name, row.quantity) == ("1200.00", "EUR", "Nuke", 10)
            assert [terms.quantity for terms in lot_terms(session, [product.id])[product.id]] == [10]

    def test_a_lot_is_of_its_contracts_vendor(self, database: Database) -> None:
        """A contract entitles to nothing of somebody else's."""
        with database.transaction() as session:
            contract = make_contract(session, make_vendor(session).id)
            other = make_product(session, make_vendor(session, "SideFX"), "Houdini")

        with pytest.raises(BadLot) as refused, database.transaction() as session:
            add_lot(session, SYSTEM, contract_id=contract.id, product_id=other.id, entry=LotEntry(**HONEST))
        assert list(refused.value.fields) == ["product_id"]

    def test_a_change_says_what_was_and_what_became(self, database: Database) -> None:
        """The fact holds old and new of what changed, and of nothing else."""
        with database.transaction() as session:
            lot = make_lot(session, make_product(session))
        with database.transaction() as session:
            changed = change_lot(
                session,
                SYSTEM,
                lot_id=lot.id,
                changes={"quantity": 12, "metric": Metric.CONCURRENT_USER.value},
                version=1,
            )
            assert changed.version == 2

        with database.reading() as session:
            body = session.scalars(select(Entry.body).filter_by(kind="licensing.lot.changed")).one()
        assert json.loads(body)["data"] == {"changes": {"quantity": {"old": 10, "new": 12}}}

    def test_a_change_of_nothing_leaves_no_trace(self, database: Database) -> None:
        """What did not happen is not recorded."""
        with database.transaction() as session:
            lot = make_lot(session, make_product(session))
        with database.transaction() as session:
            change_lot(session, SYSTEM, lot_id=lot.id, changes={"quantity": 10}, version=1)

        with database.reading() as session:
            assert session.get_one(Lot, lot.id).version == 1
            assert session.scalars(select(Entry).filter_by(kind="licensing.lot.changed")).all() == []

    def test_a_change_is_held_against_the_whole_lot(self, database: Database) -> None:
        """One field may contradict another that stayed."""
        with database.transaction() as session:
            lot = make_lot(session, make_product(session))

        with pytest.raises(BadLot) as refused, database.transaction() as session:
            change_lot(session, SYSTEM, lot_id=lot.id, changes={"overage_quantity": 2}, version=1)
        assert list(refused.value.fields) == ["overage_quantity"]

    def test_a_stale_change_is_refused(self, database: Database) -> None:
        """Nobody overwrites what they have not read."""
        with database.transaction() as session:
            lot = make_lot(session, make_product(session))

        with pytest.raises(StaleVersion), database.transaction() as session:
            change_lot(session, SYSTEM, lot_id=lot.id, changes={"quantity": 12}, version=7)
