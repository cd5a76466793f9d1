"""Import lots: all rows of a text or none, with the vendors, products and contracts that are not there yet."""

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.ids import new_id
from audit.record import record
from licensing.errors import BadImport, naming
from licensing.facts.entitlements import EntitlementsImported
from licensing.models.catalogue import Contract, Product, Vendor
from licensing.queries.exchange import Names, held_against_house, names_there
from licensing.rules.contracts import ContractEntry
from licensing.rules.exchange.drafts import LotDraft, Preview
from licensing.rules.exchange.sources import ImportKind, ImportSource
from licensing.service.contracts import add_contract
from licensing.service.lots import add_lot
from licensing.service.products import add_product
from licensing.service.vendors import add_vendor

_ERRORS_NAMED = 50
_A_HINT = "“lmstat -i” lists a licence file and is a hint: enter lots from the contract, or the licence file itself."


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import entered."""

    id: UUID
    lots: int
    contracts: int
    products: int
    vendors: int


def carry_out_import(session: Session, actor: Actor, *, preview: Preview, source: ImportSource) -> ImportResult:
    """Enter all lots of a preview; raises ``BadImport`` naming each row at fault, and then nothing is entered.

    A list of a licence file is refused: it is a hint, and no contract.

    A contract that is not there yet begins with its first lot and has no end: its dates are to be seen to.
    """
    if source.kind is ImportKind.LMSTAT:
        raise naming(BadImport, "kind", _A_HINT)
    checked = held_against_house(session, preview)
    if not checked.can_be_carried_out:
        raise _refusal(checked)
    names = names_there(session)
    before = (len(names.vendors), len(names.products), len(names.contracts))
    _add_missing(session, actor, checked, names)
    _add_lots(session, actor, checked, names)
    result = ImportResult(
        id=new_id(),
        lots=len(checked.rows),
        vendors=len(names.vendors) - before[0],
        products=len(names.products) - before[1],
        contracts=len(names.contracts) - before[2],
    )
    fact = EntitlementsImported(
        about=f"import:{result.id}",
        source=source.kind.value,
        sha256=hashlib.sha256(source.text.encode()).hexdigest(),
        lots=result.lots,
        contracts=result.contracts,
        products=result.products,
        vendors=result.vendors,
    )
    record(session, actor, fact)
    return result


def _add_missing(session: Session, actor: Actor, preview: Preview, names: Names) -> None:
    """Add the vendors, products and contracts that the rows name and that are not there; ``names`` grows by them."""
    first_days: dict[tuple[str, str], date] = {}
    for row in preview.rows:
        key = (row.vendor, row.contract)
        first_days[key] = min(first_days.get(key, date.max), row.entry.starts_on)
    for row in preview.rows:
        if row.vendor not in names.vendors:
            names.vendors[row.vendor] = add_vendor(session, actor, name=row.vendor).id
        vendor_id = names.vendors[row.vendor]
        if (row.vendor, row.product) not in names.products:
            product = add_product(session, actor, vendor_id=vendor_id, name=row.product)
            names.products[row.vendor, row.product] = product.id
        key = (row.vendor, row.contract)
        if key not in names.contracts:
            entry = ContractEntry(number=row.contract, starts_on=first_days[key])
            names.contracts[key] = add_contract(session, actor, vendor_id=vendor_id, entry=entry).id


def _add_lots(session: Session, actor: Actor, preview: Preview, names: Names) -> None:
    # A session lets go of records that nobody holds, and would read each anew for each row.
    reached = _records(session, preview, names)
    # What is topped up comes before what tops it up.
    added: dict[str, UUID] = {}
    for row in sorted(preview.rows, key=lambda one: bool(one.tops_up)):
        lot_id = _add(session, actor, row, names, topped_up=added.get(row.tops_up))
        if row.ref:
            added[row.ref] = lot_id
    reached.clear()


def _records(session: Session, preview: Preview, names: Names) -> list[Vendor | Product | Contract]:
    vendors = {names.vendors[row.vendor] for row in preview.rows}
    products = {names.products[row.vendor, row.product] for row in preview.rows}
    contracts = {names.contracts[row.vendor, row.contract] for row in preview.rows}
    return [
        *session.scalars(select(Vendor).where(Vendor.id.in_(vendors))),
        *session.scalars(select(Product).where(Product.id.in_(products))),
        *session.scalars(select(Contract).where(Contract.id.in_(contracts))),
    ]


def _add(session: Session, actor: Actor, row: LotDraft, names: Names, *, topped_up: UUID | None) -> UUID:
    lot = add_lot(
        session,
        actor,
        contract_id=names.contracts[row.vendor, row.contract],
        product_id=names.products[row.vendor, row.product],
        entry=replace(row.entry, topped_up_lot_id=topped_up),
    )
    return lot.id


def _refusal(preview: Preview) -> BadImport:
    if not preview.errors:
        return BadImport("There is no lot in this text.", fields={"text": ["There is no lot in this text."]})
    fields: dict[str, list[str]] = {}
    for error in preview.errors[:_ERRORS_NAMED]:
        place = f"line {error.line}" if error.line else "text"
        fields.setdefault(place, []).append(f"{error.column}: {error.sentence}" if error.column else error.sentence)
    return BadImport(f"Nothing was imported: {len(preview.errors)} errors in its rows.", fields=fields)
