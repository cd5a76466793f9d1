"""Lots come in from tables, licence files and CycloneDX, all of a text or nothing, and go out again the same."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.ids import new_id
from answerprint.core.problems import Refusal
from audit.models import Entry
from licensing.errors import BadImport
from licensing.models.catalogue import Contract, Lot, Metric, OveragePolicy, Product, Purpose, Term, Vendor
from licensing.queries.exchange import held_lots, known_features, stored_mapping
from licensing.rules.exchange.cyclonedx import read_cyclonedx
from licensing.rules.exchange.drafts import Preview
from licensing.rules.exchange.export import HeldLot, cyclonedx_of, iso19770_3_of
from licensing.rules.exchange.licence import LicenceTarget, read_flexnet_lots, read_rlm_lots
from licensing.rules.exchange.sources import ImportKind, ImportSource
from licensing.rules.exchange.table import LotMapping, own_mapping, read_lot_table
from licensing.rules.lots import LotEntry, faults_of_lot
from licensing.service.imports import carry_out_import
from licensing.service.mappings import keep_mapping
from tests.licensing.factories import NOW, TODAY, make_lot, make_product, make_vendor

TABLE = """\
vendor,product,contract,metric,quantity,starts_on,ends_on,term,ref,tops_up,bundle
Foundry,Nuke,F-1,concurrent-user,10,2026-01-01,2026-12-31,subscription,first,,Hiero|Katana
Foundry,Nuke,F-1,concurrent-user,5,2026-07-01,2026-12-31,subscription,,first,
Foundry,Mari,F-1,site,uncounted,2026-01-01,,perpetual,,,
SideFX,Houdini,S-1,named-user,3,2026-02-01,,subscription,,,
"""
TARGET = LicenceTarget("Foundry", "F-1", TODAY, {"nuke_i": "Nuke"})


def counts(database: Database) -> tuple[int, ...]:
    """Return how many vendors, products, contracts, lots and entries of the trail there are."""
    with database.reading() as session:
        tables = (Vendor, Product, Contract, Lot, Entry)
        return tuple(session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)


def imported(database: Database, preview: Preview) -> None:
    """Carry an import out, in a transaction of its own."""
    with database.transaction() as session:
        carry_out_import(session, SYSTEM, preview=preview, source=ImportSource(ImportKind.CSV, TABLE))


class TestTable:
    """Tables with a mapping."""

    def test_all_rows_are_entered(self, database: Database) -> None:
        """Vendors, products and contracts that are not there come with the lots, and a top-up finds its lot."""
        imported(database, read_lot_table(TABLE, own_mapping(TABLE)))
        with database.reading() as session:
            lots = {(lot.product, lot.entry.quantity): lot for lot in held_lots(session)}

        assert counts(database)[:4] == (2, 3, 2, 4)
        assert lots["Nuke", 5].entry.topped_up_lot_id == lots["Nuke", 10].id
        assert lots["Nuke", 10].entry.bundle == ("Hiero", "Katana")
        assert lots["Mari", None].entry.term == Term.PERPETUAL

    def test_one_wrong_row_keeps_all_out(self, database: Database) -> None:
        """A table with a row at fault enters nothing, and says of each row by its line what is wrong."""
        wrong = TABLE.replace(",3,2026-02-01", ",three,2026-02-01").replace(",5,2026-07-01", ",,07/01/2026")
        preview = read_lot_table(wrong, own_mapping(wrong))
        before = counts(database)
        with pytest.raises(BadImport) as refused:
            imported(database, preview)

        assert [(one.line, one.column) for one in preview.errors] == [
            (3, "quantity"),
            (3, "starts_on"),
            (5, "quantity"),
        ]
        assert set(refused.value.fields) == {"line 3", "line 5"}
        assert counts(database) == before

    def test_empty_quantity_is_not_uncounted(self) -> None:
        """A cell that was forgotten does not give a house seats without end."""
        preview = read_lot_table(TABLE.replace("uncounted", ""), own_mapping(TABLE))

        assert [(one.line, one.column) for one in preview.errors] == [(4, "quantity")]

    def test_twice_imported_is_refused(self, database: Database) -> None:
        """The same table again would count each seat twice: every row is named, and nothing is entered."""
        preview = read_lot_table(TABLE, own_mapping(TABLE))
        imported(database, preview)
        before = counts(database)
        with pytest.raises(BadImport) as refused:
            imported(database, preview)

        assert set(refused.value.fields) == {"line 2", "line 3", "line 4", "line 5"}
        assert counts(database) == before

    def test_mapping_is_kept_and_found(self, database: Database) -> None:
        """A mapping made once reads the next table of its form; kept again under its name it is replaced."""
        text = "Produkt;Anzahl;Beginn\nNuke;10;01.03.2026\n"
        constants = {"vendor": "Foundry", "contract": "F-1", "metric": "concurrent-user"}
        columns = {"product": "Produkt", "quantity": "Anzahl", "starts_on": "Beginn"}
        mapping = LotMapping(columns=columns, constants=constants, date_form="DD.MM.YYYY", delimiter=";")
        with database.transaction() as session:
            first = keep_mapping(session, SYSTEM, name="Einkauf", mapping=LotMapping(constants=constants | columns)).id
            kept = keep_mapping(session, SYSTEM, name="Einkauf", mapping=mapping).id
        with database.reading() as session:
            preview = read_lot_table(text, stored_mapping(session, kept))

        assert kept == first
        assert not preview.errors
        assert preview.rows[0].entry.starts_on == date(2026, 3, 1)

    @pytest.mark.parametrize(
        "mapping",
        [
            LotMapping(columns={"product": "Product"}),
            LotMapping(columns={"colour": "Colour"}),
            LotMapping(columns=own_mapping(TABLE).columns, delimiter="x"),
        ],
    )
    def test_mapping_that_cannot_be_is_refused(self, mapping: LotMapping) -> None:
        """A mapping names fields that there are, and those that each lot needs."""
        with pytest.raises(BadImport) as refused:
            read_lot_table(TABLE, mapping)

        assert set(refused.value.fields) == {"mapping"}

    @given(damage=st.lists(st.tuples(st.integers(0, 300), st.characters()), min_size=1, max_size=4))
    def test_whatever_is_sent_is_rows_errors_or_a_refusal(self, damage: list[tuple[int, str]]) -> None:
        """No table makes the reader fall over, and rows with errors are never ready to be entered."""
        text = TABLE
        for place, letter in damage:
            text = text[:place] + letter + text[place + 1 :]
        try:
            preview = read_lot_table(text, own_mapping(TABLE))
        except Refusal:
            return

        assert not (preview.errors and preview.can_be_carried_out)
        assert all(not faults_of_lot(row.entry) for row in preview.rows) or preview.errors


class TestLicenceFiles:
    """FlexNet and RLM licence files."""

    def test_flexnet_increments_become_lots(self, database: Database) -> None:
        """Each grant is a lot that names its feature; a feature that is known becomes its product. No key comes in."""
        text = (
            "SERVER lic1 0 27000\nVENDOR foundry\n"
            "INCREMENT nuke_i foundry 2026.0 31-dec-2026 10 SIGN=ABCDEF0123 ISSUED=1-jan-2026 SN=77\n"
            "INCREMENT mari foundry 1.0 permanent uncounted SIGN=ABCDEF0124\n"
        )
        imported(database, read_flexnet_lots(text, TARGET))
        with database.reading() as session:
            lots = {lot.product: lot.entry for lot in held_lots(session)}
            known = known_features(session, "Foundry")
            bodies = b"".join(session.scalars(select(Entry.body)))

        assert (lots["Nuke"].quantity, lots["Nuke"].ends_on, lots["Nuke"].feature) == (10, date(2026, 12, 31), "nuke_i")
        assert (lots["mari"].quantity, lots["mari"].term) == (None, Term.PERPETUAL)
        assert known["nuke_i"] == "Nuke"
        assert b"ABCDEF" not in bodies

    def test_line_that_is_not_understood_keeps_all_out(self) -> None:
        """A licence file of which a line is in doubt is not imported in part."""
        preview = read_rlm_lots("LICENSE foundry nuke_i 2026.0\nISV foundry\n", TARGET)

        assert [one.line for one in preview.errors] == [1]
        assert not preview.can_be_carried_out

    def test_rlm_licence_becomes_a_lot(self) -> None:
        """An RLM grant that ends is a subscription of its count."""
        preview = read_rlm_lots("LICENSE foundry nuke_i 2026.0 31-dec-2026 12 sig=abc\n", TARGET)

        assert [(one.product, one.entry.quantity, one.entry.term) for one in preview.rows] == [
            ("Nuke", 12, Term.SUBSCRIPTION)
        ]


WORDS = st.text(st.characters(whitelist_categories=("L", "N")), min_size=1, max_size=12)
DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))


@st.composite
def entries(draw: st.DrawFn) -> LotEntry:
    """Draw what a lot may say."""
    starts_on = draw(DAYS)
    ends_on = draw(st.none() | st.dates(starts_on, date(2101, 1, 1)))
    metric = draw(st.sampled_from([one.value for one in Metric]))
    quantity = None if metric == Metric.SITE else draw(st.none() | st.integers(1, 1_000_000))
    policy = draw(st.sampled_from([one.value for one in OveragePolicy]))
    bounded = quantity is not None and policy != OveragePolicy.HARD
    price = draw(st.none() | st.decimals("0.01", 99999, places=2).map(str))
    return LotEntry(
        metric=metric,
        quantity=quantity,
        starts_on=starts_on,
        ends_on=ends_on,
        site=draw(st.just("") | WORDS),
        price=price,
        currency="EUR" if price else None,
        overage_policy=policy,
        overage_quantity=draw(st.none() | st.integers(1, 99)) if bounded else None,
        term=draw(st.sampled_from([one.value for one in Term])),
        purpose=draw(st.sampled_from([one.value for one in Purpose])),
        maintenance_until=draw(st.none() | DAYS),
        order_number=draw(st.just("") | WORDS),
        feature=draw(st.just("") | WORDS),
        downgrade_to=tuple(draw(st.lists(WORDS, max_size=3))),
        bundle=tuple(draw(st.lists(WORDS, max_size=3))),
    )


class TestCycloneDx:
    """CycloneDX in and out."""

    @given(drawn=st.lists(entries().filter(lambda entry: not faults_of_lot(entry)), min_size=1, max_size=4))
    @settings(max_examples=60)
    def test_what_goes_out_comes_in_the_same(self, drawn: list[LotEntry]) -> None:
        """Every lot that was written out is read as it was, whatever it says."""
        lots = [HeldLot(new_id(), "Foundry", "Nuke", "F-1", entry) for entry in drawn]
        preview = read_cyclonedx(json.dumps(cyclonedx_of(lots, at=NOW)))

        assert not preview.errors
        assert [(row.vendor, row.product, row.contract, row.entry) for row in preview.rows] == [
            (lot.vendor, lot.product, lot.contract, lot.entry) for lot in lots
        ]

    def test_export_comes_in_under_another_name(self, database: Database) -> None:
        """A house's export, with its top-ups, makes the same lots in another house."""
        with database.transaction() as session:
            product = make_product(session, make_vendor(session))
            first = make_lot(session, product)
            make_lot(session, product, quantity=2, topped_up_lot_id=first.id)
        with database.reading() as session:
            text = json.dumps(cyclonedx_of(held_lots(session), at=NOW)).replace("Foundry", "Foundry of another house")
        imported(database, read_cyclonedx(text))
        with database.reading() as session:
            lots = held_lots(session)
        ours, theirs = lots[:2], lots[2:]

        assert [(one.product, one.contract, one.entry.quantity) for one in ours] == [
            (one.product, one.contract, one.entry.quantity) for one in theirs
        ]
        assert {one.entry.topped_up_lot_id for one in theirs} == {
            None,
            next(one.id for one in theirs if one.entry.quantity == 10),
        }

    def test_document_of_others_is_read_by_the_fields_of_the_standard(self) -> None:
        """Licensor, order, types and expiration are those of the standard; only the quantity is ours."""
        preview = read_cyclonedx(json.dumps(foreign({"name": "answerprint:quantity", "value": "4"})))

        assert not preview.errors
        row = preview.rows[0]
        assert (row.vendor, row.product, row.contract, row.entry.order_number) == ("Acme", "Tool", "PO-1", "PO-1")
        assert (row.entry.metric, row.entry.term, row.entry.quantity) == ("named-user", Term.PERPETUAL, 4)
        assert (row.entry.starts_on, row.entry.ends_on) == (date(2026, 1, 1), date(2026, 12, 31))

    def test_document_without_a_quantity_is_not_uncounted(self) -> None:
        """The standard has no field for how many: a document that does not say it is refused."""
        preview = read_cyclonedx(json.dumps(foreign({"name": "other:quantity", "value": "4"})))

        assert [(one.line, one.column) for one in preview.errors] == [(1, "quantity")]

    @pytest.mark.parametrize("text", ["", "[]", "{}", '{"bomFormat":"CycloneDX","specVersion":"1.4"}', "[" * 100_000])
    def test_what_is_no_such_document_is_refused(self, text: str) -> None:
        """Text that is no JSON, or of another kind or version, is refused as such."""
        with pytest.raises(BadImport):
            read_cyclonedx(text)

    def test_iso_shape_says_that_the_contract_prevails(self) -> None:
        """The second export has the standard's words, and says what it is not."""
        entry = LotEntry(metric="device", quantity=2, starts_on=TODAY)
        written = iso19770_3_of([HeldLot(new_id(), "Foundry", "Nuke", "F-1", entry)], at=NOW)

        assert "prevails" in written["note"]
        assert written["entitlements"][0]["validity"]["from"] == TODAY.isoformat()


def foreign(one_property: dict[str, str]) -> dict[str, Any]:
    """Return a document as another program would write it."""
    licensing = {
        "licensor": {"individual": {"name": "Acme"}},
        "purchaseOrder": "PO-1",
        "licenseTypes": ["perpetual", "named-user"],
        "lastRenewal": "2026-01-01T00:00:00Z",
        "expiration": "2026-12-31T00:00:00Z",
    }
    licence = {"name": "Acme", "licensing": licensing, "properties": [one_property]}
    inner = {"type": "application", "name": "Tool", "licenses": [{"license": licence}, {"expression": "MIT"}]}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "components": [{"type": "application", "name": "Suite", "components": [inner]}],
    }
