"""Tell a statement as the document that is frozen: JSON of integers and text, with people and machines by pseudonym."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core.types import isoformat
from licensing.models.catalogue import LicenceServer
from licensing.models.eventlogs import LogPart
from licensing.queries.contracts import LotRow
from licensing.queries.counted_parts import CountedPart
from licensing.queries.log_use import LogUse
from licensing.queries.observed import SeenHolder, features_of
from licensing.queries.statement_lines import (
    CaptureEvidence,
    OverageEpisode,
    OwnCheckout,
    PeakUse,
    StatementLine,
)
from licensing.queries.statements import Period, Statement
from licensing.queries.use_over_time import UseOverTime, first_checkouts, use_of
from licensing.rules.frozen import FORM, Aliases, Json
from licensing.rules.log_holders import LoggedHolder
from licensing.rules.percentiles import percentiles
from licensing.rules.statement import Moment, percent
from licensing.rules.true_up import PricedLot, true_up


def statement_document(session: Session, statement: Statement, aliases: Aliases) -> dict[str, Json]:
    """Return a statement as a document; ``aliases`` then knows whom its pseudonyms stand for."""
    period = statement.period
    contract = statement.contract.contract
    begun = first_checkouts(session, [one.product_id for one in statement.lines])
    products: list[Json] = [
        _line(one, statement.contract.lots, _use(one, begun, period), aliases, period.zone)
        | {"log_parts": _log_parts(session, one, period)}
        for one in statement.lines
    ]
    return {
        "form": FORM,
        "contract": {
            "id": str(contract.id),
            "number": contract.number,
            "title": contract.title,
            "vendor": contract.vendor_name,
        },
        "period": {
            "from": period.starts_on.isoformat(),
            "to": period.ends_on.isoformat(),
            "zone": period.zone.key,
            "starts_at": isoformat(period.starts_at),
            "ends_at": isoformat(period.ends_at),
        },
        "made_at": isoformat(statement.made_at),
        "products": products,
        "names": [{"pseudonym": one.pseudonym, "digest": one.digest} for one in aliases.given],
    }


def _use(line: StatementLine, begun: Mapping[UUID, datetime], period: Period) -> UseOverTime:
    told_from = None if line.observed.servers else begun.get(line.product_id, period.ends_at)
    return use_of(line.product_id, line.moments, told_from=told_from)


def _line(
    line: StatementLine, lots: tuple[LotRow, ...], use: UseOverTime, aliases: Aliases, zone: ZoneInfo
) -> dict[str, Json]:
    return {
        "product_id": str(line.product_id),
        "product": line.product,
        "state": line.state.value,
        "entitlement": [
            {"on": one.on.isoformat(), "seats": one.quantity, "of_this_contract": one.of_this_contract}
            for one in line.entitlement
        ],
        "lower": line.lower,
        "upper": line.upper,
        "peak": _peak(line.peak, aliases),
        "highest": _moment(line.highest),
        "percentiles": _percentiles(use),
        "overages": [_overage(one, aliases) for one in line.overages],
        "true_up": _true_up(line, lots, zone),
        "ledger": {"checkouts": line.ledger.checkouts, "peak": _moment(line.ledger.peak)},
        "observed": {
            "servers": line.observed.servers,
            "captures": line.observed.captures,
            "coverage": line.observed.coverage,
            "peak": _moment(line.observed.peak),
        },
        "event_logs": _logs(line.logs),
        "true_denials": line.true_denials,
        "rests_on": [
            {"from": isoformat(one.starts_at), "to": isoformat(one.ends_at), "on": one.rests_on.value}
            for one in line.rests
        ],
        "counting_version": line.counting_version,
        "counting": [_counting(one) for one in line.counting],
        "evidence": [_evidence(one) for one in line.evidence],
    }


def _counting(part: CountedPart) -> Json:
    """Tell a part of the period that one counting rule counts, and what its peak amounts to by that rule."""
    counted = part.counted
    return {
        "from": isoformat(part.starts_at),
        "to": isoformat(part.ends_at),
        "version": part.version,
        "peak": _moment(part.peak),
        "seats": counted.seats if counted else None,
        "demand": sum(counted.demand.values()) if counted else None,
        "tokens": counted.tokens if counted else None,
        "people": counted.people if counted else None,
    }


def _logs(use: LogUse | None) -> Json:
    """Tell what event logs say alone; a refusal that was not recorded is ``None``, which is no zero."""
    if use is None:
        return None
    return {
        "servers": use.servers,
        "parts": use.parts,
        "coverage": percent(use.bounds.coverage),
        "lower": use.bounds.lower,
        "lower_at": _at(use.bounds.lower_at),
        "upper": use.bounds.upper,
        "upper_at": _at(use.bounds.upper_at),
        "denials": {outcome.value: found for outcome, found in use.denials.by_outcome.items()},
    }


def _log_parts(session: Session, line: StatementLine, period: Period) -> Json:
    """Return the parts of event logs that reach into the period, with their hashes."""
    if line.logs is None:
        return []
    servers = {one.server_id for one in features_of(session, [line.product_id])}
    query = (
        select(LicenceServer.name, LogPart.sha256, LogPart.first_at, LogPart.last_at)
        .join(LicenceServer, LicenceServer.id == LogPart.server_id)
        .where(LogPart.server_id.in_(servers), LogPart.first_at < period.ends_at, LogPart.last_at >= period.starts_at)
        .order_by(LicenceServer.name, LogPart.number)
    )
    return [
        {"server": server, "sha256": sha256, "first_at": _at(first_at), "last_at": _at(last_at)}
        for server, sha256, first_at, last_at in session.execute(query)
    ]


def _percentiles(use: UseOverTime) -> Json:
    found = percentiles(use.stretches)
    return {
        "p50": found.p50,
        "p90": found.p90,
        "p95": found.p95,
        "p99": found.p99,
        "known_seconds": found.known_seconds,
        "coverage": use.coverage,
    }


def _true_up(line: StatementLine, lots: tuple[LotRow, ...], zone: ZoneInfo) -> Json:
    worst = max((one.overage.peak for one in line.overages), key=lambda peak: peak.over, default=None)
    priced = [_priced(lot) for lot in lots if lot.product_id == line.product_id]
    on = worst.at.astimezone(zone).date() if worst else None
    found = true_up(priced, over=worst.over if worst else 0, on=on)
    return {"seats": found.seats, "amount": found.amount, "currency": found.currency, "reason": found.reason}


def _priced(lot: LotRow) -> PricedLot:
    return PricedLot(lot.quantity, lot.starts_on, lot.ends_on, lot.overage_policy, lot.price, lot.currency)


def _overage(episode: OverageEpisode, aliases: Aliases) -> Json:
    overage = episode.overage
    return {
        "starts_at": isoformat(overage.starts_at),
        "ends_at": _at(overage.ends_at),
        "ending": overage.ending.value,
        "over": overage.peak.over,
        "peak": _peak(episode.peak, aliases),
    }


def _peak(peak: PeakUse | None, aliases: Aliases) -> Json:
    if peak is None:
        return None
    seen: list[Json] | None = None if peak.holders is None else [_seen(one, aliases) for one in peak.holders]
    logged: list[Json] | None = None if peak.logged is None else [_logged(one, aliases) for one in peak.logged]
    return {
        "moment": _moment(peak.moment),
        "checkouts": [_checkout(one, aliases) for one in peak.checkouts],
        "holders": seen,
        "logged": logged,
    }


def _moment(moment: Moment | None) -> Json:
    if moment is None:
        return None
    return {
        "at": isoformat(moment.at),
        "in_use": moment.in_use,
        "at_most": moment.at_most,
        "entitled": moment.entitled,
        "checked_out": moment.checked_out,
        "low": moment.low,
        "high": moment.high,
        "rests_on": moment.rests_on.value,
    }


def _checkout(one: OwnCheckout, aliases: Aliases) -> Json:
    return {
        "id": str(one.checkout_id),
        "who": aliases.person(one.holder),
        "host": aliases.host(one.host),
        "seats": one.quantity,
        "starts_at": isoformat(one.starts_at),
        "ends_at": isoformat(one.ends_at),
    }


def _seen(one: SeenHolder, aliases: Aliases) -> Json:
    return {
        "who": aliases.person(one.user),
        "host": aliases.host(one.host or ""),
        "seats": one.quantity,
        "server": one.server,
        "capture": str(one.capture_id),
        "feature": one.feature,
        "started_at": _at(one.started_at),
        "is_borrowed": int(one.is_borrowed),
        "is_ambiguous": int(one.is_ambiguous),
    }


def _logged(one: LoggedHolder, aliases: Aliases) -> Json:
    return {
        "who": aliases.person(one.user or ""),
        "host": aliases.host(one.host or ""),
        "seats": one.quantity,
        "server": one.server,
        "feature": one.feature,
        "started_at": _at(one.started_at),
        "is_sure": int(one.is_sure),
    }


def _evidence(one: CaptureEvidence) -> Json:
    return {
        "capture": str(one.capture_id),
        "server": one.server,
        "taken_at": isoformat(one.taken_at),
        "sha256": one.sha256,
    }


def _at(moment: datetime | None) -> str | None:
    return isoformat(moment) if moment is not None else None
