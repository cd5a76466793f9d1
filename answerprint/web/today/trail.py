"""What waits on the trail: entries no checkpoint covers, verification, orders for a second person, bundles, keys."""

from collections.abc import Iterator
from datetime import timedelta

from flask import url_for
from sqlalchemy.orm import Session

from answerprint.core.paging import PAGE_SIZE_MAX, PageRequest
from answerprint.core.permissions import Permission
from answerprint.web.today.matters import Act, Group, Looker, Matter, group
from audit.keys import LogKeys
from audit.queries.exports import ExportState, list_exports
from audit.queries.key_rows import keys_of_logs
from audit.queries.logs import list_logs
from audit.queries.orders import list_orders
from audit.queries.verifications import last_verification
from audit.rules import OrderState

VERIFIED_FOR = timedelta(days=7)
"""How long a verification is fresh enough to say nothing."""
_WHOLE = PageRequest(limit=PAGE_SIZE_MAX)
_ORDERED = {"erasure": "Erase personal values", "pruning": "Prune a log"}


def trail_groups(session: Session, looker: Looker, keys: LogKeys) -> Iterator[Group]:
    """Yield what somebody who reads the trail has to see to, the most pressing kind first."""
    yield group(
        "orders",
        "Orders waiting for a second person",
        "Erasures and prunings that somebody ordered and nobody else decided.",
        _orders(session, looker),
    )
    yield group(
        "keys",
        "Keys that sign",
        "Logs that were handed over to another key than this service signs with, or whose keys do not hold.",
        _keys(session, keys),
    )
    yield group(
        "verification",
        "Verification",
        "A trail that nobody has verified for a week, or that did not hold.",
        _verification(session, looker),
    )
    yield group(
        "uncovered",
        "Entries no checkpoint covers",
        "Logs with entries that wait for a signature; they are signed by themselves, each half minute.",
        _uncovered(session),
    )
    yield group("exports", "Exports", "Bundles of yours that lie ready, or that failed.", _exports(session, looker))


def _orders(session: Session, looker: Looker) -> Iterator[Matter]:
    for order in list_orders(session, _WHOLE, state=OrderState.ASKED.value).items:
        href = url_for("audit_orders_pages.show_order", order_id=order.id)
        is_own = order.asked_by == looker.actor.id
        decides = looker.may(Permission.AUDIT_ERASE) and not is_own
        sentence = "Yours: somebody else decides it." if is_own else "It does nothing until a second person decides."
        name = f"{_ORDERED.get(order.kind, order.kind)}{f': {order.log}' if order.log else ''}"
        act = Act("Look and decide" if decides else "Open", href)
        yield Matter("to decide", name, href, sentence, act, when="Ordered", moment=order.asked_at)


def _keys(session: Session, keys: LogKeys) -> Iterator[Matter]:
    href, held = url_for("audit_pages.show_keys"), keys.signing.public_key().public_bytes_raw()
    for log in keys_of_logs(session):
        if log.fault:
            yield Matter("fails", log.log, href, log.fault, Act("Open the keys", href))
        elif not log.is_signed_by(held):
            sentence = "It was handed over to another key than this service holds: restart the service."
            yield Matter("restart", log.log, href, sentence, Act("Open the keys", href))


def _verification(session: Session, looker: Looker) -> Iterator[Matter]:
    last, href = last_verification(session), url_for("audit_pages.show_trail")
    act = Act("Verify it", href)
    if last is None:
        yield Matter("not verified", "The whole trail", href, "Nobody has verified it here yet.", act)
    elif last.findings:
        sentence = f"It did not hold: {last.findings:,} {'thing was' if last.findings == 1 else 'things were'} wrong."
        yield Matter("fails", "The whole trail", href, sentence, act, when="Verified", moment=last.at)
    elif looker.now - last.at > VERIFIED_FOR:
        sentence = "It held, but that was more than a week ago."
        yield Matter("stale", "The whole trail", href, sentence, act, when="Verified", moment=last.at)


def _uncovered(session: Session) -> Iterator[Matter]:
    for log in list_logs(session):
        waiting = log.size - log.signed_size
        if waiting > 0:
            href = url_for("audit_pages.show_log", log_name=log.name)
            entries = f"{waiting:,} {'entry waits' if waiting == 1 else 'entries wait'}"
            sentence = f"{entries} for the next checkpoint, of {log.size:,}."
            yield Matter("unsigned", log.name, href, sentence, Act("Open the log", href))


def _exports(session: Session, looker: Looker) -> Iterator[Matter]:
    for job in list_exports(session, _WHOLE).items:
        if job.asked_by != looker.actor.id:
            continue
        href = url_for("audit_pages.show_export", job_id=job.id)
        if job.state == ExportState.MADE:
            sentence = "The bundle lies ready; its file is deleted when its time is over."
            yield Matter("ready", job.log, href, sentence, Act("Take it", href), when="Until", moment=job.ends_at)
        elif job.state == ExportState.FAILED:
            act = Act("See why", href)
            yield Matter("failed", job.log, href, "The bundle could not be made.", act, moment=job.asked_at)
