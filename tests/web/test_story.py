"""The main job, end to end: a seat goes out and comes back, and an auditor sees each act and verifies the log."""

import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from werkzeug.test import TestResponse

from answerprint.core.db import Database
from answerprint.web import demo
from audit.note import Signer, Verifier
from audit.proof import parse_proof, verify_proof
from facility.roles import Role
from tests.conftest import ORIGIN
from tests.web.browsers import Browser, program

API = "/api/v1"
BOARD = f"{API}/licensing/board"


def answer(response: TestResponse) -> Any:
    """Return what the API answered."""
    return response.get_json()


@pytest.fixture(name="furnished")
def _furnished(app: Flask, database: Database) -> Flask:
    """The app on the made-up facility."""
    demo.furnish(database, ZoneInfo("Europe/Berlin"))
    return app


def test_seat_through_the_api_and_its_receipt(furnished: Flask, database: Database, log_key: Ed25519PrivateKey) -> None:
    """A program checks a seat out, extends it and returns it; each act is an entry whose receipt holds offline."""
    tech = program(furnished, database, Browser(furnished, database, Role.TECH).person_id)
    auditor = program(furnished, database, Browser(furnished, database, Role.AUDITOR).person_id)
    board = answer(tech.get(BOARD))["items"]
    scopes = next(row for row in board if row["product"] == "Lumen Scopes")
    wanted = {"product_id": scopes["product_id"], "quantity": 2, "holder": "kim", "host": "ws-12"}
    out = tech.post(f"{API}/licensing/checkouts", json=wanted)
    place = f"{API}/licensing/checkouts/{answer(out)['id']}"
    acts = [out, tech.post(f"{place}/heartbeat", json={"minutes": 600}), tech.post(f"{place}/return")]
    kinds = []
    for act in acts:
        log, index = act.headers["Answerprint-Entry"].split("/")
        entry = answer(auditor.get(f"{API}/audit/logs/{log}/entries/{index}"))
        receipt = auditor.get(f"{API}/audit/logs/{log}/entries/{index}/receipt").data
        verifier = Verifier.from_vkey(Signer(f"{ORIGIN}/{log}", log_key).vkey)
        verify_proof(parse_proof(receipt), entry["body"].encode(), verifier, f"{ORIGIN}/{log}")
        kinds.append(json.loads(entry["body"])["fact"])
        assert "kim" not in entry["body"]
    verdict = answer(auditor.post(f"{API}/audit/verifications"))

    assert [act.status_code for act in acts] == [201, 200, 200]
    assert kinds == ["licensing.seat.checked-out", "licensing.seat.extended", "licensing.seat.returned"]
    assert verdict["holds"]
    assert verdict["is_pinned"]


def test_seat_through_the_pages_and_the_trail(furnished: Flask, database: Database) -> None:
    """Tech staff use the board; the auditor finds the act on the trail and verifies it there."""
    tech = Browser(furnished, database, Role.TECH)
    auditor = Browser(furnished, database, Role.AUDITOR)
    board = answer(program(furnished, database, tech.person_id).get(BOARD))["items"]
    scopes = next(row for row in board if row["product"] == "Lumen Scopes")
    page = f"/seats/{scopes['product_id']}"
    _, shown_board = tech.get("/seats")
    done, to = tech.submit(page, holder="kim", host="ws-12", quantity="1", minutes="60")
    _, shown_product = tech.get(to)
    _, trail = auditor.get("/trail?kind=licensing.seat.checked-out")
    status, verdict = auditor.get(auditor.submit("/trail/verify")[1])

    assert page in shown_board
    assert done == 303
    assert "kim" in shown_product
    assert "The tech" in trail
    assert status == 200
    assert "holds" in verdict.lower()


def test_denied_seat_is_on_the_trail(furnished: Flask, database: Database) -> None:
    """A seat that is refused changes nothing, and the refusal stands in the licensor's log."""
    tech = program(furnished, database, Browser(furnished, database, Role.TECH).person_id)
    auditor = program(furnished, database, Browser(furnished, database, Role.AUDITOR).person_id)
    board = answer(tech.get(BOARD))["items"]
    scopes = next(row for row in board if row["product"] == "Lumen Scopes")
    wanted = {"product_id": scopes["product_id"], "quantity": 6, "holder": "kim"}
    refused = tech.post(f"{API}/licensing/checkouts", json=wanted)
    found = answer(auditor.get(f"{API}/audit/entries?kind=licensing.seat.denied"))["items"]
    after = answer(tech.get(BOARD))["items"]

    assert (refused.status_code, answer(refused)["type"]) == (409, "/api/v1/problems/seat-limit-reached")
    assert answer(refused)["errors"][0]["field"] == "quantity"
    assert len(found) == 1
    assert found[0]["log"].startswith("licensor-lumen")
    assert [row["checked_out"] for row in after] == [row["checked_out"] for row in board]
