"""Lots in CycloneDX, from 1.5 on: ``licenses[].license.licensing``, and what it has no field for as properties.

The standard has no quantity: it is the property ``answerprint:quantity`` of the licence, a number or ``uncounted``.
Where a property and a field of the standard say the same, the property holds.
"""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from licensing.collectors.table_cells import RowError, read_day
from licensing.collectors.table_mapping import DateForm
from licensing.errors import BadImport, naming
from licensing.models.catalogue import Metric, Term
from licensing.rules.exchange.drafts import LotDraft, Preview, preview_of
from licensing.rules.exchange.values import SEPARATOR, Values

PREFIX = "answerprint:"
NOT_IN_CYCLONEDX = frozenset({Metric.TOKEN, Metric.SITE})
_VERSIONS = frozenset({"1.5", "1.6", "1.7"})
_DEPTH_MAX = 20
_TERMS = frozenset({Term.PERPETUAL.value, Term.SUBSCRIPTION.value})


def read_cyclonedx(text: str) -> Preview:
    """Read the lots of a CycloneDX document; raises ``BadImport`` where it is none of a version that has them."""
    document = _document(text)
    drafts: list[LotDraft] = []
    errors: list[RowError] = []
    for number, (component, licence) in enumerate(_licences(document), start=1):
        draft = _draft(number, component, licence, errors)
        drafts += [draft] if draft else []
    return preview_of(drafts, errors)


def _document(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise naming(BadImport, "text", "This is no JSON.") from error
    if not isinstance(document, dict) or document.get("bomFormat") != "CycloneDX":
        raise naming(BadImport, "text", "This is no CycloneDX document: its bomFormat does not say so.")
    if document.get("specVersion") not in _VERSIONS:
        raise naming(BadImport, "text", f"Licensing is read of CycloneDX {', '.join(sorted(_VERSIONS))}.")
    return document


def _licences(document: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Give each licence that has ``licensing``, with its component."""
    waiting = [(_dict(document.get("metadata")).get("component"), 0)]
    waiting += [(one, 0) for one in _list(document.get("components"))]
    while waiting:
        component, depth = waiting.pop(0)
        if not isinstance(component, dict) or depth > _DEPTH_MAX:
            continue
        for choice in _list(component.get("licenses")):
            licence = _dict(_dict(choice).get("license"))
            if "licensing" in licence:
                yield component, licence
        waiting += [(one, depth + 1) for one in _list(component.get("components"))]


def _draft(number: int, component: dict[str, Any], licence: dict[str, Any], errors: list[RowError]) -> LotDraft | None:
    licensing = _dict(licence.get("licensing"))
    texts = {name: text for name, text in _standard(component, licensing).items() if text} | _properties(licence)
    values = Values(number, texts, _day, errors)
    entry = values.entry()
    if entry is None:
        return None
    return LotDraft(
        line=number,
        vendor=values.text("vendor"),
        product=values.text("product"),
        contract=values.text("contract"),
        entry=entry,
        ref=_text(licence.get("bom-ref")),
        tops_up=values.text("tops_up"),
    )


def _standard(component: dict[str, Any], licensing: dict[str, Any]) -> dict[str, str]:
    types = [_text(one) for one in _list(licensing.get("licenseTypes"))]
    counted = [one for one in types if one in set(Metric) and one not in _TERMS] or types
    alternatives = [_text(one) for one in _list(licensing.get("altIds"))]
    order = _text(licensing.get("purchaseOrder"))
    return {
        "vendor": _licensor(licensing) or _text(_dict(component.get("supplier")).get("name")),
        "product": _text(component.get("name")),
        "contract": next((one for one in alternatives if one), order),
        "order_number": order,
        "metric": counted[0] if counted else "",
        "term": next((one for one in types if one in _TERMS), ""),
        "starts_on": _text(licensing.get("lastRenewal"))[:10],
        "ends_on": _text(licensing.get("expiration"))[:10],
    }


def _licensor(licensing: dict[str, Any]) -> str:
    licensor = _dict(licensing.get("licensor"))
    for kind in ("organization", "individual"):
        name = _text(_dict(licensor.get(kind)).get("name"))
        if name:
            return name
    return ""


def _properties(licence: dict[str, Any]) -> dict[str, str]:
    """Return our properties by the names of the fields; one that stands several times is a list."""
    found: dict[str, str] = {}
    for one in _list(licence.get("properties")):
        name, value = _text(_dict(one).get("name")), _text(_dict(one).get("value"))
        if not name.startswith(PREFIX):
            continue
        field = name.removeprefix(PREFIX).replace("-", "_")
        found[field] = f"{found[field]}{SEPARATOR}{value}" if field in found else value
    return found


def _day(text: str) -> date | None:
    return read_day(text, DateForm.YEAR_FIRST)


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
