"""Every error is a problem of RFC 9457 that says what to do, and names the field at fault."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from answerprint.core.db import Database
from answerprint.web.settings import BODY_LIMIT
from facility.roles import Role
from tests.web.browsers import Browser, program

CHECKOUTS = "/api/v1/licensing/checkouts"


@pytest.fixture(name="tech")
def _tech(app: Flask, database: Database) -> FlaskClient:
    """A program in the name of tech staff."""
    return program(app, database, Browser(app, database, Role.TECH).person_id)


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "code", "field"),
    [
        ("POST", CHECKOUTS, {"data": b"{", "content_type": "application/json"}, 400, "unreadable", "body"),
        (
            "POST",
            CHECKOUTS,
            {"data": b'{"holder": "\xff"}', "content_type": "application/json"},
            400,
            "unreadable",
            "body",
        ),
        ("POST", CHECKOUTS, {"json": []}, 422, "invalid", "body"),
        ("POST", CHECKOUTS, {"json": {"quantity": "1"}}, 422, "invalid", "quantity"),
        ("DELETE", CHECKOUTS, {}, 405, "method-not-taken", None),
        ("GET", "/api/v1/none", {}, 404, "not-found", None),
        ("GET", f"{CHECKOUTS}?limit=0", {}, 422, "invalid", "limit"),
        ("GET", f"{CHECKOUTS}?cursor=none", {}, 422, "invalid", "cursor"),
        ("GET", f"{CHECKOUTS}?cursor=WyJcdTAwMDAiLCJhIl0", {}, 422, "invalid", "cursor"),
    ],
)
def test_what_cannot_be_read_is_a_problem(
    tech: FlaskClient, method: str, path: str, sent: dict[str, object], status: int, code: str, field: str | None
) -> None:
    """A wrong request is answered with its status, a stable type, a sentence, and the field."""
    response = tech.open(path, method=method, **sent)  # type: ignore[arg-type]
    problem = response.get_json()

    assert response.content_type == "application/problem+json"
    assert (response.status_code, problem["status"]) == (status, status)
    assert problem["type"] == f"/api/v1/problems/{code}"
    assert problem["detail"]
    assert field is None or field in [error["field"] for error in problem["errors"]]
    assert tech.get(problem["type"]).status_code == 200


def test_body_over_the_limit_is_refused(tech: FlaskClient) -> None:
    """A body that is too large is refused by its length, before it is read."""
    response = tech.post(CHECKOUTS, data=b" " * (BODY_LIMIT + 1), content_type="application/json")

    assert response.status_code == 413
    assert response.get_json()["type"] == "/api/v1/problems/too-large"


def test_fault_says_nothing_of_its_inside(app: Flask, database: Database) -> None:
    """A mistake of the house is answered with 500 and a sentence, and with nothing of how it came about."""
    browser = Browser(app, database, Role.ADMIN)
    view = app.view_functions["licensing_pages.show_board"]

    def fall(**_: object) -> str:
        message = "inner secret"
        raise RuntimeError(message)

    vars(fall).update(vars(view))
    app.view_functions["licensing_pages.show_board"] = fall
    app.testing = False
    status, page = browser.get("/seats")

    assert status == 500
    assert "inner secret" not in page
    assert "Nothing of this request was kept" in page
