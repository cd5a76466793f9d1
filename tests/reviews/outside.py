"""A project under a code name, and everything of it that leaves the house, collected from every path that sends."""

import html
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import structlog
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.outbox import OutboxMail
from answerprint.web.receipts import send_receipts
from reviews.models.agreements import AgreementVersion
from reviews.queries.agreements import version_by_id
from reviews.rules.links import LinkWish
from reviews.rules.terms import Method, Rounds, Security, SignOff, Viewing
from reviews.rules.titles import says_title
from reviews.rules.vocabulary import DisplayClass, MethodKind, Subject
from reviews.service.agreement_sending import send_agreement_again
from reviews.service.agreements import withdraw_agreement
from reviews.service.faces import FaceEntry, set_face
from reviews.service.link_secrets import resend_link
from reviews.service.links import issue_link
from reviews.service.materials import VersionEntry, register_version
from reviews.service.notes import NoteEntry, write_note
from reviews.service.rounds import give_notice, open_round
from reviews.service.screenings import cancel_screening, change_screening
from reviews.service.shipments import chase_overdue
from tests.reviews.agreements.agreeing import BASE_URL, a_house, accepted, sent
from tests.reviews.attendance.rooms import MARK, TODAY, Suite, asking
from tests.reviews.factories import ELSEWHERE, NOW, House, make_undertaking
from tests.reviews.gate.coming import FILM_SHA256, add_version, secret_of, spoken, verified
from tests.reviews.gate.guest import Guest, guest_of, hidden_of

PROJECT_NAME = "Northern Light"
TITLES = ("Velvet Zanzibar", "Sansibar aus Samt")
ALIAS = "BLUE HERON"
REEL = VersionEntry(
    name="r2",
    kind="picture",
    file_name="r2_v001.mp4",
    sha256=FILM_SHA256,
    size=1000,
    number=1,
    media_path="r2.mp4",
    frame_rate="24/1",
)
STATEMENT = "I approve Velvet Zanzibar as I watched it."
"""What approvers sign may say the title: it is shown to who passed the gate, and to nobody else."""


@dataclass(slots=True)
class Outside:
    """What left the house, each text with the path that it took."""

    texts: list[tuple[str, str]] = field(default_factory=list)

    def say(self, path: str, *texts: str) -> None:
        """Note what left by a path."""
        self.texts.append((path, "\n".join(texts)))

    def answer(self, path: str, response: TestResponse, *, but: tuple[str, ...] = ()) -> str:
        """Note a page with its headers, but for texts that may say a title there; return the page."""
        page = html.unescape(response.text)
        for text in but:
            assert text in page, path
            page = page.replace(text, "")
        self.say(path, page, str(response.headers), response.request.path)
        return response.text

    def mails(self, database: Database) -> None:
        """Note every mail, with its attachment as it reads."""
        with database.reading() as session:
            for mail in session.scalars(select(OutboxMail).order_by(OutboxMail.id)):
                attached = (mail.attachment or "").replace("\r\n ", "")
                parts = (mail.recipient, mail.subject, mail.body, attached, mail.attachment_name, mail.attachment_type)
                self.say(mail.kind, *parts)

    def paths(self) -> set[str]:
        """Return the paths that something took."""
        return {path for path, _ in self.texts}

    def telling(self) -> set[str]:
        """Return the paths on which a real title left, however it is spelled."""
        return {path for path, text in self.texts if says_title(text, (PROJECT_NAME, *TITLES)) is not None}


@contextmanager
def logged(outside: Outside) -> Iterator[None]:
    """Note what is logged meanwhile."""
    with structlog.testing.capture_logs() as lines:
        yield
    outside.say("log", *(str(line) for line in lines))


