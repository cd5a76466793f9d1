"""The lists of licensing as files for a spreadsheet, each with all rows of its page as that is filtered."""

from datetime import date
from uuid import UUID

from flask import request
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.http import current_actor, facility_zone
from answerprint.core.list_file import Column, ListFile, every_row, exports, known, list_file
from answerprint.core.permissions import Permission
from licensing.models.catalogue import Vendor
from licensing.queries import contracts, reservations
from licensing.queries.assignments import open_assignments
from licensing.queries.board import seats_board
from licensing.queries.catalogue import ProductRow, features_of, list_products, list_vendors, product_detail
from licensing.queries.checkouts import open_checkouts
from licensing.queries.contracts import ContractRow, LotRow
from licensing.queries.frozen_statements import FrozenRow, frozen_statements
from licensing.queries.reservations import ReservationRow, visible_codes
from licensing.queries.review import FeatureToReview, features_to_review
from licensing.rules.assignments import NamedSeat
from licensing.rules.board import BoardRow
from licensing.rules.contracts import standing
from licensing.rules.leases import Lease

_BOARD: tuple[Column[BoardRow], ...] = (
    ("product", lambda one: one.product),
    ("vendor", lambda one: one.vendor),
    ("free", lambda one: "uncounted" if one.is_uncounted else known(one.free)),
    ("capacity", lambda one: "uncounted" if one.is_uncounted else known(one.capacity)),
    ("out here", lambda one: one.checked_out),
    ("of them borrowed", lambda one: one.borrowed_here),
    ("seen in use", lambda one: known(one.seen_in_use)),
    ("reserved on servers", lambda one: known(one.reserved)),
    ("queued", lambda one: known(one.queued)),
    ("over", lambda one: known(one.over)),
    ("freshness", lambda one: one.freshness.value),
    ("captured (UTC)", lambda one: one.taken_at),
    ("findings", lambda one: " ".join(finding.sentence for finding in one.findings)),
)
_NAMED: tuple[Column[NamedSeat], ...] = (
    ("assigned to", lambda one: one.assignee),
    ("kind", lambda one: one.kind),
    ("since", lambda one: one.since),
    ("may be swapped from", lambda one: one.may_swap_on),
)
_LOTS: tuple[Column[LotRow], ...] = (
    ("product", lambda one: one.product_name),
    ("metric", lambda one: one.metric),
    ("seats", lambda one: "uncounted" if one.quantity is None else one.quantity),
    ("from", lambda one: one.starts_on),
    ("to", lambda one: one.ends_on),
    ("beyond it", lambda one: one.overage_policy),
    ("up to so many more", lambda one: one.overage_quantity),
    ("price", lambda one: one.price),
    ("currency", lambda one: one.currency),
    ("term", lambda one: one.term),
    ("purpose", lambda one: one.purpose),
    ("site", lambda one: one.site),
    ("order", lambda one: one.order_number),
    ("maintained until", lambda one: one.maintenance_until),
)
_FROZEN: tuple[Column[FrozenRow], ...] = (
    ("from", lambda one: one.starts_on),
    ("to", lambda one: one.ends_on),
    ("frozen (UTC)", lambda one: one.frozen_at),
    ("entry", lambda one: f"{one.log}/{one.entry}"),
    ("SHA-256 of its JSON", lambda one: one.sha256),
)
_RESERVATIONS: tuple[Column[ReservationRow], ...] = (
    ("product", lambda one: one.product_name),
    ("project", lambda one: one.project_code),
    ("seats", lambda one: one.quantity),
    ("from", lambda one: one.starts_on),
    ("to", lambda one: one.ends_on),
    ("state", lambda one: one.state),
    ("offered until (UTC)", lambda one: one.offered_until),
    ("waits until", lambda one: one.waits_until),
    ("asked (UTC)", lambda one: one.asked_at),
)
_REVIEW: tuple[Column[FeatureToReview], ...] = (
    ("feature", lambda one: one.name),
    ("server", lambda one: one.server),
    ("first seen (UTC)", lambda one: one.first_seen_at),
    ("last seen (UTC)", lambda one: one.last_seen_at),
    ("it may be", lambda one: one.product),
    ("evidence", lambda one: one.evidence),
    ("lots that cover today", lambda one: one.lots),
)
_VENDORS: tuple[Column[Vendor], ...] = (("vendor", lambda one: one.name), ("log", lambda one: one.log))


