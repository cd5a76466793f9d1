"""Contracts with licensors."""

from dataclasses import asdict, replace
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from audit.record import record
from licensing.facts.catalogue import ContractAdded, ContractChanged
from licensing.models.catalogue import Contract, Vendor
from licensing.queries.catalogue import find, find_to_change
from licensing.queries.unique import one_of_a_kind
from licensing.rules.changes import changes_between
from licensing.rules.contracts import ContractChanges, ContractEntry, check_contract

NUMBER_TAKEN = "There is a contract of this number with this vendor already."


def add_contract(session: Session, actor: Actor, *, vendor_id: UUID, entry: ContractEntry) -> Contract:
    """Enter a contract; raises ``BadContract``, or ``AlreadyThere`` naming ``number``."""
    check_contract(entry)
    vendor = find(session, Vendor, vendor_id)
    contract = Contract(vendor_id=vendor.id, **asdict(entry))
    with one_of_a_kind("number", NUMBER_TAKEN):
        session.add(contract)
        session.flush()
    fact = ContractAdded(about=f"contract:{contract.id}", vendor=vendor.id, **asdict(entry))
    record(session, actor, fact, log=vendor.log)
    return contract


def change_contract(
    session: Session, actor: Actor, *, contract_id: UUID, changes: ContractChanges, version: int
) -> Contract:
    """Change what is written of a contract; raises ``BadContract``, or ``AlreadyThere`` naming ``number``."""
    contract = find_to_change(session, Contract, contract_id, version=version)
    check_contract(replace(_entry_of(contract), **changes))
    made = changes_between(contract, changes)
    if not made:
        return contract
    with one_of_a_kind("number", NUMBER_TAKEN):
        for name, change in made.items():
            setattr(contract, name, change["new"])
        session.flush()
    vendor = find(session, Vendor, contract.vendor_id)
    record(session, actor, ContractChanged(about=f"contract:{contract.id}", changes=made), log=vendor.log)
    return contract


def _entry_of(contract: Contract) -> ContractEntry:
    return ContractEntry(
        number=contract.number,
        title=contract.title,
        starts_on=contract.starts_on,
        ends_on=contract.ends_on,
        notice_on=contract.notice_on,
        cooling_off_days=contract.cooling_off_days,
    )
