"""Links, and those who come to the gate with them, as tests need them: through the use cases, with honest defaults."""

import hashlib
import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from threading import Barrier
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from answerprint.core.actor import Actor, client, stranger
from answerprint.core.db import Database
from answerprint.core.outbox import OutboxMail
from answerprint.core.problems import Refusal
from audit.models import Entry
from reviews.models.links import ScreeningLink
from reviews.queries.gate import Visitor, open_code, visitor_at
from reviews.rules.codes import CodeCheck, FreshCode, fits_stored, fresh_code
from reviews.rules.gate import VisitSecret
from reviews.rules.links import LinkWish
from reviews.rules.passphrases import Passphrase, check_typed, chosen_passphrase
from reviews.rules.terms import Security
from reviews.service.codes import give_code, send_code
from reviews.service.faces import allow_host
from reviews.service.gate import open_visit
from reviews.service.links import IssuedLink, issue_link
from reviews.service.materials import VersionEntry, register_version
from reviews.service.proofs import give_passphrase
from reviews.service.views import ViewNotGranted, Watching, grant_view
from tests.reviews.agreements.agreeing import BASE_URL, a_house, accepted
from tests.reviews.factories import NOW, OFFICE, SHA256, House

ZONE = "Europe/Berlin"
FILM = bytes(range(256)) * 40
"""What lies in the screening room of tests, and is version 1."""
FILM_SHA256 = hashlib.sha256(FILM).hexdigest()
SPOKEN = "seven reels of leader"
HOST = "platform.example"
TARGET = f"https://{HOST}/review/4711?key=hidden"


@dataclass(frozen=True, slots=True)
class Gatehouse:
    """A project with an agreement in force and a version in the screening room."""

    database: Database
    house: House
    agreement_version_id: UUID
    material_id: UUID
    version_id: UUID

    def wish(self, **others: Any) -> LinkWish:
        """Return what a sender asks for who asks for nothing but what was agreed."""
        honest: dict[str, Any] = {
            "agreement_version_id": self.agreement_version_id,
            "method": "M1",
            "material_version_id": self.version_id,
            "contact_id": self.house.contact_id,
            "zone": ZONE,
        }
        return LinkWish(**(honest | others))

    def issue(self, *, by: Actor | None = None, now: datetime = NOW, **others: Any) -> IssuedLink:
        """Issue a link, in a transaction of its own."""
        with self.database.transaction() as session:
            return issue_link(
                session,
                by or self.house.producer,
                wish=self.wish(**others),
                passphrase=spoken(),
                base_url=BASE_URL,
                now=now,
            )

    def link(self, link_id: UUID) -> ScreeningLink:
        """Read a link as it stands in the database."""
        with self.database.reading() as session:
            return session.get_one(ScreeningLink, link_id)


@cache
def spoken() -> Passphrase:
    """Return the passphrase of all tests, hashed once since that takes long."""
    return chosen_passphrase(SPOKEN)


@cache
def code_of_tests() -> FreshCode:
    """Return a code for tests that look at something else, hashed once."""
    return fresh_code()


def gatehouse(database: Database, code: str = "NB-204", **security: Any) -> Gatehouse:
    """Make a project with an agreement of these security terms, in force, and one version to watch."""
    house = a_house(database, code)
    version = accepted(database, house, security=Security(**security))
    material_id, version_id = add_version(database, house, 1)
    return Gatehouse(database, house, version.id, material_id, version_id)


def add_version(
    database: Database, house: House, number: int, *, media_path: str | None = "r2.mp4", film: bytes | None = None
) -> tuple[UUID, UUID]:
    """Register a version of reel 2, in a transaction of its own; only version 1 and a given film have a known file."""
    with database.transaction() as session:
        entry = VersionEntry(
            name="r2",
            kind="picture",
            file_name=f"r2_v{number:03}.mp4",
            sha256=_sha256_of_version(number, film),
            size=len(FILM),
            number=number,
            media_path=media_path,
        )
        version = register_version(session, house.producer, project_id=house.project_id, entry=entry, now=NOW).version
        return version.material_id, version.id


def _sha256_of_version(number: int, film: bytes | None) -> str:
    if film is not None:
        return hashlib.sha256(film).hexdigest()
    return FILM_SHA256 if number == 1 else SHA256[:-2] + f"{number:02}"


def allow(database: Database, house: House, host: str = HOST) -> None:
    """Put a host on the project's list."""
    with database.transaction() as session:
        allow_host(session, house.producer, project_id=house.project_id, host=host)


def secret_of(issued: IssuedLink) -> str:
    """Return the secret of a link that was just issued."""
    assert issued.secret is not None
    return issued.secret.url.partition("#")[2]


