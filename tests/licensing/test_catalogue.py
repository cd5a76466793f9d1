"""The catalogue: vendors with their logs, products, features, licence servers and contracts."""

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.ids import new_id
from answerprint.core.paging import PageRequest, read_cursor
from answerprint.core.problems import Invalid, StaleVersion
from audit.models import Entry, Log
from licensing.errors import AlreadyThere, BadContract, BadServer, NotInCatalogue
from licensing.models.catalogue import Vendor
from licensing.queries.catalogue import find, list_products, list_servers, list_vendors, product_detail
from licensing.queries.contracts import contract_detail, list_contracts
from licensing.rules.contracts import ContractChanges, ContractEntry, check_contract
from licensing.rules.servers import ServerEntry, check_server
from licensing.rules.vendors import log_name
from licensing.service.contracts import add_contract, change_contract
from licensing.service.products import link_feature, rename_product, unlink_feature
from licensing.service.servers import change_server
from licensing.service.vendors import rename_vendor
from tests.licensing.factories import TODAY, make_contract, make_lot, make_product, make_server, make_vendor


def recorded(database: Database, kind: str) -> tuple[str, dict[str, Any]]:
    """Return the log and the values of the one fact of a kind."""
    with database.reading() as session:
        found = select(Log.name, Entry.body).join(Entry, Entry.log_id == Log.id).where(Entry.kind == kind)
        log, body = session.execute(found).one()
    return log, json.loads(body)["data"]


class TestLogName:
    """A vendor's log is named once."""

    @pytest.mark.parametrize(
        ("vendor", "log"),
        [
            ("Foundry", "licensor-foundry"),
            ("The Foundry, Ltd.", "licensor-the-foundry-ltd"),
            ("Café Noir", "licensor-cafe-noir"),
            ("東映", "licensor-vendor"),
            ("--", "licensor-vendor"),
        ],
    )
    def test_it_is_plain(self, vendor: str, log: str) -> None:
        """Lower-case letters, digits and single hyphens, whatever the vendor is called."""
        assert log_name(vendor, ()) == log

    def test_it_is_nobody_elses(self) -> None:
        """Two vendors whose names come to the same have two logs."""
        assert log_name("Foundry!", {"licensor-foundry", "licensor-foundry-2"}) == "licensor-foundry-3"


class TestVendors:
    """A vendor comes with a log of its own."""

    def test_the_log_opens_with_the_vendor(self, database: Database) -> None:
        """The first entries of the log say what it is and whose."""
        with database.transaction() as session:
            vendor = make_vendor(session)

        with database.reading() as session:
            kinds = select(Entry.kind).join(Log, Log.id == Entry.log_id).where(Log.name == vendor.log)
            found = session.scalars(kinds.order_by(Entry.index)).all()
        assert found == ["audit.log.opened", "licensing.vendor.added"]

    def test_a_name_is_borne_once(self, database: Database) -> None:
        """A second vendor of the name is refused, and leaves no log behind."""
        with database.transaction() as session:
            make_vendor(session)

        with pytest.raises(AlreadyThere) as refused, database.transaction() as session:
            make_vendor(session)
        assert list(refused.value.fields) == ["name"]
        with database.reading() as session:
            assert len(session.scalars(select(Log)).all()) == 2

    def test_a_new_name_keeps_the_log(self, database: Database) -> None:
        """What was recorded stays where it is."""
        with database.transaction() as session:
            vendor = make_vendor(session)
        with database.transaction() as session:
            rename_vendor(session, SYSTEM, vendor_id=vendor.id, name="The Foundry", version=1)

        with database.reading() as session:
            found = find(session, Vendor, vendor.id)
            assert (found.name, found.log, found.version) == ("The Foundry", "licensor-foundry", 2)
        values = {"old_name": "Foundry", "new_name": "The Foundry"}
        assert recorded(database, "licensing.vendor.renamed") == ("licensor-foundry", values)

    def test_a_name_taken_by_another_is_refused(self, database: Database) -> None:
        """Renaming passes through the same door."""
        with database.transaction() as session:
            make_vendor(session)
            other = make_vendor(session, "SideFX")

        with pytest.raises(AlreadyThere), database.transaction() as session:
            rename_vendor(session, SYSTEM, vendor_id=other.id, name="Foundry", version=1)

    def test_a_vendor_that_is_not_there_names_its_field(self, database: Database) -> None:
        """What led nowhere is said."""
        with pytest.raises(NotInCatalogue) as refused, database.reading() as session:
            find(session, Vendor, new_id())
        assert list(refused.value.fields) == ["vendor_id"]


