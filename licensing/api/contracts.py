"""The API of contracts and their entitlement lots."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from answerprint.core.http import current_actor, held_version, page_request, reads, tagged, writes
from answerprint.core.paging import Page
from answerprint.core.permissions import Permission
from licensing.models.catalogue import Contract, Lot
from licensing.queries import contracts
from licensing.queries.catalogue import find
from licensing.queries.contracts import ContractRow, LotRow
from licensing.rules.contracts import ContractChanges, ContractEntry
from licensing.rules.lots import LotChanges, LotEntry
from licensing.schemas.contracts import (
    ContractIn,
    ContractOut,
    ContractPage,
    ContractPatch,
    LotChangeIn,
    LotIn,
    LotList,
    LotOut,
    LotPatch,
)
from licensing.service.contracts import add_contract, change_contract
from licensing.service.lots import add_lot, change_lot, change_lot_from

blueprint = Blueprint("licensing_contracts", __name__, url_prefix="/licensing", description="Contracts and their lots")


@blueprint.get("/contracts")
@reads(Permission.CONTRACTS_READ)
@blueprint.response(200, ContractPage)
def list_contracts(session: Session) -> Page[ContractRow]:
    """List the contracts, the next to act on first."""
    return contracts.list_contracts(session, page_request(str, str, str))


@blueprint.post("/contracts")
@blueprint.arguments(ContractIn)
@writes(Permission.CONTRACTS_WRITE)
@blueprint.response(201, ContractOut)
def post_contract(session: Session, payload: dict[str, Any]) -> Contract:
    """Enter a contract."""
    vendor_id: UUID = payload.pop("vendor_id")
    return tagged(add_contract(session, current_actor(), vendor_id=vendor_id, entry=ContractEntry(**payload)))


@blueprint.get("/contracts/<uuid:contract_id>")
@reads(Permission.CONTRACTS_READ)
@blueprint.response(200, ContractOut)
def get_contract(session: Session, contract_id: UUID) -> Contract:
    """Show one contract."""
    return tagged(find(session, Contract, contract_id))


@blueprint.patch("/contracts/<uuid:contract_id>")
@blueprint.arguments(ContractPatch)
@writes(Permission.CONTRACTS_WRITE)
@blueprint.response(200, ContractOut)
def patch_contract(session: Session, payload: ContractChanges, contract_id: UUID) -> Contract:
    """Change what is written of a contract."""
    return tagged(
        change_contract(session, current_actor(), contract_id=contract_id, changes=payload, version=held_version())
    )


@blueprint.get("/contracts/<uuid:contract_id>/lots")
@reads(Permission.CONTRACTS_READ)
@blueprint.response(200, LotList)
def list_lots(session: Session, contract_id: UUID) -> Page[LotRow]:
    """List all lots of a contract, by product and start."""
    return Page(items=contracts.contract_detail(session, contract_id).lots, next=None)


@blueprint.post("/contracts/<uuid:contract_id>/lots")
@blueprint.arguments(LotIn)
@writes(Permission.CONTRACTS_WRITE)
@blueprint.response(201, LotOut)
def post_lot(session: Session, payload: dict[str, Any], contract_id: UUID) -> Lot:
    """Enter an entitlement lot under a contract."""
    product_id: UUID = payload.pop("product_id")
    entry = LotEntry(**payload)
    return tagged(add_lot(session, current_actor(), contract_id=contract_id, product_id=product_id, entry=entry))


@blueprint.get("/lots/<uuid:lot_id>")
@reads(Permission.CONTRACTS_READ)
@blueprint.response(200, LotOut)
def get_lot(session: Session, lot_id: UUID) -> Lot:
    """Show one entitlement lot."""
    return tagged(find(session, Lot, lot_id))


@blueprint.patch("/lots/<uuid:lot_id>")
@blueprint.arguments(LotPatch)
@writes(Permission.CONTRACTS_WRITE)
@blueprint.response(200, LotOut)
def patch_lot(session: Session, payload: LotChanges, lot_id: UUID) -> Lot:
    """Change what is written of an entitlement lot; seats held beyond the new terms stay held."""
    return tagged(change_lot(session, current_actor(), lot_id=lot_id, changes=payload, version=held_version()))


@blueprint.post("/lots/<uuid:lot_id>/changes")
@blueprint.arguments(LotChangeIn)
@writes(Permission.CONTRACTS_WRITE)
@blueprint.response(201, LotOut)
def post_lot_change(session: Session, payload: LotChanges, lot_id: UUID) -> Lot:
    """Give a lot other terms from a day on: it ends the day before, and the lot that is answered begins."""
    on = payload.pop("starts_on")
    return tagged(
        change_lot_from(session, current_actor(), lot_id=lot_id, on=on, changes=payload, version=held_version())
    )