@exports(Permission.LICENSING_READ)
def download_board(session: Session) -> ListFile:
    """Send the seats board as a table."""
    board = seats_board(session, on=_today(), now=clock.now())
    sought = request.args.get("q", "").strip().casefold()
    return list_file("seats", _BOARD, (one for one in board if sought in f"{one.vendor} {one.product}".casefold()))


@exports(Permission.LICENSING_READ)
def download_checkouts(session: Session, product_id: UUID) -> ListFile:
    """Send the open checkouts of a product as a table; projects that the reader may not know of are not named."""
    product_detail(session, product_id)
    codes = visible_codes(session, current_actor())
    columns: tuple[Column[Lease], ...] = (
        ("holder", lambda one: one.holder),
        ("host", lambda one: one.host),
        ("seats", lambda one: one.quantity),
        ("since (UTC)", lambda one: one.started_at),
        ("until (UTC)", lambda one: one.expires_at),
        ("project", lambda one: codes.get(one.project_id, "another project") if one.project_id else ""),
        ("borrowed", lambda one: one.is_borrowed),
    )
    return list_file("checkouts", columns, open_checkouts(session, product_id, clock.now()))


@exports(Permission.LICENSING_READ)
def download_named_seats(session: Session, product_id: UUID) -> ListFile:
    """Send the named seats of a product as a table."""
    product_detail(session, product_id)
    return list_file("named-seats", _NAMED, open_assignments(session, product_id))


@exports(Permission.CONTRACTS_READ)
def download_contracts(session: Session) -> ListFile:
    """Send all contracts as a table, the next to act on first."""
    today = _today()
    columns: tuple[Column[ContractRow], ...] = (
        ("contract", lambda one: one.number),
        ("title", lambda one: one.title),
        ("vendor", lambda one: one.vendor_name),
        ("decide by", lambda one: one.acts_on),
        ("notice", lambda one: one.notice_on),
        ("starts", lambda one: one.starts_on),
        ("ends", lambda one: one.ends_on),
        ("state", lambda one: standing(one.starts_on, one.ends_on, one.notice_on, today)),
    )
    return list_file(
        "contracts", columns, every_row(lambda page: contracts.list_contracts(session, page), str, str, str)
    )


@exports(Permission.CONTRACTS_READ)
def download_lots(session: Session, contract_id: UUID) -> ListFile:
    """Send the lots of a contract as a table."""
    return list_file("lots", _LOTS, contracts.contract_detail(session, contract_id).lots)


@exports(Permission.CONTRACTS_READ)
def download_frozen_statements(session: Session, contract_id: UUID) -> ListFile:
    """Send the list of a contract's frozen statements as a table."""
    rows = every_row(lambda page: frozen_statements(session, contract_id, page), str, str)
    return list_file("frozen-statements", _FROZEN, rows)


@exports(Permission.LICENSING_READ)
def download_reservations(session: Session) -> ListFile:
    """Send the reservations of the projects that the reader works on as a table."""
    actor = current_actor()
    rows = every_row(lambda page: reservations.list_reservations(session, actor, page=page), str)
    return list_file("reservations", _RESERVATIONS, rows)


@exports(Permission.LICENSING_READ)
def download_review(session: Session) -> ListFile:
    """Send the features that count for no product as a table."""
    today = _today()
    rows = every_row(lambda page: features_to_review(session, page, on=today), str, str)
    return list_file("features-to-review", _REVIEW, rows)


@exports(Permission.LICENSING_READ)
def download_products(session: Session) -> ListFile:
    """Send the products with their features as a table."""
    columns: tuple[Column[ProductRow], ...] = (
        ("product", lambda one: one.name),
        ("vendor", lambda one: one.vendor_name),
        ("features", lambda one: [f"{each.name} on {each.server_name}" for each in features_of(session, one.id)]),
    )
    return list_file("products", columns, every_row(lambda page: list_products(session, page), str, str))


@exports(Permission.LICENSING_READ)
def download_vendors(session: Session) -> ListFile:
    """Send the vendors with their logs as a table."""
    return list_file("vendors", _VENDORS, every_row(lambda page: list_vendors(session, page), str))


def _today() -> date:
    return clock.now().astimezone(facility_zone()).date()
