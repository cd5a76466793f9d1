"""The gate as browsers meet it: inert to machines, one answer to strangers, a way in for the recipient."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from answerprint.core import clock
from answerprint.core.db import Database
from answerprint.core.shown_once import new_secret
from reviews.models.gate import Visit
from reviews.models.links import ScreeningLink, View
from reviews.service.link_secrets import resend_link
from reviews.service.links import revoke_link
from tests.reviews.agreements.agreeing import BASE_URL
from tests.reviews.factories import make_undertaking
from tests.reviews.gate.coming import (
    FILM,
    HOST,
    SPOKEN,
    TARGET,
    Gatehouse,
    allow,
    bodies,
    entries,
    gatehouse,
    secret_of,
)
from tests.reviews.gate.guest import Guest, furnish, guest_of, hidden_of, issued_now, let_in, token_of


@pytest.fixture(name="gate")
def _gate(app: Flask, database: Database, tmp_path: Path) -> Gatehouse:
    """A project with an agreement in force, and a film in the screening room."""
    furnish(app, tmp_path / "media")
    return gatehouse(database)


def answer_of(guest: Guest, path: str, *, method: str = "GET", **typed: str) -> tuple[int, str, list[tuple[str, str]]]:
    """Return what makes one answer differ from another: status, body and headers, without what is random."""
    response = guest.client.open(path, method=method, data=typed or None)
    headers = [(name, re.sub(r"visit=[^;]+", "visit=…", value)) for name, value in response.headers]
    return response.status_code, re.sub(r'value="[0-9a-f]{64}"', 'value="…"', response.text), headers


def visits(database: Database) -> int:
    """Count the visits."""
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Visit)) or 0


class TestDoor:
    """What a scanner, an unfurler or a curious neighbour sees."""

    def test_looking_changes_nothing(self, app: Flask, database: Database, gate: Gatehouse) -> None:
        """GET and HEAD of a live link begin no visit, spend nothing, set no cookie and leave no entry."""
        secret = issued_now(gate)
        guest = guest_of(app, database)
        for method in ("GET", "HEAD"):
            for path in ("/g", f"/g/{secret}", "/g/visit", "/g/media/x"):
                response = guest.client.open(path, method=method)
                assert "Set-Cookie" not in response.headers

        assert (visits(database), entries(database, "reviews.gate.opened")) == (0, 0)

    def test_door_says_nothing(self, app: Flask, database: Database, gate: Gatehouse) -> None:
        """No project, no alias, no preview, no other site; not stored, not indexed, no referrer."""
        response = guest_of(app, database).client.get(f"/g/{issued_now(gate)}")
        text, headers = response.text, response.headers

        for word in ("NB-204", "Northern Light", "r2", "Answerprint", "og:", "twitter:", "oembed", "https://"):
            assert word not in text
        assert "noindex" in text
        assert "noindex" in headers["X-Robots-Tag"]
        assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]

    def test_every_secret_meets_the_same_door(self, app: Flask, database: Database, gate: Gatehouse) -> None:
        """By its path a live secret and an unknown one differ in nothing but themselves."""
        live, unknown = issued_now(gate), new_secret()
        guest = guest_of(app, database)
        seen = [answer_of(guest, f"/g/{secret}")[1].replace(secret, "…") for secret in (live, unknown)]

        assert seen[0] == seen[1]

    def test_script_takes_the_secret_out_of_the_address(self) -> None:
        """The page's script empties the address bar, and sends nothing by itself."""
        script = Path("answerprint/web/static/gate.js").read_text(encoding="utf-8")

        assert 'history.replaceState(null, "", "/g")' in script
        assert "fetch" not in script
        assert "submit" not in script