class CodeName:
    """A project of which the alias is in force, with an agreement and a version, and those who are to see it."""

    def __init__(self, app: Flask, database: Database) -> None:
        self.app, self.database, self.outside = app, database, Outside()
        self.house: House = a_house(database)
        with database.transaction() as session:
            entry = FaceEntry(alias=ALIAS, is_alias_in_force=True, titles=TITLES)
            set_face(session, self.house.producer, project_id=self.house.project_id, entry=entry, version=0)
            undertaking = make_undertaking(session, self.house.client_id)
        judged = Viewing(display=DisplayClass.REFERENCE, judges=(Subject.EDIT,))
        kinds = (MethodKind.SUITE, MethodKind.DRIVE, MethodKind.ASYNC_LINK)
        self.terms: dict[str, Any] = {
            "deliverable": "Velvet Zanzibar, reels 1 to 5",
            "methods": tuple(Method(kind, judged) for kind in kinds),
            "security": Security(
                nda_text_id=undertaking.id,
                watermark=MARK,
                retention_days=14,
                destruction="return",
                allows_download=True,
            ),
            "rounds": Rounds(deemed_after_days=5),
            "sign_off": SignOff(statement=STATEMENT, notify=("P1",)),
        }
        version = accepted(database, self.house, **self.terms)
        with database.transaction() as session:
            reel = register_version(session, self.house.producer, project_id=self.house.project_id, entry=REEL, now=NOW)
            version_id = reel.version.id
        digest = undertaking.text_sha256
        self.suite = Suite(database, self.house, version.agreement_id, version.id, version_id, digest)

    def agreements(self) -> None:
        """Send an agreement, send it again, show it at the gate, and take it back."""
        version = sent(self.database, self.house, **self.terms)
        with self.database.transaction() as session:
            send_agreement_again(
                session,
                self.house.producer,
                version_id=version.id,
                contact_id=self.house.contact_id,
                base_url=BASE_URL,
                now=clock.now(),
            )
        self._show_agreement(version.id)
        with self.database.transaction() as session:
            now = version_by_id(session, version.id)
            withdraw_agreement(
                session,
                self.house.producer,
                version_id=version.id,
                reason="changed our minds",
                version=now.version,
                now=NOW,
            )

    def links(self) -> None:
        """Send a link, and again; open it, watch, take a copy; and come from another network than before."""
        issued, now = self._issue(), clock.now()
        with self.database.transaction() as session:
            again = resend_link(
                session, self.house.producer, link_id=issued.link.id, base_url=BASE_URL, now=clock.now()
            )
        secret = again.url.partition("#")[2]
        guest = guest_of(self.app, self.database)
        note, outside = self.outside.answer, self.outside
        note("gate door", guest.client.get("/g"))
        note("gate path", guest.client.get(f"/g/{secret}"))
        note("gate opened", guest.open(secret))
        note("gate code", guest.client.get("/g/visit"))
        guest.verify()
        note("gate undertaking", guest.client.get("/g/visit"))
        guest.submit("/g/visit/undertaking")
        note("gate ready", guest.client.get("/g/visit"), but=(STATEMENT,))
        note("gate watch", guest.watch())
        note("gate receipts", guest.client.get("/g/visit/receipts"))
        kept = guest.client.post("/g/visit/download", data=hidden_of(guest.page(), "/g/visit/download"))
        assert kept.status_code == 200, kept.text
        outside.say("gate download", str(kept.headers))
        kept.close()
        hidden = hidden_of(guest.page("/g/visit/signing"), "/g/visit/signing/request")
        note("gate signing", guest.client.post("/g/visit/signing/request", data=hidden))
        verified(self.database, secret, address=ELSEWHERE, now=now + timedelta(minutes=20))
        note("gate unknown", guest_of(self.app, self.database).client.get("/g/visit"))

    def rounds(self) -> UUID:
        """Open a round, and tell those who have not decided what their silence means."""
        with self.database.transaction() as session:
            opened = open_round(
                session,
                self.house.producer,
                agreement_id=self.suite.agreement_id,
                material_version_id=self.suite.version_id,
                now=clock.now(),
            )
        with self.database.transaction() as session:
            give_notice(session, self.house.producer, round_id=opened.id, now=clock.now())
        return opened.id

    def supersede(self) -> None:
        """Register a newer version while somebody holds a link to the older one."""
        self._issue()
        add_version(self.database, self.house, 2)

    def notes(self) -> None:
        """Write a note, and export it in every form."""
        version_id, producer = self.suite.version_id, self.house.producer
        with self.database.transaction() as session:
            entry = NoteEntry("Lift the shadows here.")
            write_note(session, producer, material_version_id=version_id, entry=entry, now=clock.now())
        ask = asking(self.app, self.database, producer)
        for form in ("csv", "edl", "otio"):
            made = ask("GET", f"/material-versions/{version_id}/notes/export?form={form}")
            assert made.status_code == 200, made.text
            self.outside.answer(f"notes {form}", made)

    def rooms(self) -> None:
        """Invite to a screening, change it, call it off."""
        screening, producer = self.suite.plan(), self.house.producer
        self.suite.invite(screening)
        with self.database.transaction() as session:
            moved = {"changes": {"room": "Suite 4"}, "version": 1, "now": NOW}
            change_screening(session, producer, screening_id=screening.id, **moved)  # type: ignore[arg-type]
        with self.database.transaction() as session:
            cancel_screening(session, producer, screening_id=screening.id, now=NOW)

    def drives(self) -> None:
        """Ship a drive, and chase it."""
        self.suite.ship()
        with self.database.transaction() as session:
            chase_overdue(session, SYSTEM, now=NOW, on=TODAY + timedelta(days=30))

    def receipts(self) -> None:
        """Send the receipts whose entries are signed."""
        send_receipts(self.database, now=clock.now())

    def _issue(self) -> Any:
        wish = LinkWish(
            agreement_version_id=self.suite.agreement_version_id,
            method="M3",
            material_version_id=self.suite.version_id,
            contact_id=self.house.contact_id,
            zone="Europe/Berlin",
            allows_download=True,
        )
        with self.database.transaction() as session:
            actor, now = self.house.producer, clock.now()
            issued = issue_link(session, actor, wish=wish, passphrase=spoken(), base_url=BASE_URL, now=now)
            assert secret_of(issued)
            return issued

    def _show_agreement(self, version_id: UUID) -> None:
        """Show the agreement at the gate: its text may say a title, and nothing around it."""
        with self.database.reading() as session:
            text = session.get_one(AgreementVersion, version_id).text or ""
            wanted = select(OutboxMail.body).where(OutboxMail.kind == "reviews.agreement.sent")
            body = session.scalars(wanted.order_by(OutboxMail.id.desc()).limit(1)).one()
        guest: Guest = guest_of(self.app, self.database)
        guest.open(body.partition("/g#")[2].split()[0])
        guest.verify()
        self.outside.answer("gate agreement", guest.client.get("/g/visit"), but=(text,))
