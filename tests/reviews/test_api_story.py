"""The main job on the API alone: a program of the house's does its part, and the client stays at the gate."""

from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from facility.roles import Role
from facility.service.clients import add_client
from facility.service.projects import add_member, add_project
from tests.reviews.gate.coming import FILM_SHA256
from tests.reviews.gate.guest import Guest
from tests.reviews.telling import Client, found, take_receipts
from tests.web.browsers import Browser, program

API = "/api/v1/reviews"
REEL = {
    "name": "reel2",
    "kind": "picture",
    "file_name": "NB-204_reel2_v001.mp4",
    "number": 1,
    "sha256": FILM_SHA256,
    "size": 5,
    "media_path": "r2.mp4",
    "frame_rate": "24/1",
}


class Story:
    """A program with a producer's token, and a client at the gate."""

    def __init__(self, app: Flask, database: Database, folder: Path) -> None:
        self.client, producer = Client(app, database, folder), Browser(app, database, Role.PRODUCER)
        with database.transaction() as session:
            client = add_client(session, SYSTEM, name="Northbound")
            project = add_project(session, SYSTEM, client_id=client.id, code="NB-204", name="Northern Light")
            add_member(session, SYSTEM, project_id=project.id, person_id=producer.person_id)
        self.log, self.project_id, client_id = client.log or "", str(project.id), str(client.id)
        self.program: FlaskClient = program(app, database, producer.person_id)
        person = {"client_id": client_id, "name": "Ines Okafor", "email": "ines@okafor.example"}
        self.contact = self.made("/contacts", person)["id"]

    def made(self, path: str, body: dict[str, Any] | None = None, *, held: TestResponse | None = None) -> Any:
        """Post what is accepted, with the version that was held; return the answer."""
        headers = {"If-Match": held.headers["ETag"]} if held is not None else {}
        answer = self.program.post(f"{API}{path}", json=body, headers=headers)
        assert answer.status_code in (200, 201), answer.text
        return answer.get_json()

    def agree(self) -> dict[str, Any]:
        """Write an agreement, send it, and have both sides accept it; return its version."""
        draft = self.made("/agreements", {"project_id": self.project_id, "terms": self._terms()})
        at = f"/agreement-versions/{draft['id']}"
        self.made(f"{at}/sending", held=self.program.get(f"{API}{at}"))
        text = self.client.accept()
        assert self.program.get(f"{API}{at}/text").get_json()["text_sha256"] == text
        accepted: dict[str, Any] = self.made(f"{at}/acceptance", {"text_sha256": text})
        return accepted

    def send_link(self, agreement_version_id: str) -> tuple[str, Guest]:
        """Register a reel and send a link to it; return the reel, and the client's browser behind the gate."""
        reel = self.made(f"/projects/{self.project_id}/materials", REEL)["version"]["id"]
        wish = {"contact_id": self.contact, "material_version_id": reel, "agreement_version_id": agreement_version_id}
        made = self.made("/links", wish | {"method": "M1", "zone": "Europe/Berlin"})
        return reel, self.client.come_in(found(r"/g#([\w-]{43})", made["secret"]["url"]))

    def _terms(self) -> dict[str, Any]:
        parts = [{"role": role, "contact_id": self.contact} for role in ("signatory", "approver")]
        return {
            "milestone": "fine-cut",
            "deliverable": "Reel 2",
            "subjects": ["edit"],
            "parties": parts,
            "methods": [{"kind": "async-link", "viewing": {"judges": ["edit"]}}],
            "sign_off": {"statement": "I approve this cut."},
        }


def test_from_client_to_receipt(app: Flask, database: Database, log_key: Ed25519PrivateKey, tmp_path: Path) -> None:
    """A program and a client at the gate do all of it, and the receipt verifies."""
    story = Story(app, database, tmp_path / "media")
    version = story.agree()
    reel, guest = story.send_link(version["id"])
    assert "<video" in guest.watch().text
    opened = story.made(f"/agreements/{version['agreement_id']}/rounds", {"material_version_id": reel})
    assert story.client.decide(guest) == opened["id"]
    made = story.program.get(f"{API}/rounds/{opened['id']}/decisions").get_json()["items"]
    notes = story.program.get(f"{API}/material-versions/{reel}/notes").get_json()["items"]
    sent = take_receipts(database, story.log, log_key)

    assert version["state"] == "accepted"
    assert [(one["value"], one["views"], one["material_sha256"]) for one in made] == [("approved", 1, REEL["sha256"])]
    assert [note["text"] for note in notes] == ["Lovely"]
    assert sent == 3