class TestProducts:
    """Products, and the features by which servers know them."""

    def test_vendors_may_use_the_same_name(self, database: Database) -> None:
        """A product's name is its vendor's own affair, and borne once there."""
        with database.transaction() as session:
            foundry = make_vendor(session)
            make_product(session, foundry, "Suite")
            make_product(session, make_vendor(session, "SideFX"), "Suite")

        with pytest.raises(AlreadyThere) as refused, database.transaction() as session:
            make_product(session, session.get_one(Vendor, foundry.id), "Suite")
        assert list(refused.value.fields) == ["name"]

    def test_a_stale_name_change_is_refused(self, database: Database) -> None:
        """Nobody overwrites what they have not read."""
        with database.transaction() as session:
            product = make_product(session)
        with database.transaction() as session:
            rename_product(session, SYSTEM, product_id=product.id, name="NukeX", version=1)

        with pytest.raises(StaleVersion), database.transaction() as session:
            rename_product(session, SYSTEM, product_id=product.id, name="Nuke Studio", version=1)

    def test_a_feature_counts_for_one_product(self, database: Database) -> None:
        """Seats seen on a server are never counted twice."""
        with database.transaction() as session:
            vendor, server = make_vendor(session), make_server(session)
            nuke, hiero = make_product(session, vendor), make_product(session, vendor, "Hiero")
            link_feature(session, SYSTEM, product_id=nuke.id, server_id=server.id, name="nuke_i")

        with pytest.raises(AlreadyThere, match="Unlink it there first"), database.transaction() as session:
            link_feature(session, SYSTEM, product_id=hiero.id, server_id=server.id, name="nuke_i")

    def test_a_feature_is_unlinked_where_it_was_linked(self, database: Database) -> None:
        """Another product has no say in it; afterwards it is free."""
        with database.transaction() as session:
            vendor, server = make_vendor(session), make_server(session)
            nuke, hiero = make_product(session, vendor), make_product(session, vendor, "Hiero")
            feature = link_feature(session, SYSTEM, product_id=nuke.id, server_id=server.id, name="nuke_i")
        with pytest.raises(NotInCatalogue), database.transaction() as session:
            unlink_feature(session, SYSTEM, product_id=hiero.id, feature_id=feature.id)
        with database.reading() as session:
            assert [one.name for one in product_detail(session, nuke.id).features] == ["nuke_i"]
        with database.transaction() as session:
            unlink_feature(session, SYSTEM, product_id=nuke.id, feature_id=feature.id)

        with database.reading() as session:
            assert product_detail(session, nuke.id).features == ()
        log, values = recorded(database, "licensing.feature.unlinked")
        assert (log, values["name"]) == ("licensor-foundry", "nuke_i")

    def test_lists_page_by_vendor_and_name(self, database: Database) -> None:
        """Each product once, in order, however many a page shows."""
        with database.transaction() as session:
            for vendor_name in ("B", "A"):
                vendor = make_vendor(session, vendor_name)
                for name in ("z", "y"):
                    make_product(session, vendor, name)
        seen: list[str] = []
        page = PageRequest(limit=1)
        with database.reading() as session:
            while True:
                found = list_products(session, page)
                seen += [f"{row.vendor_name}{row.name}" for row in found.items]
                if found.next is None:
                    break
                page = PageRequest(after=read_cursor(found.next, shape=(str, str)), limit=1)
            assert [vendor.name for vendor in list_vendors(session, PageRequest(after=("A",))).items] == ["B"]

        assert seen == ["Ay", "Az", "By", "Bz"]


