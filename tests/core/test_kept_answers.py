"""``Idempotency-Key``: a request that comes twice happens once and is answered the same."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select

from answerprint.core import clock
from answerprint.core.db import Database
from answerprint.core.types import isoformat
from facility.models import Client
from facility.roles import Role
from tests.web.browsers import Browser, program

CLIENTS = "/api/v1/facility/clients"
KEY = {"Idempotency-Key": "order-17"}


def count(database: Database) -> int:
    """Count the clients."""
    with database.reading() as session:
        return session.scalars(select(func.count()).select_from(Client)).one()


class TestRepeatedRequest:
    """The same key again."""

    def test_happens_once_and_is_answered_the_same(self, app: Flask, database: Database) -> None:
        """The second answer is the first one, with the same entry of the trail, and says that it is repeated."""
        client = program(app, database, Browser(app, database, Role.ADMIN).person_id)
        first = client.post(CLIENTS, json={"name": "Northlight"}, headers=KEY)
        again = client.post(CLIENTS, json={"name": "Northlight"}, headers=KEY)

        assert (first.status_code, again.status_code) == (201, 201)
        assert first.data == again.data
        assert first.headers["Answerprint-Entry"] == again.headers["Answerprint-Entry"] != ""
        assert first.headers.get("ETag") == again.headers.get("ETag")
        assert "Idempotency-Replayed" not in first.headers
        assert again.headers["Idempotency-Replayed"] == "true"
        assert count(database) == 1

    def test_key_of_another_request_is_refused(self, app: Flask, database: Database) -> None:
        """A key stands for one request; with another body it is a mistake, and nothing happens."""
        client = program(app, database, Browser(app, database, Role.ADMIN).person_id)
        client.post(CLIENTS, json={"name": "Northlight"}, headers=KEY)
        other = client.post(CLIENTS, json={"name": "Southlight"}, headers=KEY)

        assert other.status_code == 409
        assert other.json is not None
        assert other.json["type"].endswith("/idempotency-key-reused")
        assert count(database) == 1

    def test_refused_request_keeps_nothing(self, app: Flask, database: Database) -> None:
        """A refusal is not kept: the same key may be sent again with what was wrong put right."""
        client = program(app, database, Browser(app, database, Role.ADMIN).person_id)
        refused = client.post(CLIENTS, json={"name": ""}, headers=KEY)
        repaired = client.post(CLIENTS, json={"name": "Northlight"}, headers=KEY)

        assert (refused.status_code, repaired.status_code) == (422, 201)

    def test_key_is_its_callers_own(self, app: Flask, database: Database) -> None:
        """Two people may use the same key without meeting."""
        admin = Browser(app, database, Role.ADMIN)
        tech = Browser(app, database, Role.TECH)
        first = program(app, database, admin.person_id).post(
            "/api/v1/licensing/vendors", json={"name": "Acme"}, headers=KEY
        )
        second = program(app, database, tech.person_id).post(
            "/api/v1/licensing/vendors", json={"name": "Bolt"}, headers=KEY
        )

        assert (first.status_code, second.status_code) == (201, 201)

    def test_secret_that_is_shown_once_is_not_kept(self, app: Flask, database: Database) -> None:
        """A new token's secret is not stored for repetition; the repeated request is told that it happened."""
        admin = Browser(app, database, Role.ADMIN)
        client = program(app, database, admin.person_id)
        end = isoformat(clock.now() + timedelta(days=7))
        wanted = {"name": "farm", "scopes": ["licensing.read"], "expires_at": end}
        made = client.post("/api/v1/facility/tokens", json=wanted, headers=KEY)
        again = client.post("/api/v1/facility/tokens", json=wanted, headers=KEY)
        assert made.json is not None
        secret = made.json["secret"].encode()

        assert made.status_code == 201
        assert again.status_code == 409
        assert secret not in again.data

    def test_key_must_be_short_ascii(self, app: Flask, database: Database) -> None:
        """A key that could not be stored names the header."""
        client = program(app, database, Browser(app, database, Role.ADMIN).person_id)
        refused = client.post(CLIENTS, json={"name": "Northlight"}, headers={"Idempotency-Key": "k" * 201})

        assert refused.status_code == 422
        assert refused.json is not None
        assert refused.json["errors"][0]["field"] == "Idempotency-Key"
