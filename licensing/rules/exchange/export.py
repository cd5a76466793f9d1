"""Lots written in CycloneDX 1.6, and as JSON in the shape of ISO/IEC 19770-3. No key and no document goes out.

The contract prevails over either. The second is no document of the standard's schema and does not claim to be.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from answerprint.core.types import isoformat
from licensing.models.catalogue import Term
from licensing.rules.exchange.cyclonedx import NOT_IN_CYCLONEDX, PREFIX
from licensing.rules.exchange.values import FIELDS, LISTS, UNCOUNTED
from licensing.rules.lots import LotEntry

PREVAILS = "The original contract prevails over this record."


@dataclass(frozen=True, slots=True)
class HeldLot:
    """A lot with the names of whose it is."""

    id: UUID
    vendor: str
    product: str
    contract: str
    entry: LotEntry


def cyclonedx_of(lots: Collection[HeldLot], *, at: datetime) -> dict[str, Any]:
    """Return the lots as a CycloneDX document: a component a lot, so that each has its own licence."""
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"timestamp": isoformat(at), "properties": [{"name": f"{PREFIX}note", "value": PREVAILS}]},
        "components": [_component(lot) for lot in lots],
    }


def iso19770_3_of(lots: Collection[HeldLot], *, at: datetime) -> dict[str, Any]:
    """Return the lots with the words of ISO/IEC 19770-3: product, quantity, metric, validity, rights, transaction."""
    return {
        "note": PREVAILS,
        "shape": "ISO/IEC 19770-3 terms as JSON; not an instance of its schema",
        "createdAt": isoformat(at),
        "entitlements": [_entitlement(lot) for lot in lots],
    }


def _component(lot: HeldLot) -> dict[str, Any]:
    entry = lot.entry
    metric = "other" if entry.metric in NOT_IN_CYCLONEDX else entry.metric
    types = [metric, *([entry.term] if entry.term != Term.RENTAL else [])]
    licensing: dict[str, Any] = {
        "altIds": [lot.contract],
        "licensor": {"organization": {"name": lot.vendor}},
        "licenseTypes": list(dict.fromkeys(types)),
    }
    if entry.order_number:
        licensing["purchaseOrder"] = entry.order_number
    if entry.ends_on is not None:
        licensing["expiration"] = f"{entry.ends_on.isoformat()}T00:00:00Z"
    return {
        "type": "application",
        "bom-ref": f"product-of-{lot.id}",
        "name": lot.product,
        "supplier": {"name": lot.vendor},
        "licenses": [
            {
                "license": {
                    "bom-ref": f"lot-{lot.id}",
                    "name": f"{lot.product} under {lot.contract}",
                    "licensing": licensing,
                    "properties": list(_properties(entry)),
                }
            }
        ],
    }


def _properties(entry: LotEntry) -> Iterator[dict[str, str]]:
    for field in FIELDS:
        value = getattr(entry, field)
        if field == "quantity" and value is None:
            yield _property(field, UNCOUNTED)
        elif field in LISTS:
            yield from (_property(field, one) for one in value)
        elif value not in (None, ""):
            yield _property(field, value.isoformat() if isinstance(value, date) else str(value))
    if entry.topped_up_lot_id is not None:
        yield _property("tops_up", f"lot-{entry.topped_up_lot_id}")


def _property(field: str, value: str) -> dict[str, str]:
    return {"name": PREFIX + field.replace("_", "-"), "value": value}


def _entitlement(lot: HeldLot) -> dict[str, Any]:
    entry = lot.entry
    return {
        "entitlementId": str(lot.id),
        "product": {"name": lot.product, "licensor": lot.vendor},
        "quantity": entry.quantity,
        "isUncounted": entry.quantity is None,
        "metric": entry.metric,
        "validity": {
            "from": entry.starts_on.isoformat(),
            "to": entry.ends_on.isoformat() if entry.ends_on else None,
            "maintenanceUntil": entry.maintenance_until.isoformat() if entry.maintenance_until else None,
            "term": entry.term,
        },
        "rights": {
            "purpose": entry.purpose,
            "site": entry.site or None,
            "downgradeTo": list(entry.downgrade_to),
            "bundle": list(entry.bundle),
            "overage": {"policy": entry.overage_policy, "quantity": entry.overage_quantity},
        },
        "transaction": {
            "contract": lot.contract,
            "purchaseOrder": entry.order_number or None,
            "price": entry.price,
            "currency": entry.currency,
            "addsTo": str(entry.topped_up_lot_id) if entry.topped_up_lot_id else None,
        },
    }