class TestServers:
    """A server's captures must be readable and datable."""

    @pytest.mark.parametrize(
        ("terms", "field"),
        [
            ({"kind": "sassafras"}, "kind"),
            ({"zone": "CEST"}, "zone"),
            ({"zone": "../../etc/passwd"}, "zone"),
            ({"zone": ""}, "zone"),
            ({"stale_after_seconds": 0}, "stale_after_seconds"),
        ],
    )
    def test_what_cannot_be_names_its_field(self, terms: dict[str, Any], field: str) -> None:
        """A kind that is read here, a zone of the IANA database, a time that can pass."""
        honest: dict[str, Any] = {"name": "lic1", "kind": "rlm", "zone": "Europe/Berlin"}
        with pytest.raises(BadServer) as refused:
            check_server(ServerEntry(**(honest | terms)))

        assert list(refused.value.fields) == [field]

    def test_a_change_stands_in_the_house_log(self, database: Database) -> None:
        """A server is the house's own; the fact says what was and what became."""
        with database.transaction() as session:
            server = make_server(session)
        with database.transaction() as session:
            change_server(session, SYSTEM, server_id=server.id, changes={"zone": "UTC"}, version=1)

        with database.reading() as session:
            assert [one.zone for one in list_servers(session).items] == ["UTC"]
        values = {"changes": {"zone": {"old": "Europe/Berlin", "new": "UTC"}}}
        assert recorded(database, "licensing.server.changed") == ("house", values)


class TestContracts:
    """Contracts, the next to act on first."""

    @pytest.mark.parametrize(
        ("dates", "field"),
        [
            ({"ends_on": date(2026, 3, 13)}, "ends_on"),
            ({"ends_on": date(2026, 9, 1), "notice_on": date(2026, 9, 1)}, "notice_on"),
        ],
    )
    def test_contradicting_dates_name_their_field(self, dates: ContractChanges, field: str) -> None:
        """A contract ends after it starts, and notice comes before the end."""
        with pytest.raises(BadContract) as refused:
            check_contract(ContractEntry(**({"number": "1", "starts_on": TODAY} | dates)))

        assert list(refused.value.fields) == [field]

    def test_a_number_is_used_once_with_a_vendor(self, database: Database) -> None:
        """Two contracts of one number could not be told apart."""
        with database.transaction() as session:
            vendor = make_vendor(session)
            make_contract(session, vendor.id)

        with pytest.raises(AlreadyThere) as refused, database.transaction() as session:
            make_contract(session, vendor.id)
        assert list(refused.value.fields) == ["number"]

    def test_a_change_is_held_against_the_whole_contract(self, database: Database) -> None:
        """One date may contradict another that stayed; what passes is recorded with old and new."""
        with database.transaction() as session:
            contract = make_contract(session, make_vendor(session).id)
        with pytest.raises(BadContract), database.transaction() as session:
            changes: ContractChanges = {"ends_on": date(2026, 6, 30)}
            change_contract(session, SYSTEM, contract_id=contract.id, changes=changes, version=1)
        with database.transaction() as session:
            changes = {"ends_on": None, "notice_on": None}
            change_contract(session, SYSTEM, contract_id=contract.id, changes=changes, version=1)

        log, values = recorded(database, "licensing.contract.changed")
        assert log == "licensor-foundry"
        assert values["changes"]["ends_on"] == {"old": "2026-12-31", "new": None}

    def test_the_next_to_act_on_comes_first(self, database: Database) -> None:
        """By notice date, else by end; what never ends comes last. Pages follow each other."""
        with database.transaction() as session:
            vendor_id = make_vendor(session).id
            for number, ends_on, notice_on in (
                ("endless", None, None),
                ("ends", date(2026, 8, 1), None),
                ("notice", date(2026, 12, 31), date(2026, 6, 30)),
            ):
                entry = ContractEntry(number=number, starts_on=TODAY, ends_on=ends_on, notice_on=notice_on)
                add_contract(session, SYSTEM, vendor_id=vendor_id, entry=entry)

        with database.reading() as session:
            first = list_contracts(session, PageRequest(limit=2))
            after = read_cursor(first.next or "", shape=(str, str, str))
            rest = list_contracts(session, PageRequest(after=after))
            with pytest.raises(Invalid):
                list_contracts(session, PageRequest(after=("soon", "a", "b")))
        assert [row.number for row in (*first.items, *rest.items)] == ["notice", "ends", "endless"]

    def test_a_contract_names_its_products_once(self, database: Database) -> None:
        """However many lots stand under it."""
        with database.transaction() as session:
            lot = make_lot(session, make_product(session))

        with database.reading() as session:
            assert contract_detail(session, lot.contract_id).product_ids == (lot.product_id,)
