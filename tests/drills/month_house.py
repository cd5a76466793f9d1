"""The house that the made-up month is told to: furnished by its use cases, and fed through them in order of arrival."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from licensing.errors import SeatLimitReached
from licensing.models.catalogue import Lot
from licensing.models.entitlements import AssigneeKind
from licensing.rules.contracts import ContractEntry
from licensing.rules.exchange.assigned import read_assigned
from licensing.rules.leavers import LeaverFound
from licensing.rules.lots import LotEntry
from licensing.rules.servers import ServerEntry
from licensing.service.assigned_exports import assign_all_of
from licensing.service.assignments import assign_seat
from licensing.service.captures import take_capture
from licensing.service.checkouts import check_out_seat
from licensing.service.contracts import add_contract
from licensing.service.counting import change_counting_rule
from licensing.service.eventlogs import take_log
from licensing.service.leases import extend_checkout, return_seat
from licensing.service.leavers import return_all_of
from licensing.service.lots import add_lot
from licensing.service.options import take_options
from licensing.service.products import add_product, link_feature
from licensing.service.servers import add_server
from licensing.service.vendors import add_vendor
from tests.drills.month import BEGIN, END, Facility, at_minute, minute_of, wall
from tests.drills.month_books import Poll
from tests.drills.month_logs import OPTIONS, log_parts
from tests.drills.month_own import COOLING_OFF_DAYS, JOINED, LEAVERS, NAMED, NAMED_ON, STRANGER, OwnLease, mail_of
from tests.drills.month_plan import CONTRACTS, COUNTING, FEATURES, LEAVING, LOGS, POOLS, SERVERS, LotPlan
from tests.drills.month_texts import Shelf, printed

LATE = (minute_of(20, 9), minute_of(20, 18), minute_of(22, 10))
"""What lic-s said from the first to the second of these minutes comes at the third."""
TWICE = 97
"""Each so-manieth answer is sent twice."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something that comes to the house at a minute; ``what`` says what, and the rest as much as that needs."""

    at: int
    what: str
    server: str = ""
    raw: bytes = b""
    taken_at: int | None = None
    lease: OwnLease | None = None


@dataclass(slots=True)
class House:
    """The house, and what things are called in it."""

    database: Database
    products: dict[str, UUID] = field(default_factory=dict)
    servers: dict[str, UUID] = field(default_factory=dict)
    contracts: dict[str, UUID] = field(default_factory=dict)
    leases: dict[OwnLease, UUID] = field(default_factory=dict)
    leavers: list[LeaverFound] = field(default_factory=list)
    refused: list[OwnLease] = field(default_factory=list)


def furnish(database: Database) -> House:
    """Enter what the house bought and where it is served."""
    house = House(database)
    with database.transaction() as session:
        for server in SERVERS.values():
            entry = ServerEntry(
                name=server.name, kind=server.kind, zone="Europe/Berlin", stale_after_seconds=server.stale * 60
            )
            house.servers[server.name] = add_server(session, SYSTEM, entry=entry).id
        vendors: dict[str, UUID] = {}
        lots: dict[str, list[Lot]] = {}
        for number, (vendor, planned) in CONTRACTS.items():
            if vendor not in vendors:
                vendors[vendor] = add_vendor(session, SYSTEM, name=vendor).id
            terms = ContractEntry(
                number=number,
                starts_on=date(2026, 1, 1),
                ends_on=date(2026, 12, 31),
                cooling_off_days=COOLING_OFF_DAYS,
            )
            contract = add_contract(session, SYSTEM, vendor_id=vendors[vendor], entry=terms)
            house.contracts[number] = contract.id
            for plan in planned:
                if plan.product not in house.products:
                    _add_product(session, house, vendors[vendor], plan.product)
                known = lots.setdefault(plan.product, [])
                known.append(_add_lot(session, house, contract.id, plan, known))
        for name, text in OPTIONS.items():
            take_options(session, SYSTEM, server_id=house.servers[name], raw=text.encode(), now=BEGIN)
    return house


def _add_product(session: Session, house: House, vendor_id: UUID, name: str) -> None:
    product_id = house.products[name] = add_product(session, SYSTEM, vendor_id=vendor_id, name=name).id
    for feature in FEATURES[name]:
        server_id = house.servers[POOLS[feature].server]
        link_feature(session, SYSTEM, product_id=product_id, server_id=server_id, name=feature)
    if name in COUNTING:
        change_counting_rule(session, SYSTEM, product_id=product_id, said=COUNTING[name], version=0, now=BEGIN)


def _add_lot(session: Session, house: House, contract_id: UUID, plan: LotPlan, known: list[Lot]) -> Lot:
    entry = LotEntry(
        metric=plan.metric,
        quantity=plan.seats,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        overage_policy=plan.policy,
        overage_quantity=plan.beyond,
        price=f"{plan.price * (plan.seats or 0)}.00" if plan.price else None,
        currency="EUR" if plan.price else None,
        topped_up_lot_id=None if plan.tops_up is None else known[plan.tops_up].id,
    )
    return add_lot(session, SYSTEM, contract_id=contract_id, product_id=house.products[plan.product], entry=entry)


