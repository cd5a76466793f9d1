"""Vendors: each has a log of its own, which holds all that its contracts concern."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from audit.record import record
from audit.service.logs import open_log
from licensing.facts.catalogue import VendorAdded, VendorRenamed
from licensing.models.catalogue import Vendor
from licensing.queries.catalogue import find_to_change
from licensing.queries.unique import one_of_a_kind
from licensing.rules.vendors import log_name

NAME_TAKEN = "Another vendor bears this name."


def add_vendor(session: Session, actor: Actor, *, name: str) -> Vendor:
    """Add a vendor and open its log; raises ``AlreadyThere`` naming ``name``."""
    vendor = Vendor(name=name, log=log_name(name, set(session.scalars(select(Vendor.log)))))
    with one_of_a_kind("name", NAME_TAKEN):
        session.add(vendor)
        session.flush()  # the name is refused before a log is opened for it
    open_log(session, actor, name=vendor.log)
    record(session, actor, VendorAdded(about=f"vendor:{vendor.id}", name=name, log=vendor.log), log=vendor.log)
    return vendor


def rename_vendor(session: Session, actor: Actor, *, vendor_id: UUID, name: str, version: int) -> Vendor:
    """Give a vendor another name; its log keeps its own. Raises ``AlreadyThere`` naming ``name``."""
    vendor = find_to_change(session, Vendor, vendor_id, version=version)
    if vendor.name == name:
        return vendor
    fact = VendorRenamed(about=f"vendor:{vendor.id}", old_name=vendor.name, new_name=name)
    with one_of_a_kind("name", NAME_TAKEN):
        vendor.name = name
        session.flush()
    record(session, actor, fact, log=vendor.log)
    return vendor
