"""The question of availability, a pure read, in a house with 10,000 reservations of one product, on SQLite."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.ids import new_id
from answerprint.core.sealing import Seal
from answerprint.core.upgrade import upgrade
from audit.record import record
from audit.service.logs import open_house
from facility.service.clients import add_client
from facility.service.projects import add_project
from licensing.facts.reservations import SeatsReserved
from licensing.models.catalogue import Metric
from licensing.models.reservations import Reservation, ReservationState
from licensing.queries.availability import ask_availability
from licensing.rules.availability import SeatsWanted
from licensing.rules.contracts import ContractEntry
from licensing.rules.lots import LotEntry
from licensing.service.contracts import add_contract
from licensing.service.lots import add_lot
from licensing.service.products import add_product
from licensing.service.vendors import add_vendor

RESERVATIONS, QUESTIONS, PROJECTS, DAYS = 10_000, 500, 20, 730
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
SEATS = 1_200


@dataclass(frozen=True, slots=True)
class Asked:
    """How long the answers took, in milliseconds, and how many of them were short."""

    p50: float
    p95: float
    short: int


def run(folder: Path) -> Asked:
    """Ask for seats over twelve days, again and again, each time by another first day and for another project."""
    folder.mkdir()
    url = f"sqlite:///{folder / 'availability.db'}"
    upgrade(url)
    database = Database(url, seal=Seal(bytes(range(32))))
    with database.transaction() as session:
        open_house(
            session, SYSTEM, origin="bench.example/answerprint", public_key=Ed25519PrivateKey.generate().public_key()
        )
    product_id, projects = _furnish(database)
    times, short = [], 0
    for number in range(QUESTIONS):
        first = TODAY + timedelta(days=number * 7 % (DAYS - 20))
        quantity = 1 if number % 2 else SEATS
        wanted = SeatsWanted(projects[number % PROJECTS], quantity, first, first + timedelta(days=11))
        began = time.perf_counter()
        with database.reading() as session:
            answer = ask_availability(session, SYSTEM, product_id=product_id, wanted=wanted, now=NOW, today=TODAY)
        times.append(time.perf_counter() - began)
        short += answer.verdict == "short"
    database.close()
    times.sort()
    return Asked(p50=1000 * times[QUESTIONS // 2], p95=1000 * times[QUESTIONS * 95 // 100], short=short)


def _furnish(database: Database) -> tuple[UUID, list[UUID]]:
    with database.transaction() as session:
        vendor = add_vendor(session, SYSTEM, name="Vendor")
        product = add_product(session, SYSTEM, vendor_id=vendor.id, name="Product")
        contract = add_contract(session, SYSTEM, vendor_id=vendor.id, entry=ContractEntry(number="1", starts_on=TODAY))
        lot = LotEntry(
            metric=Metric.CONCURRENT_USER.value,
            quantity=SEATS,
            starts_on=TODAY,
            ends_on=TODAY + timedelta(days=DAYS + 30),
            price="12000.00",
            currency="EUR",
        )
        add_lot(session, SYSTEM, contract_id=contract.id, product_id=product.id, entry=lot)
        client = add_client(session, SYSTEM, name="Client")
        projects = [
            add_project(session, SYSTEM, client_id=client.id, code=f"P-{number}", name=f"Project {number}").id
            for number in range(PROJECTS)
        ]
    with database.transaction() as session:
        session.execute(insert(Reservation), list(_reservations(product.id, projects)))
        fact = SeatsReserved(
            about=f"product:{product.id}",
            product=product.id,
            project=projects[0],
            quantity=RESERVATIONS,
            starts_on=TODAY,
            ends_on=TODAY + timedelta(days=DAYS),
        )
        record(session, SYSTEM, fact, log=vendor.log)
    return product.id, projects


def _reservations(product_id: UUID, projects: list[UUID]) -> Iterator[dict[str, object]]:
    for number in range(RESERVATIONS):
        first = TODAY + timedelta(days=number * 31 % (DAYS - 14))
        yield {
            "id": new_id(),
            "product_id": product_id,
            "project_id": projects[number % PROJECTS],
            "quantity": 1 + number % 8,
            "starts_on": first,
            "ends_on": first + timedelta(days=number % 14),
            "state": ReservationState.HELD.value,
            "place": number + 1,
            "asked_at": NOW,
            "offer_hours": 24,
            "version": 1,
        }
