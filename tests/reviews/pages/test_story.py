"""The main job on pages alone: from a client to an agreement, a link, a watched screening, a decision, a receipt."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from facility.roles import Role
from facility.service.clients import add_client
from facility.service.projects import add_member, add_project
from tests.reviews.gate.coming import FILM_SHA256
from tests.reviews.gate.guest import Guest
from tests.reviews.telling import Client, found, take_receipts
from tests.web.browsers import Browser

TERMS = {
    "milestone": "fine-cut",
    "deliverable": "Reel 2",
    "subjects.edit": "true",
    "methods.0.kind": "async-link",
    "methods.0.viewing.judges.edit": "true",
    "parties.0.role": "signatory",
    "parties.1.role": "approver",
    "security.view_limit": "3",
    "rounds.included": "2",
    "sign_off.statement": "I approve this cut.",
}
REEL = {
    "name": "reel2",
    "kind": "picture",
    "file_name": "NB-204_reel2_v001.mp4",
    "number": "1",
    "sha256": FILM_SHA256,
    "size": "5",
    "media_path": "r2.mp4",
    "frame_rate": "24/1",
}


class Story:
    """A producer at their pages, and a client at the gate."""

    def __init__(self, app: Flask, database: Database, folder: Path) -> None:
        self.client, self.producer = Client(app, database, folder), Browser(app, database, Role.PRODUCER)
        with database.transaction() as session:
            client = add_client(session, SYSTEM, name="Northbound")
            project = add_project(session, SYSTEM, client_id=client.id, code="NB-204", name="Northern Light")
            add_member(session, SYSTEM, project_id=project.id, person_id=self.producer.person_id)
        self.log, self.home = client.log or "", f"/reviews/projects/{project.id}"
        people = f"/reviews/clients/{client.id}/contacts"
        self.done(f"{people}/new", name="Ines Okafor", email="ines@okafor.example")
        self.contact = found(r"/reviews/contacts/([0-9a-f-]{36})/change", self.producer.get(people)[1])

    def done(self, path: str, **typed: str) -> str:
        """Submit a form that is accepted, and return where it leads."""
        status, where = self.producer.submit(path, **typed)
        assert status == 303, where
        return where.partition("?")[0]

    def agree(self) -> str:
        """Write an agreement, send it, and have both sides accept it; return its page."""
        parties = {"parties.0.contact_id": self.contact, "parties.1.contact_id": self.contact}
        version = self.done(f"{self.home}/agreements/new", **TERMS, **parties)
        page = self.producer.get(version)[1]
        self.done(f"{version}/send", version=found(r'name="version" value="(\d+)"', page))
        self.done(f"{version}/accept", text_sha256=self.client.accept())
        return version

    def send_link(self) -> tuple[str, Guest]:
        """Register a reel and send a link to it; return the reel, and the client's browser behind the gate."""
        reel = found(r"/reviews/versions/([0-9a-f-]{36})", self.done(f"{self.home}/materials/new", **REEL))
        agreement = found(r'<option value="([0-9a-f-]{36})">NB-204 1', self.producer.get(f"{self.home}/links/new")[1])
        wish = {"contact_id": self.contact, "material_version_id": reel, "agreement_version_id": agreement}
        status, made = self.producer.submit(f"{self.home}/links/new", **wish, method="M1")
        assert status == 200, made
        return reel, self.client.come_in(found(r"/g#([\w-]{43})", made))


def test_from_client_to_receipt(app: Flask, database: Database, log_key: Ed25519PrivateKey, tmp_path: Path) -> None:
    """A producer on pages and a client at the gate do all of it, and the receipt verifies."""
    story = Story(app, database, tmp_path / "media")
    version = story.agree()
    reel, guest = story.send_link()
    assert "<video" in guest.watch().text
    agreement = found(r"/reviews/rounds/of/([0-9a-f-]{36})", story.producer.get(version)[1])
    story.done(f"/reviews/rounds/of/{agreement}", material_version_id=reel)
    page = story.producer.get(f"/reviews/rounds/{story.client.decide(guest)}")[1]
    sent = take_receipts(database, story.log, log_key)

    assert sent == 3
    assert "APPROVED" in page
    assert "1 logged view;" in page
    assert "Lovely" in story.producer.get(f"/reviews/versions/{reel}")[1]