class TestStranger:
    """Who holds a secret but not the mailbox learns nothing."""

    def test_dead_and_live_links_answer_alike(self, app: Flask, database: Database, gate: Gatehouse) -> None:
        """Unknown, over, revoked, not begun and live: status, headers and body are the same at every step."""
        now = clock.now()
        revoked = gate.issue(now=now)
        with database.transaction() as session:
            revoke_link(session, gate.house.producer, link_id=revoked.link.id, reason="", now=now)
        secrets = {
            "live": issued_now(gate),
            "unknown": new_secret(),
            "nonsense": "no secret at all",
            "revoked": secret_of(revoked),
            "over": secret_of(gate.issue(now=now - timedelta(days=8))),
            "not begun": secret_of(gate.issue(now=now + timedelta(days=1))),
        }
        seen = {}
        for name, secret in secrets.items():
            guest = guest_of(app, database)
            csrf = ""
            walk = [answer_of(guest, "/g", method="POST", secret=secret), answer_of(guest, "/g/visit")]
            for path, typed in (("/g/visit/code/request", {}), ("/g/visit/code", {"code": "000000"})):
                csrf = hidden_of(guest.page(), path)["csrf"]
                walk.append(answer_of(guest, path, method="POST", csrf=csrf, **typed))
            walk.append(answer_of(guest, "/g/visit?said=code-refused"))
            seen[name] = walk

        assert all(walk == seen["live"] for walk in seen.values())

    def test_trail_tells_them_apart(self, app: Flask, database: Database, gate: Gatehouse) -> None:
        """What the visitor is not told the trail knows."""
        now = clock.now()
        revoked = gate.issue(now=now)
        with database.transaction() as session:
            revoke_link(session, gate.house.producer, link_id=revoked.link.id, reason="", now=now)
        for secret in (issued_now(gate), new_secret(), secret_of(revoked)):
            guest_of(app, database).open(secret)

        assert sorted(body["was"] for body in bodies(database, "reviews.gate.opened")) == ["live", "revoked", "unknown"]

    def test_form_from_elsewhere_opens_nothing(self, app: Flask, database: Database, gate: Gatehouse) -> None:
        """Another site can send the browser here, and begins no visit and takes no step with it."""
        guest = guest_of(app, database)
        guest.client.post("/g", data={"secret": issued_now(gate)}, headers={"Sec-Fetch-Site": "cross-site"})
        assert visits(database) == 0
        guest.open(issued_now(gate))
        guest.client.post("/g/visit/code/request", data={"csrf": "x" * 64})

        assert entries(database, "reviews.gate.code-sent") == 0


