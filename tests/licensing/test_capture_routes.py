"""The routes of captures: what agents send, and what is answered."""

import json
from datetime import datetime
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from answerprint.core.db import Database
from answerprint.core.ids import new_id
from licensing.api.captures import blueprint
from tests.licensing.factories import make_server
from tests.licensing.printed import Use, lmstat
from tests.licensing.routes_alone import client_of

TEXT = lmstat({"nuke_i": Use(10, ["mara", "ole"], reserved=1)}, printed=None)
PRINTED = lmstat({"nuke_i": Use(10, ["mara"])}, printed=datetime(2026, 3, 14, 9, 50))  # noqa: DTZ001 - a wall clock
CAPTURES = "/api/v1/licensing/captures"


@pytest.fixture(name="server_id")
def _server_id(database: Database) -> UUID:
    """A FlexNet server in Berlin."""
    with database.transaction() as session:
        return make_server(session).id


@pytest.fixture(name="agent")
def _agent(database: Database) -> FlaskClient:
    """A client that sends captures."""
    return client_of(database, blueprint)


class TestRoutes:
    """What agents send, and what is answered."""

    def test_a_capture_is_made_once(self, agent: FlaskClient, server_id: UUID) -> None:
        """201 makes it; 200 says that it was there."""
        sent = {"server_id": str(server_id), "text": PRINTED.decode()}
        first, again = agent.post(CAPTURES, json=sent), agent.post(CAPTURES, json=sent)

        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json is not None
        assert first.json == again.json
        assert first.json["taken_at"] == "2026-03-14T08:50:00.000000Z"
        assert (first.headers["Answerprint-Entry"], again.headers["Answerprint-Entry"]) != ("", "")

    def test_plain_bytes_come_as_they_are(self, agent: FlaskClient, server_id: UUID) -> None:
        """JSON has no way to say a byte that is no text."""
        raw = PRINTED + b"\xe9\r\n"
        query = {"server_id": str(server_id), "taken_at": "2026-03-14T10:00:00+01:00"}
        made = agent.post(CAPTURES, data=raw, query_string=query, content_type="text/plain")

        assert made.status_code == 201, made.json
        assert made.json is not None
        assert made.json["taken_at"] == "2026-03-14T09:00:00.000000Z"
        kept = agent.get(f"{CAPTURES}/{made.json['id']}/raw")
        assert kept.data == raw
        assert kept.headers["Content-Type"] == "text/plain"
        assert kept.headers["X-Content-Type-Options"] == "nosniff"
        assert kept.headers["Content-Disposition"].startswith("attachment;")

    @pytest.mark.parametrize("text", ["a\0b", "\ud800", 5, None, "no licence server's"])
    def test_what_is_no_text_of_the_server_names_text(self, agent: FlaskClient, server_id: UUID, text: object) -> None:
        """The field at fault is named, whatever is wrong with it."""
        body = json.dumps({"server_id": str(server_id), "text": text})
        refused = agent.post(CAPTURES, data=body, content_type="application/json")

        assert refused.status_code == 422
        assert refused.json is not None
        assert [error["field"] for error in refused.json["errors"]] == ["text"]

    @pytest.mark.parametrize("taken_at", ["2026-03-14T09:00:00", "0001-01-01T00:00:00+14:00", "soon", 5])
    def test_a_time_that_is_none_names_taken_at(self, agent: FlaskClient, server_id: UUID, taken_at: object) -> None:
        """A time needs its zone and a place in the calendar."""
        sent = {"server_id": str(server_id), "text": TEXT.decode(), "taken_at": taken_at}
        refused = agent.post(CAPTURES, json=sent)

        assert refused.status_code == 422
        assert refused.json is not None
        assert [error["field"] for error in refused.json["errors"]] == ["taken_at"]

    def test_more_than_the_limit_is_too_large(self, agent: FlaskClient, server_id: UUID) -> None:
        """A text of more than 8 MiB is no server that we know."""
        raw = b"x" * (8 * 1024 * 1024 + 1)
        refused = agent.post(CAPTURES, data=raw, query_string={"server_id": str(server_id)}, content_type="text/plain")

        assert refused.status_code == 413

    def test_a_repeated_key_gets_the_first_answer(self, agent: FlaskClient, server_id: UUID) -> None:
        """A retry does not see the capture as sent twice."""
        sent = {"server_id": str(server_id), "text": PRINTED.decode()}
        headers = {"Idempotency-Key": "one"}
        agent.post(CAPTURES, json=sent, headers=headers)

        again = agent.post(CAPTURES, json=sent, headers=headers)

        assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")

    def test_doubts_are_listed_page_by_page(self, agent: FlaskClient, server_id: UUID) -> None:
        """Each line in doubt, in the order of the text."""
        made = agent.post(
            CAPTURES, json={"server_id": str(server_id), "text": PRINTED.decode() + "what is this\nand this\n"}
        )
        assert made.json is not None
        address = f"{CAPTURES}/{made.json['id']}/diagnostics"
        first = agent.get(address, query_string={"limit": 1}).json
        assert first is not None
        second = agent.get(address, query_string={"limit": 1, "cursor": first["next"]}).json

        assert second is not None
        assert [one["text"] for one in first["items"] + second["items"]] == ["what is this", "and this"]
        assert (made.json["diagnostics"], second["next"]) == (2, None)

    @pytest.mark.parametrize("cursor", ["WyJ4IiwieSJd", "WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzE0OjAwIiwieSJd", "x"])
    def test_a_cursor_of_no_list_is_refused(self, agent: FlaskClient, server_id: UUID, cursor: str) -> None:
        """A forged cursor is a fault of form, not of the house."""
        refused = agent.get(f"/api/v1/licensing/servers/{server_id}/captures", query_string={"cursor": cursor})

        assert refused.status_code == 422

    def test_what_is_not_there_is_not_found(self, agent: FlaskClient) -> None:
        """Captures and servers alike."""
        for address in (f"{CAPTURES}/{new_id()}", f"{CAPTURES}/{new_id()}/raw", f"{CAPTURES}/{new_id()}/diagnostics"):
            assert agent.get(address).status_code == 404
        assert agent.get(f"/api/v1/licensing/servers/{new_id()}/captures").status_code == 404
