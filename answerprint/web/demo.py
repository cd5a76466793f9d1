"""A made-up facility to look around in: people, a client and its reviews, vendors, contracts, captures, checkouts.

Everything goes through the use cases, so its trail is as real as any. It is furnished once; each further start only
brings the captures and the leases up to the moment.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.web import demo_captures
from answerprint.web.demo_log import debug_log
from answerprint.web.demo_reviews import furnish_reviews
from facility.models import Project
from facility.passwords import hash_password
from facility.queries.access import somebody_can_sign_in
from facility.roles import Role
from facility.service.clients import add_client
from facility.service.invitations import accept_invitation
from facility.service.people import add_person
from facility.service.projects import add_member, add_project
from licensing.errors import NotACapture, SeatLimitReached
from licensing.models.catalogue import LicenceServer, Product
from licensing.models.observed import Capture
from licensing.models.seats import Checkout
from licensing.rules.contracts import ContractEntry
from licensing.rules.lots import LotEntry
from licensing.rules.reservations import ReservationEntry
from licensing.rules.servers import ServerEntry
from licensing.service.captures import take_capture
from licensing.service.checkouts import check_out_seat
from licensing.service.contracts import add_contract
from licensing.service.eventlogs import take_log
from licensing.service.lots import add_lot
from licensing.service.products import add_product, link_feature
from licensing.service.reservations import reserve_seats
from licensing.service.servers import add_server
from licensing.service.vendors import add_vendor

PASSWORD = "leader-amber-24"  # noqa: S105 - the demo's own, printed at its start
DAYS = 4
LOG_DAYS = 75
STEP = timedelta(minutes=30)


SERVERS = (("lic-a", "flexnet"), ("lic-b", "rlm"), ("lic-c", "flexnet"))
PRODUCTS = (
    ("Sableline Software", "Nightjar Compositor", "lic-a", "nightjar_comp"),
    ("Sableline Software", "Nightjar Paint", "lic-a", "nightjar_paint"),
    ("Palisade Render", "Palisade Interactive", "lic-b", "palisade_i"),
    ("Palisade Render", "Palisade Farm", "lic-b", "palisade_r"),
    ("Lumen Grade", "Lumen Grading Suite", "lic-c", "lumen_grade"),
    ("Lumen Grade", "Lumen Scopes", "", ""),
)
"""Vendor, product, and the feature it has on which server; the last has none, and of one server nothing is heard."""


CHECKOUTS = (
    ("Lumen Grading Suite", "carys", "suite-1", 1),
    ("Lumen Grading Suite", "jonas", "suite-2", 1),
    ("Nightjar Compositor", "pipeline", "render-mgr", 2),
    ("Lumen Scopes", "tess", "mobile-cart", 1),
)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody of the made-up facility."""

    name: str
    email: str
    role: Role


PEOPLE = (
    DemoPerson("Ada Lindqvist", "admin@demo.example", Role.ADMIN),
    DemoPerson("Paul Moreau", "producer@demo.example", Role.PRODUCER),
    DemoPerson("Tess Okafor", "tech@demo.example", Role.TECH),
    DemoPerson("Aline Castro", "auditor@demo.example", Role.AUDITOR),
)


def furnish(
    database: Database, zone: ZoneInfo, *, media: Path | None = None, url: str = "http://127.0.0.1:8300"
) -> None:
    """Furnish an empty house, then bring captures and leases up to this moment.

    ``media`` is the screening room's folder; the links that were sent lead to ``url``.
    """
    now = clock.now()
    with database.reading() as session:
        is_furnished = somebody_can_sign_in(session)
    if not is_furnished:
        _furnish_facility(database, now)
        with database.transaction() as session:
            vendors, products = _furnish_catalogue(session)
            _furnish_contracts(session, now.astimezone(zone).date(), vendors, products)
        with database.transaction() as session:
            _furnish_reservations(session, products["Nightjar Compositor"], now, now.astimezone(zone).date())
        _furnish_log(database, now, zone)
        furnish_reviews(database, zone, media, now, url=url)
    _bring_captures(database, now, zone)
    _bring_checkouts(database, now, zone)


def _furnish_facility(database: Database, now: datetime) -> None:
    password_hash = hash_password(PASSWORD)
    with database.transaction() as session:
        ids = {}
        for one in PEOPLE:
            added = add_person(session, SYSTEM, name=one.name, email=one.email, roles=[one.role], now=now)
            secret = added.invitation.secret
            person = accept_invitation(session, SYSTEM, secret=secret, password_hash=password_hash, now=now)
            ids[one.role] = person.id
        client = add_client(session, SYSTEM, name="Northlight Pictures")
        for code, name in (("HARB", "Harbour Lights"), ("OSTR", "Ostrava 1968")):
            project = add_project(session, SYSTEM, client_id=client.id, code=code, name=name)
            add_member(session, SYSTEM, project_id=project.id, person_id=ids[Role.PRODUCER])


def _furnish_log(database: Database, now: datetime, zone: ZoneInfo) -> None:
    """Take in the log of the weeks before the captures begin."""
    until = (now - timedelta(days=DAYS)).astimezone(zone)
    raw = debug_log(demo_captures.FLEXNET_FEATURES, until.date() - timedelta(days=LOG_DAYS), until).encode()
    with database.transaction() as session:
        server_id = session.scalars(select(LicenceServer.id).where(LicenceServer.name == "lic-a")).one()
        take_log(session, SYSTEM, server_id=server_id, raw=raw, now=now)