def arrivals(facility: Facility, asked: Iterable[Poll], leases: Iterable[OwnLease]) -> list[Arrival]:
    """Return what comes to the house in the month, in order of arrival."""
    found = [*_answers(facility, asked), *_leases(leases)]
    found += [Arrival(NAMED_ON, "named"), Arrival(LEAVING, "leavers"), Arrival(JOINED[0], "joined")]
    return sorted(found, key=lambda one: one.at)


def late_logs(facility: Facility) -> list[Arrival]:
    """Return the logs, in parts of a day, as they come when the month is over."""
    parts = [(server, raw) for server in LOGS for _, raw in log_parts(server, facility.lines)]
    return [Arrival(END + 2 * 1440, "log", server, raw) for server, raw in parts]


def _answers(facility: Facility, asked: Iterable[Poll]) -> Iterator[Arrival]:
    shelf = Shelf(facility.seats)
    for number, poll in enumerate(asked):
        text = printed(poll.server, poll.at, shelf.given(poll.server, poll.at), answers=poll.answers)
        tells_time = poll.server == "lic-a" or (poll.server == "lic-r" and poll.answers)
        is_late = poll.server == "lic-s" and LATE[0] <= poll.at < LATE[1]
        at = LATE[2] if is_late else poll.at
        one = Arrival(at, "answer", poll.server, text.encode(), None if tells_time else poll.at)
        yield one
        if number % TWICE == 0:
            yield one


def _leases(leases: Iterable[OwnLease]) -> Iterator[Arrival]:
    for lease in leases:
        yield Arrival(lease.at, "take", lease=lease)
        if lease.extended is not None:
            yield Arrival(lease.extended[0], "extend", lease=lease)
        if lease.back_at is not None and lease.back_at != LEAVING:
            yield Arrival(lease.back_at, "back", lease=lease)


def feed(house: House, some: Iterable[Arrival]) -> None:
    """Take in what arrives; answers and logs of a day come in one transaction, all else in one of its own."""
    waiting: list[Arrival] = []
    for one in some:
        is_text = one.what in {"answer", "log"}
        if waiting and (not is_text or wall(one.at).date() != wall(waiting[0].at).date()):
            _take_texts(house, waiting)
            waiting = []
        if is_text:
            waiting.append(one)
        else:
            _take_one(house, one)
    _take_texts(house, waiting)


def _take_texts(house: House, texts: Iterable[Arrival]) -> None:
    with house.database.transaction() as session:
        for one in texts:
            server_id, now = house.servers[one.server], at_minute(one.at)
            if one.what == "log":
                take_log(session, SYSTEM, server_id=server_id, raw=one.raw, now=now)
            else:
                taken_at = None if one.taken_at is None else at_minute(one.taken_at)
                take_capture(session, SYSTEM, server_id=server_id, raw=one.raw, taken_at=taken_at, now=now)


def _take_one(house: House, one: Arrival) -> None:
    try:
        with house.database.transaction() as session:
            _act(session, house, one)
    except SeatLimitReached:
        assert one.lease is not None
        house.refused.append(one.lease)


def _act(session: Session, house: House, one: Arrival) -> None:
    now, on, lease = at_minute(one.at), wall(one.at).date(), one.lease
    match one.what:
        case "named":
            heads = "Email,First Name,Last Name,Identity Type,Product Configurations"
            rows = "\n".join(f"{mail},A,Person,Business ID,Board" for mail in NAMED)
            assign_all_of(session, SYSTEM, rows=read_assigned(f"{heads}\n{rows}\n"), on=on)
        case "joined":
            person, board = AssigneeKind.PERSON, house.products["Board"]
            assign_seat(session, SYSTEM, product_id=board, kind=person, assignee=JOINED[1], on=on)
        case "leavers":
            names: list[tuple[str, ...]] = [(mail_of(user).upper(), user) for user in LEAVERS]
            house.leavers = return_all_of(session, SYSTEM, leavers=[*names, (STRANGER,)], now=now, on=on)
        case "take" if lease is not None:
            house.leases[lease] = check_out_seat(
                session,
                SYSTEM,
                product_id=house.products[lease.product],
                quantity=lease.seats,
                holder=lease.holder,
                minutes=lease.minutes,
                borrowed_days=lease.minutes // 1440 if lease.is_borrowed else None,
                now=now,
                on=on,
            ).id
        case "extend" if lease is not None and lease.extended is not None:
            minutes = lease.extended[1]
            extend_checkout(session, SYSTEM, checkout_id=house.leases[lease], minutes=minutes, now=now)
        case "back" if lease is not None:
            return_seat(session, SYSTEM, checkout_id=house.leases[lease], now=now)