def come(database: Database, secret: str, *, address: str = OFFICE, now: datetime = NOW) -> VisitSecret:
    """Give a secret at the gate."""
    with database.transaction() as session:
        return open_visit(session, stranger(address), secret=secret, now=now)


def stands(database: Database, visit: VisitSecret, *, now: datetime = NOW) -> Visitor | None:
    """Return how a visit stands."""
    with database.reading() as session:
        return visitor_at(session, visit.text, now=now)


def stands_as(database: Database, visit: VisitSecret, *, now: datetime = NOW) -> Visitor:
    """Return how a visit stands that is one."""
    found = stands(database, visit, now=now)
    assert found is not None
    return found


def ask_code(
    database: Database, visit: VisitSecret, *, address: str = OFFICE, now: datetime = NOW, code: FreshCode | None = None
) -> bool:
    """Ask for a code."""
    visit_id = stands_as(database, visit, now=now).visit_id
    with database.transaction() as session:
        return send_code(session, stranger(address), visit_id=visit_id, code=code or code_of_tests(), now=now)


def type_code(
    database: Database, visit: VisitSecret, typed: str, *, address: str = OFFICE, now: datetime = NOW
) -> VisitSecret | None:
    """Type a code, as the page does: checked on a reading session, heard in a transaction."""
    visit_id = stands_as(database, visit, now=now).visit_id
    with database.reading() as session:
        waiting = open_code(session, visit_id, now=now)
    check = CodeCheck(waiting.id if waiting else None, fits_stored(waiting.code_hash if waiting else None, typed))
    with database.transaction() as session:
        return give_code(session, stranger(address), visit_id=visit_id, check=check, now=now)


def wrong_code(database: Database, visit: VisitSecret, *, address: str = OFFICE, now: datetime = NOW) -> bool:
    """Type a code that does not fit, without the long work; report whether it opened."""
    visit_id = stands_as(database, visit, now=now).visit_id
    with database.transaction() as session:
        waiting = open_code(session, visit_id, now=now)
        check = CodeCheck(waiting.id if waiting else None, is_right=False)
        return give_code(session, stranger(address), visit_id=visit_id, check=check, now=now) is not None


def verified(database: Database, secret: str, *, address: str = OFFICE, now: datetime = NOW) -> VisitSecret:
    """Come to the gate and prove the mailbox, without the long work."""
    visit = come(database, secret, address=address, now=now)
    assert ask_code(database, visit, address=address, now=now)
    visit_id = stands_as(database, visit, now=now).visit_id
    with database.transaction() as session:
        waiting = open_code(session, visit_id, now=now)
        assert waiting is not None
        check = CodeCheck(waiting.id, is_right=True)
        opened = give_code(session, stranger(address), visit_id=visit_id, check=check, now=now)
    assert opened is not None
    return opened


def type_passphrase(
    database: Database, visit: VisitSecret, typed: str = SPOKEN, *, now: datetime = NOW
) -> VisitSecret | None:
    """Type a passphrase."""
    visitor = stands_as(database, visit, now=now)
    stored = visitor.opened.link.passphrase_hash if visitor.opened.link is not None else None
    check = check_typed(stored, typed)
    with database.transaction() as session:
        who = client(visitor.contact_id, OFFICE)
        return give_passphrase(session, who, visit_id=visitor.visit_id, check=check, now=now)


def watch(database: Database, visit: VisitSecret, *, now: datetime = NOW) -> Watching | ViewNotGranted:
    """Ask to be let in."""
    visitor = stands_as(database, visit, now=now)
    with database.transaction() as session:
        return grant_view(session, client(visitor.contact_id, OFFICE), visit_id=visitor.visit_id, now=now)


def at_once(count: int, act: Callable[[int], object]) -> list[object]:
    """Run an act many times at the same moment; return what each gave, or the kind of its refusal."""
    start = Barrier(count)

    def run(number: int) -> object:
        start.wait()
        try:
            return act(number)
        except Refusal as refusal:
            return type(refusal)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def entries(database: Database, kind: str) -> int:
    """Count the entries of a kind, in all logs."""
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Entry).where(Entry.kind == kind)) or 0


def bodies(database: Database, kind: str) -> list[dict[str, Any]]:
    """Return what the entries of a kind hold, the first first."""
    with database.reading() as session:
        found = session.scalars(select(Entry.body).where(Entry.kind == kind).order_by(Entry.log_id, Entry.index))
        return [json.loads(body)["data"] for body in found]


def last_code(session: Session) -> str:
    """Return the code of the newest mail that carries one."""
    wanted = select(OutboxMail.body).where(OutboxMail.kind == "reviews-code").order_by(OutboxMail.id.desc()).limit(1)
    found = re.search(r"^ {4}(\d{6})$", session.scalars(wanted).one(), re.MULTILINE)
    assert found is not None
    return found[1]
