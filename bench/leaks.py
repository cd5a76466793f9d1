"""The leak drill, who could have seen this version, in a house where 10,000 views are logged, on each engine.

A fifth of the views are of the version that is asked for, and then all of them.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import insert

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.ids import new_id
from answerprint.core.sealing import Seal
from answerprint.core.shown_once import new_secret, sha256_of
from answerprint.core.upgrade import upgrade
from audit.record import record
from audit.service.logs import open_house
from reviews.facts.incidents import LeakDrillRun
from reviews.models.gate import GateKey, Visit
from reviews.models.links import ScreeningLink, View
from reviews.models.parties import Contact
from reviews.queries.leaks import exposure
from tests.reviews.attendance.rooms import MARK, Suite, suite
from tests.reviews.factories import NOW
from tests.reviews.gate.coming import add_version

VIEWS, VIEWS_A_LINK, CONTACTS, QUESTIONS = 10_000, 5, 200, 40
LINKS = VIEWS // VIEWS_A_LINK


@dataclass(frozen=True, slots=True)
class Drilled:
    """How long the answers took, in milliseconds, and of how many ways they told."""

    p50: float
    p95: float
    ways: int


def run(url: str, *, share: int) -> Drilled:
    """Ask in a fresh database at ``url``, where every ``share``-th link leads to the version that is asked for."""
    upgrade(url)
    database = Database(url, seal=Seal(bytes(range(32))))
    with database.transaction() as session:
        key = Ed25519PrivateKey.generate().public_key()
        open_house(session, SYSTEM, origin="bench.example/answerprint", public_key=key)
    found = suite(database)
    _furnish(found, share)
    times, ways = [], 0
    for _ in range(QUESTIONS):
        began = time.perf_counter()
        with database.reading() as session:
            ways = len(exposure(session, SYSTEM, found.version_id, NOW - timedelta(days=1), NOW + timedelta(days=30)))
        times.append(time.perf_counter() - began)
    database.close()
    times.sort()
    return Drilled(1000 * times[QUESTIONS // 2], 1000 * times[QUESTIONS * 95 // 100], ways)


def _furnish(found: Suite, share: int) -> None:
    others = [add_version(found.database, found.house, number)[1] for number in range(2, 2 + max(share - 1, 1))]
    versions = [found.version_id, *others][:share] if share > 1 else [found.version_id]
    contacts = [new_id() for _ in range(CONTACTS)]
    links = list(_links(found, versions, contacts))
    keys = [_key(link) for link in links]
    visits = [_visit(key["id"]) for key in keys]
    views = [view for link, visit in zip(links, visits, strict=True) for view in _views(link, visit["id"])]
    with found.database.transaction() as session:
        session.execute(insert(Contact), [_contact(found, contact_id) for contact_id in contacts])
        for table, rows in ((ScreeningLink, links), (GateKey, keys), (Visit, visits), (View, views)):
            session.execute(insert(table), rows)
        fact = LeakDrillRun(
            about=f"material:{found.version_id}",
            project=found.house.project_id,
            since=NOW,
            until=NOW + timedelta(days=1),
            rows=len(views),
        )
        record(session, SYSTEM, fact)


def _contact(found: Suite, contact_id: UUID) -> dict[str, Any]:
    mail = f"{contact_id.hex}@client.example"
    about = {"id": contact_id, "client_id": found.house.client_id, "name": f"Guest {contact_id.hex[-6:]}"}
    return about | {"email": mail, "created_at": NOW, "totp_step": 0, "version": 1, "company": "", "language": "en"}


def _links(found: Suite, versions: list[UUID], contacts: list[UUID]) -> Iterator[dict[str, Any]]:
    for number in range(LINKS):
        yield {
            "id": new_id(),
            "project_id": found.house.project_id,
            "agreement_version_id": found.agreement_version_id,
            "method": "M4",
            "material_version_id": versions[number % len(versions)],
            "contact_id": contacts[number % CONTACTS],
            "starts_at": NOW,
            "ends_at": NOW + timedelta(days=7),
            "zone": "UTC",
            "view_limit": VIEWS_A_LINK,
            "views_used": VIEWS_A_LINK,
            "view_minutes": 60,
            "watermark": MARK,
            "target": "room",
            "issued_by": found.house.producer.person_id,
            "issued_at": NOW,
        }


def _key(link: dict[str, Any]) -> dict[str, Any]:
    opens = {"contact_id": link["contact_id"], "link_id": link["id"], "made_at": NOW, "ends_at": link["ends_at"]}
    return opens | {"id": new_id(), "secret_sha256": sha256_of(new_secret())}


def _visit(key_id: UUID) -> dict[str, Any]:
    lasts = {"opened_at": NOW, "ends_at": NOW + timedelta(hours=12), "mailbox_verified_at": NOW}
    return lasts | {
        "id": new_id(),
        "secret_sha256": sha256_of(new_secret()),
        "gate_key_id": key_id,
        "csrf_token": "c" * 64,
    }


def _views(link: dict[str, Any], visit_id: UUID) -> Iterator[dict[str, Any]]:
    for number in range(VIEWS_A_LINK):
        granted_at = NOW + timedelta(hours=2 * number)
        yield {
            "id": new_id(),
            "link_id": link["id"],
            "contact_id": link["contact_id"],
            "material_version_id": link["material_version_id"],
            "visit_id": visit_id,
            "proof": "mailbox verified",
            "granted_at": granted_at,
            "ends_at": granted_at + timedelta(hours=1),
        }
