"""What waits in licensing: seats short for a project, products over, servers silent, features unknown, contracts."""

from collections.abc import Iterator

from flask import url_for
from sqlalchemy.orm import Session

from answerprint.core.permissions import Permission
from answerprint.web.today.matters import Act, Group, Looker, Matter, group
from licensing.queries.board import seats_board
from licensing.queries.contracts import list_contracts
from licensing.queries.observed import ServerSeen, server_states
from licensing.queries.review import features_to_review
from licensing.queries.short_reservations import short_reservations, unsettled_reservations
from licensing.rules.contracts import standing
from licensing.rules.observation import SILENT, Freshness

_SILENT_BECAUSE = {
    Freshness.STALE: "Its newest capture is too old: what is in use now is unknown, not zero.",
    Freshness.DOWN: "It said that it is down: what is in use now is unknown, not zero.",
    Freshness.UNKNOWN: "Its capture does not say whether it is up, so its use is unknown.",
    Freshness.NEVER: "Nothing was heard of it yet, so its use is unknown.",
}


def reservation_group(session: Session, looker: Looker) -> Group:
    """Return what the looker's projects lack of the seats they asked for."""
    return group(
        "short",
        "Seats short for projects" if looker.actor.sees_all_projects else "Seats short for your projects",
        "Seats that are offered to you, reservations that wait, and days with fewer seats than are reserved.",
        [*_unsettled(session, looker), *_short(session, looker)],
    )


def seat_groups(session: Session, looker: Looker) -> Iterator[Group]:
    """Yield what somebody who looks after seats and servers has to see to, the most pressing kind first."""
    yield group("over", "Products over", "Products with more in use than their lots give.", _over(session, looker))
    states = server_states(session, looker.now)
    yield group(
        "silent",
        "Servers silent",
        "Licence servers that are down, or of which nothing was heard: their use is unknown, not zero.",
        (
            _server(seen, looker)
            for seen in states
            if seen.freshness in SILENT and seen.freshness is not Freshness.STALE
        ),
    )
    yield group(
        "late",
        "Captures late",
        "Servers whose newest capture is older than it may be.",
        (_server(seen, looker) for seen in states if seen.freshness is Freshness.STALE),
    )
    yield group(
        "unknown",
        "Features nobody knows",
        "Features that a server shows and that count for no product.",
        _features(session, looker),
    )


def contract_group(session: Session, looker: Looker) -> Group:
    """Return the contracts whose day to act comes near."""
    would = "Contracts that end, or whose last day to give notice comes, in the next 60 days."
    return group("contracts", "Contracts to decide on", would, _contracts(session, looker))


def _over(session: Session, looker: Looker) -> Iterator[Matter]:
    for row in seats_board(session, on=looker.today, now=looker.now):
        href = url_for("licensing_pages.show_product", product_id=row.product_id)
        if row.over:
            sentence = f"{row.over:,} more in use than the lots of today give."
            yield Matter("over", row.product, href, sentence, Act("See who holds what", href))
        elif row.queued:
            sentence = f"{row.queued:,} wait for a seat."
            yield Matter("queued", row.product, href, sentence, Act("See who holds what", href))


def _server(seen: ServerSeen, looker: Looker) -> Matter:
    href = url_for("licensing_pages.show_server", server_id=seen.server_id)
    sentence = _SILENT_BECAUSE[seen.freshness]
    act = Act("Open", href)
    if looker.may(Permission.CAPTURES_WRITE):
        act = Act("Send a capture", url_for("licensing_pages.new_capture", server_id=seen.server_id))
    when = "Last heard" if seen.taken_at is not None else ""
    return Matter(seen.freshness.value, seen.server, href, sentence, act, when=when, moment=seen.taken_at)


def _features(session: Session, looker: Looker) -> Iterator[Matter]:
    for one in features_to_review(session, on=looker.today).items:
        server, review = url_for("licensing_pages.show_server", server_id=one.server_id), "licensing_pages.show_review"
        proposed = f"It may be {one.product}." if one.product else "No product has this name."
        act = Act("Say what it is" if looker.may(Permission.CONTRACTS_WRITE) else "Open", url_for(review))
        sentence = f"{proposed} Until then its use counts nowhere."
        name = f"{one.name} on {one.server}"
        yield Matter("unknown", name, server, sentence, act, when="First seen", moment=one.first_seen_at)


def _contracts(session: Session, looker: Looker) -> Iterator[Matter]:
    for row in list_contracts(session).items:
        word = standing(row.starts_on, row.ends_on, row.notice_on, looker.today)
        if word in ("notice", "ending") and row.acts_on is not None:
            href = url_for("licensing_pages.show_contract", contract_id=row.id)
            sentence = "After that day no notice can be given." if word == "notice" else "Its seats end with it."
            when = "Notice by" if word == "notice" else "Ends"
            name = f"{row.number}, {row.vendor_name}"
            yield Matter(word, name, href, sentence, Act("Open", href), when=when, day=row.acts_on)


def _unsettled(session: Session, looker: Looker) -> Iterator[Matter]:
    for row in unsettled_reservations(session, looker.actor, on=looker.today):
        href = url_for("licensing_pages.show_reservation", reservation_id=row.id)
        name = f"{row.quantity:,} {row.product_name} for {row.project_code}"
        if row.state == "offered":
            act = Act("Take the seats", href)
            sentence = "They are offered to you; taken too late, they are offered on."
            yield Matter("offered", name, href, sentence, act, when="Until", moment=row.offered_until)
        else:
            sentence = "Others hold them: it waits in the queue."
            yield Matter("queued", name, href, sentence, Act("Open", href), when="From", day=row.starts_on)


def _short(session: Session, looker: Looker) -> Iterator[Matter]:
    for one in short_reservations(session, looker.actor, now=looker.now, on=looker.today):
        href = url_for("licensing_pages.show_reservation", reservation_id=one.row.id)
        days = f"{one.short_days} {'day' if one.short_days == 1 else 'days'}"
        sentence = f"On {days} more is promised than there are seats, by up to {one.short_by:,}."
        name = f"{one.row.quantity:,} {one.row.product_name} for {one.row.project_code}"
        calendar = url_for("licensing_pages.show_product_reservations", product_id=one.row.product_id)
        act = Act("See the days", calendar)
        yield Matter("short", name, href, sentence, act, when="First on", day=one.first_short)
