"""What a licence file claims stands beside the lots as a hint: what differs is named, and nothing of it is entered."""

from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.ids import new_id
from licensing.collectors.licence_hints import EntitlementHint
from licensing.models.catalogue import Lot
from licensing.models.observed import Capture
from licensing.rules.exchange.file_claims import Differs, FileClaim, FiledLot, Grant, NamedProduct, claims_of
from licensing.service.products import link_feature
from tests.licensing.collectors.test_flexnet_file_list import rows
from tests.licensing.entitlements.test_routes import API, made
from tests.licensing.factories import TODAY, make_lot, make_product, make_server
from tests.web.browsers import Browser

NUKE = NamedProduct(new_id(), "Nuke")
MARI = NamedProduct(new_id(), "Mari")
YEAR_END = date(2026, 12, 31)


def hint(quantity: int | None = 10, ends: date | None = YEAR_END, *, feature: str = "nuke_i") -> EntitlementHint:
    """Return a row of a licence file."""
    return EntitlementHint(7, feature, "foundry", "2026.1", quantity, ends=ends)


def lot(quantity: int | None = 10, ends: date | None = YEAR_END, **other: Any) -> FiledLot:
    """Return a lot of Nuke that covers today."""
    terms: dict[str, Any] = {"product_id": NUKE.id, "feature": "", "metric": "concurrent-user", **other}
    return FiledLot(starts_on=terms.pop("starts_on", date(2026, 1, 1)), grant=Grant(quantity, ends), **terms)


def claim(hints: list[EntitlementHint], lots: list[FiledLot]) -> FileClaim:
    """Hold rows of one feature of Nuke against lots."""
    (found,) = claims_of(hints, {"nuke_i": {NUKE}}, lots, on=TODAY)
    return found


class TestRule:
    """Which difference is named."""

    @pytest.mark.parametrize(
        ("hints", "lots", "differs"),
        [
            ([hint()], [lot()], ()),
            ([hint(4), hint(6)], [lot()], ()),
            ([hint(None, None)], [lot(None, None)], ()),
            ([hint(12)], [lot()], (Differs.QUANTITY,)),
            ([hint(None)], [lot()], (Differs.QUANTITY,)),
            ([hint(ends=None)], [lot()], (Differs.END,)),
            ([hint(12, None)], [lot()], (Differs.QUANTITY, Differs.END)),
            ([hint(4), hint(6, None)], [lot(6), lot(4, None)], (Differs.END,)),
            ([hint(ends=date(2026, 3, 13))], [lot()], (Differs.ENDED,)),
            ([hint()], [], (Differs.NO_LOT,)),
            ([hint(ends=date(2026, 3, 13))], [], ()),
        ],
    )
    def test_seats_and_ends(
        self, hints: list[EntitlementHint], lots: list[FiledLot], differs: tuple[Differs, ...]
    ) -> None:
        """Rows and lots are added up by their end, and compared as they stand today."""
        assert claim(hints, lots).differs == differs

    def test_last_day_counts(self) -> None:
        """A row that ends today has not ended."""
        assert claim([hint(ends=TODAY)], [lot(ends=TODAY)]).granted == (Grant(10, TODAY),)

    def test_lot_that_has_not_begun_is_no_lot_of_today(self) -> None:
        """A lot of next year gives nothing today."""
        assert claim([hint()], [lot(starts_on=date(2027, 1, 1))]).differs == (Differs.NO_LOT,)

    def test_lot_with_the_name_goes_before_others(self) -> None:
        """A product of several features is held feature by feature, where its lots name them."""
        lots = [lot(feature="nuke_i"), lot(3, feature="nuke_r"), lot(90)]

        assert claim([hint()], lots).differs == ()

    def test_seats_of_people_stand_in_no_file(self) -> None:
        """Named seats are not missed in a licence file."""
        assert claim([hint()], [lot(), lot(5, metric="named-user")]).differs == ()

    @pytest.mark.parametrize(
        ("products", "differs"), [(set(), Differs.UNKNOWN_FEATURE), ({NUKE, MARI}, Differs.AMBIGUOUS_FEATURE)]
    )
    def test_name_that_means_no_one_product(self, products: set[NamedProduct], differs: Differs) -> None:
        """Nothing is held against lots that may be another's."""
        (found,) = claims_of([hint()], {"nuke_i": products}, [lot()], on=TODAY)

        assert (found.differs, found.product_id, found.held) == ((differs,), None, ())


@pytest.fixture(name="served")
def _served(database: Database) -> None:
    """Nuke with ten seats without end, known as ``nuke_i`` on a server."""
    with database.transaction() as session:
        product = make_product(session)
        make_lot(session, product, ends_on=None)
        link_feature(session, SYSTEM, product_id=product.id, server_id=make_server(session).id, name="nuke_i")


LIST = rows("nuke_i 2026.1 12 permanent foundry", "paint 1.0 2 permanent foundry", "what is this")


def lots_and_captures(database: Database) -> tuple[int, ...]:
    """Return how many lots and captures there are."""
    with database.reading() as session:
        return tuple(session.scalar(select(func.count()).select_from(table)) or 0 for table in (Lot, Capture))


@pytest.mark.usefixtures("served")
class TestWaysIn:
    """The list by API and page."""

    def test_preview_shows_claims_and_doubts(self, api: FlaskClient, database: Database) -> None:
        """Each row is a claim, each line in doubt an error, and nothing can be carried out."""
        found = made(api.post(f"{API}/imports/preview", json={"kind": "lmstat-i", "text": LIST}))

        assert [(one["feature"], one["differs"]) for one in found["claims"]] == [
            ("nuke_i", ["quantity"]),
            ("paint", ["unknown-feature"]),
        ]
        assert found["claims"][0]["granted"] == [{"quantity": 12, "ends_on": None}]
        assert found["claims"][0]["held"] == [{"quantity": 10, "ends_on": None}]
        assert [error["line"] for error in found["errors"]] == [9]
        assert (found["rows"], found["can_be_carried_out"]) == ([], False)
        assert lots_and_captures(database) == (1, 0)

    def test_nothing_of_it_is_entered(self, api: FlaskClient, database: Database) -> None:
        """Neither as an import nor as a capture does it become capacity or use."""
        text = rows("nuke_i 2026.1 12 permanent foundry")
        server = made(api.get(f"{API}/servers"))["items"][0]["id"]
        refused = api.post(f"{API}/imports", json={"kind": "lmstat-i", "text": text, "vendor": "F", "contract": "1"})
        capture = api.post(f"{API}/captures?server_id={server}", data=text, content_type="text/plain")

        assert refused.status_code == 422
        assert "hint" in refused.get_json()["detail"]
        assert capture.status_code == 422
        assert "Import lots" in capture.get_json()["detail"]
        assert lots_and_captures(database) == (1, 0)

    def test_page_says_what_differs(self, tech: Browser) -> None:
        """The page holds the file beside the lots, and has no button that enters it."""
        status, page = tech.submit("/contracts/import/preview", kind="lmstat-i", text=LIST)
        shown = " ".join(page.split())

        assert status == 200
        assert "2 of 2 features differ from the lots" in shown
        assert "another number of seats" in shown
        assert "counts for no product" in shown
        assert "Enter all of them" not in shown

    def test_page_refuses_what_is_no_list(self, tech: Browser) -> None:
        """Another text does not look like a file that grants nothing."""
        status, page = tech.submit("/contracts/import/preview", kind="lmstat-i", text="hello")

        assert status == 422
        assert "This is not what" in page