class TestRecipient:
    """Who proves the mailbox is let in, step by step, and is told the truth."""

    def test_way_in(self, app: Flask, database: Database, gate: Gatehouse) -> None:
        """Secret, code, passphrase, undertaking, view: nothing is seen before the last."""
        with database.transaction() as session:
            nda = make_undertaking(session, gate.house.client_id)
        guest = guest_of(app, database)
        guest.open(issued_now(gate, asks_passphrase=True, nda_text_id=nda.id))
        guest.verify()
        assert "Passphrase" in guest.page()
        guest.submit("/g/visit/passphrase", passphrase="wrong words here")
        assert "did not open" in guest.page("/g/visit?said=phrase-refused")
        guest.submit("/g/visit/passphrase", passphrase=SPOKEN)
        assert "I keep to myself what I see." in guest.page()
        guest.submit("/g/visit/undertaking")
        ready = guest.page()
        assert "NB-204" in ready
        watching = guest.watch()

        assert "Ines Okafor" in watching.text
        assert "deterrent only" in watching.text
        film = guest.client.get(f"/g/media/{token_of(watching.text)}")
        assert (film.status_code, film.data == FILM) == (200, True)

    def test_secret_of_the_visit_changes_with_each_proof(self, app: Flask, database: Database, gate: Gatehouse) -> None:
        """What was in the cookie before a proof opens nothing after it."""
        guest = guest_of(app, database)
        guest.open(issued_now(gate))
        before = guest.client.get_cookie("visit")
        guest.verify()
        after = guest.client.get_cookie("visit")
        assert before is not None
        assert after is not None
        other = guest_of(app, database)
        other.client.set_cookie("visit", before.value)

        assert before.value != after.value
        assert "Send the code" in other.page()

    def test_cookie_is_bound(self, app: Flask, database: Database, gate: Gatehouse) -> None:
        """Over TLS the cookie is the host's own, out of reach of scripts and other sites, and ends with the browser."""
        app.config["ANSWERPRINT_SECURE_COOKIES"] = True
        cookie = guest_of(app, database).open(issued_now(gate)).headers["Set-Cookie"]

        assert cookie.startswith("__Host-visit=")
        for part in ("Secure", "HttpOnly", "Path=/", "SameSite=Strict"):
            assert part in cookie
        for part in ("Expires", "Max-Age", "Domain"):
            assert part not in cookie

    def test_verified_recipient_is_told_the_truth(self, app: Flask, database: Database, gate: Gatehouse) -> None:
        """Behind the mailbox a dead link says why it is dead."""
        issued = gate.issue(now=clock.now())
        guest = guest_of(app, database)
        guest.open(secret_of(issued))
        guest.verify()
        with database.transaction() as session:
            revoke_link(session, gate.house.producer, link_id=issued.link.id, reason="x", now=clock.now())

        assert "taken back" in guest.page()

    def test_same_link_in_the_same_browser_goes_on(self, app: Flask, database: Database, gate: Gatehouse) -> None:
        """Who clicks the mail again in the browser that is let in needs no other code."""
        secret = issued_now(gate)
        guest = guest_of(app, database)
        guest.open(secret)
        guest.verify()
        guest.open(secret)

        assert "Watch" in guest.page()
        assert visits(database) == 1

    def test_leaving_ends_the_visit(self, app: Flask, gate: Gatehouse) -> None:
        """Who leaves takes the cookie's worth with them."""
        guest = let_in(app, gate)
        cookie = guest.client.get_cookie("visit")
        assert cookie is not None
        guest.submit("/g/visit/end")
        guest.client.set_cookie("visit", cookie.value)

        assert "visit is over" in guest.page()

    def test_sending_anew_ends_what_the_old_secret_opened(
        self, app: Flask, database: Database, gate: Gatehouse
    ) -> None:
        """The old mail opens nothing any more, nor does a visit that came of it."""
        issued = gate.issue(now=clock.now())
        guest = guest_of(app, database)
        guest.open(secret_of(issued))
        guest.verify()
        with database.transaction() as session:
            resend_link(session, gate.house.producer, link_id=issued.link.id, base_url=BASE_URL, now=clock.now())

        assert "sent to you anew" in guest.page()


class TestHandOff:
    """To another platform, with notice, and by nobody's address but the sealed one."""

    def test_target_is_shown_after_the_grant_only(self, app: Flask, database: Database, gate: Gatehouse) -> None:
        """Before the view is granted the page names the host; the address comes with the grant, without referrer."""
        allow(database, gate.house)
        guest = let_in(app, gate, target_url=TARGET, platform="the platform")
        ready = guest.page()
        assert HOST in ready
        assert "leave this site" in ready
        assert "hidden" not in re.sub(r"<input[^>]*>", "", ready)
        page = guest.watch().text

        assert f'href="{TARGET}" rel="noreferrer noopener"' in page
        with database.reading() as session:
            assert session.scalar(select(func.count()).select_from(View)) == 1

    def test_address_is_sealed_at_rest(self, app: Flask, database: Database, gate: Gatehouse) -> None:  # noqa: ARG002
        """In the database the address stands sealed for its own row, and in no entry at all."""
        allow(database, gate.house)
        issued = gate.issue(target_url=TARGET)
        with database.reading() as session:
            sealed = session.scalar(select(ScreeningLink.target_sealed).where(ScreeningLink.id == issued.link.id))

        assert sealed is not None
        assert b"4711" not in sealed

    def test_no_parameter_leads_away(self, app: Flask, gate: Gatehouse) -> None:
        """Whatever an address carries, the gate leads to itself alone, and who leaves is told so and led nowhere."""
        guest = let_in(app, gate)
        for path in ("/g?next=//evil.example", "/g/visit?next=https://evil.example&said=https://evil.example"):
            assert "evil.example" not in guest.client.get(path).text
        csrf = hidden_of(guest.page(), "/g/visit/end")
        left = guest.client.post("/g/visit/end?next=https://evil.example", data=csrf)

        assert "Location" not in left.headers
        assert "visit is over" in left.text
        assert "evil.example" not in left.text
