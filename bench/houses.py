"""Houses to measure in: made and furnished through the use cases, and looked over when the load has passed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.actor import SYSTEM, Actor, ActorKind
from answerprint.core.db import Database
from answerprint.core.permissions import Permission
from answerprint.core.sealing import load_seal
from answerprint.web.demo import furnish
from answerprint.web.demo_captures import DemoFeature, lmstat
from answerprint.web.house import prepare
from answerprint.web.settings import Settings, read_settings
from audit.keys import load_key
from audit.models import Entry
from audit.queries.logs import public_text
from audit.verification import verify_database
from facility.models import Person
from facility.passwords import hash_password
from facility.queries.people import roles_of
from facility.roles import Role, permissions_of
from facility.service.invitations import accept_invitation
from facility.service.people import add_person
from facility.service.tokens import make_token
from licensing.models.catalogue import LicenceServer
from licensing.models.seats import Checkout, Pool
from licensing.rules.contracts import ContractEntry
from licensing.rules.lots import LotEntry
from licensing.rules.servers import ServerEntry
from licensing.service.captures import take_capture
from licensing.service.contracts import add_contract
from licensing.service.lots import add_lot
from licensing.service.products import add_product, link_feature
from licensing.service.servers import add_server
from licensing.service.vendors import add_vendor

VENDORS, PRODUCTS_OF_EACH, SERVERS, CAPTURES_OF_EACH = 8, 25, 4, 6
SEATS = 100_000


@dataclass(frozen=True, slots=True)
class House:
    """A house that can be served: its environment, a token that opens it, and its products."""

    environment: dict[str, str]
    token: str
    products: list[str]


@dataclass(frozen=True, slots=True)
class State:
    """What the load left behind."""

    checkouts: int
    seats_out: int
    entries: int
    findings: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        """Report whether every seat came back and every log verifies."""
        return not self.seats_out and not self.findings


def demo_house(home: Path) -> House:
    """Make the house that ``answerprint demo`` shows."""
    environment = _environment(home, "")
    settings = read_settings(environment)
    database, _ = prepare(settings)
    furnish(database, settings.zone)
    token = _token(database, clock.now())
    database.close()
    return House(environment, token, [])


def large_house(home: Path, address: str = "") -> House:
    """Make a house of 200 products of 8 vendors on 4 licence servers, with lots that no load uses up."""
    environment = _environment(home, address)
    database, _ = prepare(read_settings(environment))
    now = clock.now()
    _add_admin(database, now)
    with database.transaction() as session:
        products = _stock(session, now.date())
    with database.transaction() as session:
        _capture(session, now)
    token = _token(database, now)
    database.close()
    return House(environment, token, products)


def look_over(house: House) -> State:
    """Count what stands open, and verify the trail with the house's own key."""
    settings = read_settings(house.environment)
    database = Database(settings.database, seal=load_seal(settings.seal_file))
    with database.reading() as session:
        verification = verify_database(session, trusted_keys=[_trusted(settings)])
        state = State(
            checkouts=session.scalar(select(func.count()).select_from(Checkout)) or 0,
            seats_out=session.scalar(select(func.sum(Pool.checked_out))) or 0,
            entries=session.scalar(select(func.count()).select_from(Entry)) or 0,
            findings=tuple(str(finding) for finding in verification.findings),
        )
    database.close()
    return state


def _environment(home: Path, address: str) -> dict[str, str]:
    return {
        "ANSWERPRINT_HOME": str(home),
        "ANSWERPRINT_DATABASE": address,
        "ANSWERPRINT_KEY_FILE": str(home / "log.pem"),
        "ANSWERPRINT_ORIGIN": "bench.example/answerprint",
        "ANSWERPRINT_ZONE": "Europe/Berlin",
    }


def _trusted(settings: Settings) -> str:
    return public_text(load_key(settings.key_file).public_key())


def _add_admin(database: Database, now: datetime) -> None:
    with database.transaction() as session:
        added = add_person(session, SYSTEM, name="Ada", email="ada@bench.example", roles=[Role.ADMIN], now=now)
        secret, password = added.invitation.secret, hash_password("slate-ferry-88-amber")
        accept_invitation(session, SYSTEM, secret=secret, password_hash=password, now=now)


def _token(database: Database, now: datetime) -> str:
    scopes = frozenset({Permission.LICENSING_READ, Permission.SEATS_WRITE})
    with database.transaction() as session:
        ids = session.scalars(select(Person.id)).all()
        admin = next(one for one, roles in roles_of(session, ids).items() if Role.ADMIN in roles)
        rights = permissions_of([Role.ADMIN])
        actor = Actor(kind=ActorKind.PERSON, id=str(admin), permissions=rights, person_id=admin)
        made = make_token(session, actor, name="bench", scopes=scopes, expires_at=now + timedelta(days=1), now=now)
        return made.secret


def _stock(session: Session, today: date) -> list[str]:
    servers = [
        add_server(session, SYSTEM, entry=ServerEntry(name=f"lic-{number}", kind="flexnet", zone="Europe/Berlin"))
        for number in range(SERVERS)
    ]
    starts_on = today - timedelta(days=30)
    products: list[str] = []
    for number in range(VENDORS):
        vendor = add_vendor(session, SYSTEM, name=f"Vendor {number}")
        entry = ContractEntry(number=f"C-{number}", title="Seats", starts_on=starts_on)
        contract = add_contract(session, SYSTEM, vendor_id=vendor.id, entry=entry)
        for place in range(PRODUCTS_OF_EACH):
            product = add_product(session, SYSTEM, vendor_id=vendor.id, name=f"Product {number}-{place}")
            lot = LotEntry(metric="concurrent-user", quantity=SEATS, starts_on=starts_on)
            add_lot(session, SYSTEM, contract_id=contract.id, product_id=product.id, entry=lot)
            server, feature = servers[len(products) % SERVERS], f"feature_{len(products)}"
            link_feature(session, SYSTEM, product_id=product.id, server_id=server.id, name=feature)
            products.append(str(product.id))
    return products


def _capture(session: Session, now: datetime) -> None:
    features = [DemoFeature(f"feature_{number}", 24, 12, 2) for number in range(VENDORS * PRODUCTS_OF_EACH)]
    for place, server in enumerate(session.scalars(select(LicenceServer).order_by(LicenceServer.name)).all()):
        for turn in range(CAPTURES_OF_EACH):
            at = now - timedelta(minutes=1 + 10 * turn)
            text = lmstat(features[place::SERVERS], at).encode()
            take_capture(session, SYSTEM, server_id=server.id, raw=text, taken_at=at, now=now)
