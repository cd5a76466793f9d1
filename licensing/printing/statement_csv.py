"""A frozen statement as a table: one row for each thing it says."""

from collections.abc import Iterator
from typing import Any

from answerprint.core.spreadsheet import csv_line

COLUMNS = ("product", "what", "from", "to", "seats", "entitled", "who", "host", "says", "rests on")
Row = dict[str, Any]


def statement_csv(document: dict[str, Any], *, sha256: str) -> str:
    """Return the table; what is not known is ``unknown``."""
    lines = [csv_line(COLUMNS)]
    lines += [csv_line([_cell(row.get(column, "")) for column in COLUMNS]) for row in _rows(document, sha256)]
    return "".join(lines)


def _cell(value: Any) -> str:
    return "unknown" if value is None else str(value)


def _rows(document: dict[str, Any], sha256: str) -> Iterator[Row]:
    contract, period = document["contract"], document["period"]
    yield {"what": "contract", "says": f"{contract['number']} {contract['title']}".strip()}
    yield {"what": "vendor", "says": contract["vendor"]}
    yield {"what": "period", "from": period["from"], "to": period["to"], "says": period["zone"]}
    yield {"what": "looked at", "from": period["starts_at"], "to": period["ends_at"]}
    yield {"what": "made", "from": document["made_at"]}
    yield {"what": "sha256 of the JSON", "says": sha256}
    for product in document["products"]:
        for row in _product(product):
            yield {"product": product["product"]} | row


def _product(product: dict[str, Any]) -> Iterator[Row]:
    yield {"what": "state", "says": product["state"]}
    for step in product["entitlement"]:
        yield {"what": "entitlement", "from": step["on"], "seats": _counted(step["seats"])}
        yield {"what": "entitlement of this contract", "from": step["on"], "seats": _counted(step["of_this_contract"])}
    yield {"what": "proven", "seats": product["lower"]}
    yield {"what": "possible at most", "seats": product["upper"]}
    yield from _peak("peak", product["peak"])
    for name in ("p50", "p90", "p95", "p99"):
        yield {"what": name, "seats": product["percentiles"][name]}
    observed = product["observed"]
    yield {"what": "seen", "says": f"{observed['coverage']} %" if observed["servers"] else "on no licence server"}
    yield {"what": "captures", "seats": "", "says": observed["captures"]}
    yield {"what": "checkouts made here", "says": product["ledger"]["checkouts"]}
    for overage in product["overages"]:
        ends = overage["ends_at"] or "open"
        yield {"what": "overage", "from": overage["starts_at"], "to": ends, "seats": overage["over"]}
        yield from _peak("overage peak", overage["peak"])
    for part in product.get("counting", ()):
        what = f"by counting rule, version {part['version']}"
        yield {"what": what, "from": part["from"], "to": part["to"], "seats": part["seats"]}
    for rest in product.get("rests_on", ()):
        yield {"what": "stretch", "from": rest["from"], "to": rest["to"], "rests on": rest["on"]}
    yield from _logs(product)
    yield _settled(product["true_up"])
    for one in product["evidence"]:
        yield {"what": "evidence", "from": one["taken_at"], "says": f"{one['server']} sha256 {one['sha256']}"}


def _peak(what: str, peak: dict[str, Any] | None) -> Iterator[Row]:
    if peak is None:
        yield {"what": what, "seats": None}
        return
    moment = peak["moment"]
    entitled = _counted(moment["entitled"])
    rests_on = moment.get("rests_on", "")
    yield {"what": what, "from": moment["at"], "seats": moment["in_use"], "entitled": entitled, "rests on": rests_on}
    for one in [*peak["checkouts"], *(peak["holders"] or [])]:
        where = f"seen on {one['server']}" if "server" in one else "checked out here"
        yield {"what": f"{what}, by", "seats": one["seats"], "who": one["who"], "host": one["host"], "says": where}
    for one in peak.get("logged") or []:
        where = f"by the log of {one['server']}{'' if one['is_sure'] else ', as far as it can be paired'}"
        yield {"what": f"{what}, by", "seats": one["seats"], "who": one["who"], "host": one["host"], "says": where}


def _logs(product: dict[str, Any]) -> Iterator[Row]:
    """Yield what event logs say alone; nothing where there are none."""
    use = product.get("event_logs")
    if use is None:
        return
    yield {"what": "event logs speak of", "says": f"{use['coverage']} %"}
    yield {"what": "proven by event logs", "from": use["lower_at"], "seats": use["lower"]}
    yield {"what": "possible by event logs", "from": use["upper_at"], "seats": use["upper"]}
    for outcome, found in sorted(use["denials"].items()):
        yield {"what": f"refused, {outcome}", "says": "not recorded" if found is None else found}
    for part in product["log_parts"]:
        says = f"{part['server']} sha256 {part['sha256']}"
        yield {"what": "event log", "from": part["first_at"], "to": part["last_at"], "says": says}


def _settled(found: dict[str, Any]) -> Row:
    amount = f"{found['amount']} {found['currency']}" if found["amount"] is not None else found["reason"]
    return {"what": "true-up", "seats": found["seats"], "says": amount}


def _counted(value: int | None) -> Any:
    return "uncounted" if value is None else value
