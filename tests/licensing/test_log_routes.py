"""The routes of event logs and options files: what agents send, and what is answered."""

import json
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from licensing.api.logs import blueprint
from licensing.rules.log_parts import MAX_PART_BYTES
from licensing.service.options import take_options
from tests.licensing.event_logs import LINES, facts, send, text_of
from tests.licensing.factories import NOW, make_server
from tests.licensing.routes_alone import client_of


@pytest.fixture(name="server_id")
def _server_id(database: Database) -> UUID:
    """A FlexNet server whose clock shows UTC."""
    with database.transaction() as session:
        return make_server(session, zone="UTC").id


class TestRoutes:
    """What agents send, and what is answered."""

    @pytest.fixture(name="client")
    def _client(self, database: Database) -> FlaskClient:
        """A client of the house's own."""
        return client_of(database, blueprint)

    def test_a_part_is_made_once(self, client: FlaskClient, server_id: UUID) -> None:
        """201 makes it; 200 says that it was there; the list shows it."""
        path = f"/api/v1/licensing/servers/{server_id}/logs"
        first = client.post(path, data=text_of(*LINES), content_type="text/plain")
        again = client.post(path, json={"text": text_of(*LINES).decode()})
        listed = client.get(path)

        assert (first.status_code, again.status_code) == (201, 200), first.json
        assert listed.json is not None
        assert listed.json["items"] == [first.json]

    def test_a_part_that_is_too_large(self, client: FlaskClient, server_id: UUID) -> None:
        """Larger files come by the command."""
        path = f"/api/v1/licensing/servers/{server_id}/logs"

        assert client.post(path, data=b"x" * (MAX_PART_BYTES + 1), content_type="text/plain").status_code == 413

    def test_denials_page_from_the_newest(self, client: FlaskClient, server_id: UUID, database: Database) -> None:
        """Each with what it was."""
        send(database, server_id, *LINES)
        path = f"/api/v1/licensing/servers/{server_id}/denials"
        first = client.get(path, query_string={"limit": 1}).json
        assert first is not None
        second = client.get(path, query_string={"limit": 1, "cursor": first["next"]}).json

        assert second is not None
        assert [one["user"] for one in (*first["items"], *second["items"])] == ["jo", "kim"]
        assert (first["is_recorded"], second["next"]) == (True, None)


class TestOptions:
    """The newest options file says what the log leaves out."""

    TEXT = b"RESERVE 2 grade USER mara\nMAX_OVERDRAFT grade 3\nNOLOG DENIED\n"

    @pytest.fixture(name="client")
    def _client(self, database: Database) -> FlaskClient:
        """A client of the house's own."""
        return client_of(database, blueprint)

    def test_what_it_means(self, client: FlaskClient, server_id: UUID, database: Database) -> None:
        """Numbers by feature and kinds of line; the trail holds nobody's name."""
        path = f"/api/v1/licensing/servers/{server_id}/options"
        put = client.put(path, data=self.TEXT, content_type="text/plain")
        (fact,) = facts(database, "licensing.options.taken")

        assert put.status_code == 200, put.json
        assert put.json == client.get(path).json
        assert put.json is not None
        assert (put.json["reserved"], put.json["overdraft"], put.json["unlogged"]) == (
            {"grade": 2},
            {"grade": 3},
            ["denied"],
        )
        assert fact["data"]["meaning"]["reserved"] == {"grade": 2}
        assert "mara" not in json.dumps(fact)

    def test_denials_that_nobody_writes_down(self, client: FlaskClient, server_id: UUID) -> None:
        """With NOLOG DENIED no denial is none that is known of."""
        client.put(f"/api/v1/licensing/servers/{server_id}/options", data=self.TEXT, content_type="text/plain")
        listed = client.get(f"/api/v1/licensing/servers/{server_id}/denials").json

        assert listed is not None
        assert (listed["items"], listed["is_recorded"]) == ([], False)

    def test_the_same_file_again(self, database: Database, server_id: UUID) -> None:
        """It changes nothing and records nothing."""
        for _ in range(2):
            with database.transaction() as session:
                take_options(session, SYSTEM, server_id=server_id, raw=self.TEXT, now=NOW)

        assert len(facts(database, "licensing.options.taken")) == 1

    def test_none_was_sent(self, client: FlaskClient, server_id: UUID) -> None:
        """That nothing is known is said."""
        assert client.get(f"/api/v1/licensing/servers/{server_id}/options").status_code == 404