def _furnish_catalogue(session: Session) -> tuple[dict[str, UUID], dict[str, UUID]]:
    """Add vendors, products, servers and features; return vendors and products by name."""
    vendors, products, servers = {}, {}, {}
    for name, kind in SERVERS:
        host = f"{name}.demo.example"
        entry = ServerEntry(name=name, kind=kind, zone="Europe/Berlin", host=host, stale_after_seconds=3600)
        servers[name] = add_server(session, SYSTEM, entry=entry).id
    for vendor, product, server, feature in PRODUCTS:
        if vendor not in vendors:
            vendors[vendor] = add_vendor(session, SYSTEM, name=vendor).id
        products[product] = add_product(session, SYSTEM, vendor_id=vendors[vendor], name=product).id
        if server:
            product_id, server_id = products[product], servers[server]
            link_feature(session, SYSTEM, product_id=product_id, server_id=server_id, name=feature)
    return vendors, products


def _furnish_contracts(session: Session, today: date, vendors: dict[str, UUID], products: dict[str, UUID]) -> None:
    start, end = today.replace(month=1, day=1), today + timedelta(days=200)
    top_up = (today - timedelta(days=30), today + timedelta(days=60))
    true_up = replace(_seats(10, start, end, "15500.00"), overage_policy="true-up", overage_quantity=3)
    soon, later = today + timedelta(days=24), today + timedelta(days=110)
    contracts: tuple[tuple[str, str, str, date | None, list[tuple[str, LotEntry]]], ...] = (
        (
            *("Sableline Software", "SL-2026-114", "Nightjar, three years", soon),
            [
                ("Nightjar Compositor", _seats(20, start, end, "38400.00")),
                ("Nightjar Compositor", _seats(4, *top_up, "2100.00")),
                ("Nightjar Paint", _seats(10, start, end, "6000.00")),
            ],
        ),
        (
            *("Palisade Render", "PR-77120", "Palisade, seats and farm", later),
            [
                ("Palisade Interactive", true_up),
                ("Palisade Farm", replace(_seats(None, start, None, "22000.00"), metric="site")),
            ],
        ),
        (
            *("Lumen Grade", "LG-0419", "Lumen suites", None),
            [
                ("Lumen Grading Suite", _seats(3, start, None, "27000.00")),
                ("Lumen Scopes", _seats(5, start, None, "1250.00")),
            ],
        ),
    )
    for vendor, number, title, notice, lots in contracts:
        entry = ContractEntry(
            number=number, title=title, starts_on=start, ends_on=end if notice else None, notice_on=notice
        )
        contract = add_contract(session, SYSTEM, vendor_id=vendors[vendor], entry=entry)
        for product, lot in lots:
            add_lot(session, SYSTEM, contract_id=contract.id, product_id=products[product], entry=lot)


def _furnish_reservations(session: Session, product_id: UUID, now: datetime, today: date) -> None:
    """Reserve seats for one project, and let the other wait for more than is left."""
    projects = {project.code: project.id for project in session.scalars(select(Project))}
    for code, quantity, first, last in (("HARB", 14, 5, 16), ("OSTR", 12, 9, 20)):
        entry = ReservationEntry(
            product_id=product_id,
            project_id=projects[code],
            quantity=quantity,
            starts_on=today + timedelta(days=first),
            ends_on=today + timedelta(days=last),
            wait=True,
        )
        reserve_seats(session, SYSTEM, entry=entry, now=now, on=today)


def _seats(quantity: int | None, starts_on: date, ends_on: date | None, price: str) -> LotEntry:
    return LotEntry(
        metric="concurrent-user", quantity=quantity, starts_on=starts_on, ends_on=ends_on, price=price, currency="EUR"
    )


def _bring_captures(database: Database, now: datetime, zone: ZoneInfo) -> None:
    at = now - timedelta(days=DAYS)
    with database.reading() as session:
        servers = {server.name: server.id for server in session.scalars(select(LicenceServer))}
        newest = session.scalar(select(func.max(Capture.taken_at)))
    if newest is not None:
        at = max(at, newest + STEP)
    moments = []
    while at < now - STEP:
        moments.append(at)
        at += STEP
    for server_id, text_at in _texts(servers, zone):
        # Who looks around may have changed a server: its captures then no longer fit, and are left out.
        with suppress(NotACapture), database.transaction() as session:
            for moment in [*moments, now - timedelta(minutes=1)]:
                raw = text_at(moment).encode()
                take_capture(session, SYSTEM, server_id=server_id, raw=raw, taken_at=moment, now=now)


def _texts(servers: dict[str, UUID], zone: ZoneInfo) -> Iterator[tuple[UUID, Callable[[datetime], str]]]:
    """Yield the servers that are still there, each with what it prints at a moment; the last one stays silent."""
    if "lic-a" in servers:
        yield servers["lic-a"], lambda at: demo_captures.lmstat(demo_captures.FLEXNET_FEATURES, at.astimezone(zone))
    if "lic-b" in servers:
        yield servers["lic-b"], lambda at: demo_captures.rlmstat(demo_captures.RLM_FEATURES, at.astimezone(zone))


def _bring_checkouts(database: Database, now: datetime, zone: ZoneInfo) -> None:
    with database.reading() as session:
        if session.scalar(select(func.count()).where(Checkout.expires_at > now, Checkout.ended_at.is_(None))):
            return
        products = {product.name: product.id for product in session.scalars(select(Product))}
    on = now.astimezone(zone).date()
    for name, holder, host, quantity in CHECKOUTS:
        # Who looks around may have changed the lots: what they no longer carry is left out.
        with suppress(SeatLimitReached, KeyError), database.transaction() as session:
            check_out_seat(
                session,
                SYSTEM,
                product_id=products[name],
                quantity=quantity,
                holder=holder,
                host=host,
                minutes=600,
                now=now,
                on=on,
                zone=zone,
            )
