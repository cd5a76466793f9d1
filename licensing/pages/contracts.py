"""Pages of contracts: by the day to act on, with their lots, and what is entered and changed."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, cast
from uuid import UUID

from flask import render_template
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.forms import read_form, see_other, submits
from answerprint.core.http import current_actor, facility_zone, page_request, reads
from answerprint.core.list_file import list_links
from answerprint.core.paging import PageRequest
from answerprint.core.permissions import Permission
from licensing.models.catalogue import Lot, Metric, OveragePolicy, Purpose, Term
from licensing.pages import notice_picture
from licensing.pages.forms import ContractForm, LotForm, NewContractForm, NewLotForm
from licensing.queries import contracts as queries
from licensing.queries.catalogue import find, list_products, list_vendors
from licensing.queries.contracts import LotRow
from licensing.queries.entitlements import list_documents
from licensing.queries.frozen_statements import frozen_statements
from licensing.rules.contracts import ContractChanges, ContractEntry, standing
from licensing.rules.lots import LotChanges, LotEntry
from licensing.service.contracts import add_contract, change_contract
from licensing.service.lots import add_lot, change_lot, change_lot_from


@reads(Permission.CONTRACTS_READ)
def list_contracts(session: Session) -> str:
    """Show the contracts, the next to act on first, those that have ended last."""
    page = queries.list_contracts(session, page_request(str, str, str))
    today = _today()
    rows = [(row, standing(row.starts_on, row.ends_on, row.notice_on, today)) for row in page.items]
    return render_template(
        "licensing/contracts.html",
        rows=sorted(rows, key=lambda shown: shown[1] == "ended"),
        picture=notice_picture.draw(rows, today),
        today=today,
        **list_links("licensing_pages.list_contracts", page.next, file="licensing_pages.download_contracts"),
    )


@reads(Permission.CONTRACTS_READ)
def show_contract(session: Session, contract_id: UUID) -> str:
    """Show a contract with its lots and its dates."""
    detail = queries.contract_detail(session, contract_id)
    today = _today()
    frozen = frozen_statements(session, contract_id, PageRequest(after=None, limit=5))
    return render_template(
        "licensing/contract.html",
        statements=frozen.items,
        more_statements=frozen.next is not None,
        contract=detail.contract,
        word=standing(detail.contract.starts_on, detail.contract.ends_on, detail.contract.notice_on, today),
        lots=[(lot, _covers(lot.starts_on, lot.ends_on, today)) for lot in detail.lots],
        documents=list_documents(session, contract_id).items,
        today=today,
    )


@reads(Permission.CONTRACTS_WRITE)
def new_contract(session: Session) -> str:
    """Show the form that enters a contract."""
    vendors = [(str(vendor.id), vendor.name) for vendor in list_vendors(session).items]
    return render_template("licensing/contract_form.html", vendors=vendors, contract=None)


@submits(Permission.CONTRACTS_WRITE, shows=new_contract)
def post_contract(session: Session) -> Any:
    """Enter a contract."""
    payload = read_form(NewContractForm())
    vendor_id = payload.pop("vendor_id")
    contract = add_contract(session, current_actor(), vendor_id=vendor_id, entry=ContractEntry(**payload))
    return see_other("licensing_pages.show_contract", contract_id=contract.id, done="contract-added")


@reads(Permission.CONTRACTS_WRITE)
def edit_contract(session: Session, contract_id: UUID) -> str:
    """Show the form that changes a contract."""
    contract = queries.contract_detail(session, contract_id).contract
    return render_template("licensing/contract_form.html", vendors=(), contract=contract)


@submits(Permission.CONTRACTS_WRITE, shows=edit_contract)
def post_contract_change(session: Session, contract_id: UUID) -> Any:
    """Change a contract; a field left empty is taken away."""
    payload = read_form(ContractForm())
    version = payload.pop("version")
    changes = cast("ContractChanges", asdict(ContractEntry(**payload)))
    change_contract(session, current_actor(), contract_id=contract_id, changes=changes, version=version)
    return see_other("licensing_pages.show_contract", contract_id=contract_id, done="contract-changed")


@reads(Permission.CONTRACTS_WRITE)
def new_lot(session: Session, contract_id: UUID) -> str:
    """Show the form that enters a lot under a contract."""
    contract = queries.contract_detail(session, contract_id).contract
    own = [one for one in list_products(session).items if one.vendor_id == contract.vendor_id]
    products = [(str(one.id), one.name) for one in own]
    return render_template(
        "licensing/lot_form.html",
        contract=contract,
        lot=None,
        products=products,
        **_lot_choices(queries.contract_detail(session, contract_id).lots),
    )


@submits(Permission.CONTRACTS_WRITE, shows=new_lot)
def post_lot(session: Session, contract_id: UUID) -> Any:
    """Enter a lot under a contract."""
    payload = read_form(NewLotForm())
    product_id = payload.pop("product_id")
    entry = LotEntry(**{"quantity": None} | payload)
    add_lot(session, current_actor(), contract_id=contract_id, product_id=product_id, entry=entry)
    return see_other("licensing_pages.show_contract", contract_id=contract_id, done="lot-added")


@reads(Permission.CONTRACTS_WRITE)
def edit_lot(session: Session, lot_id: UUID) -> str:
    """Show the form that changes a lot."""
    contract = queries.contract_detail(session, find(session, Lot, lot_id).contract_id)
    lot = next(one for one in contract.lots if one.id == lot_id)
    return render_template(
        "licensing/lot_form.html",
        contract=contract.contract,
        lot=lot,
        products=(),
        **_lot_choices([one for one in contract.lots if one.product_id == lot.product_id and one.id != lot_id]),
    )


@submits(Permission.CONTRACTS_WRITE, shows=edit_lot)
def post_lot_change(session: Session, lot_id: UUID) -> Any:
    """Change a lot; a field left empty is taken away."""
    payload = read_form(LotForm())
    version = payload.pop("version")
    from_day = payload.pop("from_day", None)
    changes = cast("LotChanges", asdict(LotEntry(**{"quantity": None} | payload)))
    if from_day is None:
        lot = change_lot(session, current_actor(), lot_id=lot_id, changes=changes, version=version)
    else:
        held = find(session, Lot, lot_id)
        other = cast("LotChanges", {name: new for name, new in changes.items() if getattr(held, name) != new})
        lot = change_lot_from(session, current_actor(), lot_id=lot_id, on=from_day, changes=other, version=version)
    return see_other("licensing_pages.show_contract", contract_id=lot.contract_id, done="lot-changed")


def _lot_choices(others: Sequence[LotRow]) -> dict[str, Any]:
    firsts = [one for one in others if one.topped_up_lot_id is None]
    return {
        "terms": [(term.value, term.value) for term in Term],
        "purposes": [(purpose.value, purpose.value.replace("-", " ")) for purpose in Purpose],
        "others": [("", "none"), *((str(one.id), f"{one.product_name}, from {one.starts_on}") for one in firsts)],
        "metrics": [(metric.value, metric.value.replace("-", " ")) for metric in Metric],
        "policies": [(policy.value, policy.value) for policy in OveragePolicy],
    }


def _covers(starts_on: date, ends_on: date | None, day: date) -> str:
    if starts_on > day:
        return "coming"
    return "in force" if ends_on is None or day <= ends_on else "ended"


def _today() -> date:
    return clock.now().astimezone(facility_zone()).date()
