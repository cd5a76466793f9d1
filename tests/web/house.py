"""A small facility for tests of pages: something of everything, so that every page has something to show."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from audit.record import HOUSE
from audit.service.checkpoints import publish_checkpoint
from licensing.service.captures import take_capture
from licensing.service.checkouts import check_out_seat
from licensing.service.products import link_feature
from tests.licensing.factories import make_lot, make_product, make_server, make_vendor
from tests.licensing.printed import Use, lmstat

LONG_AGO = date(2020, 1, 1)
BERLIN = ZoneInfo("Europe/Berlin")


@dataclass(frozen=True, slots=True)
class Furnished:
    """What stands in the facility. ``seen`` has ten seats and one is out, ``unheard`` counts on a silent server."""

    vendor_id: UUID
    vendor_log: str
    seen: UUID
    uncounted: UUID
    unheard: UUID
    contract_id: UUID
    lot_id: UUID
    server_id: UUID
    checkout_id: UUID


def furnish(database: Database, key: Ed25519PrivateKey) -> Furnished:
    """Furnish a facility, and sign what there is, but for the last entry of the vendor's log."""
    now = clock.now()
    with database.transaction() as session:
        vendor = make_vendor(session, "Foundry")
        seen, uncounted, unheard = (make_product(session, vendor, name) for name in ("Seen", "Uncounted", "Unheard"))
        lot = make_lot(session, seen, starts_on=LONG_AGO, ends_on=None)
        make_lot(session, uncounted, starts_on=LONG_AGO, ends_on=None, metric="site", quantity=None)
        make_lot(session, unheard, starts_on=LONG_AGO, ends_on=None)
        server, silent = make_server(session, "lic-1"), make_server(session, "lic-2")
        link_feature(session, SYSTEM, product_id=seen.id, server_id=server.id, name="seen")
        link_feature(session, SYSTEM, product_id=unheard.id, server_id=silent.id, name="unheard")
        printed = lmstat({"seen": Use(issued=10, users=("ana", "ben")), "idle": Use(issued=2)}, printed=None)
        take_capture(session, SYSTEM, server_id=server.id, raw=printed, taken_at=now - timedelta(minutes=1), now=now)
    with database.transaction() as session:
        for log in (vendor.log, HOUSE):
            publish_checkpoint(session, SYSTEM, log_name=log, key=key)
    with database.transaction() as session:
        on = now.astimezone(BERLIN).date()
        lease = check_out_seat(session, SYSTEM, product_id=seen.id, quantity=1, holder="Kim Artist", now=now, on=on)
    return Furnished(
        vendor_id=vendor.id,
        vendor_log=vendor.log,
        seen=seen.id,
        uncounted=uncounted.id,
        unheard=unheard.id,
        contract_id=lot.contract_id,
        lot_id=lot.id,
        server_id=server.id,
        checkout_id=lease.id,
    )
