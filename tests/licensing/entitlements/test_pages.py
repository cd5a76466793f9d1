"""The pages of entitlements, as people at a browser use them."""

import io
import re

import pytest
from flask.testing import FlaskClient

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from licensing.service.products import link_feature
from tests.licensing.entitlements.test_imports import TABLE
from tests.licensing.entitlements.test_routes import API, made
from tests.licensing.factories import make_product, make_server
from tests.licensing.printed import Use, lmstat
from tests.web.browsers import Browser


class TestPages:
    """What people do."""

    def test_import_is_looked_at_and_confirmed(self, tech: Browser) -> None:
        """A file shows its rows or what is wrong by line; the form under it enters what was shown."""
        wrong = tech.client.post(
            "/contracts/import/preview",
            data={"csrf": tech.csrf, "kind": "csv", "file": (io.BytesIO(TABLE.replace(",10,", ",ten,").encode()), "a")},
        ).get_data(as_text=True)
        shown = tech.submit("/contracts/import/preview", kind="csv", text=TABLE)[1]
        kept = re.search(r'<textarea name="text"[^>]*>\n(.*?)</textarea>', shown, re.DOTALL)
        assert kept is not None
        status, where = tech.submit("/contracts/import", kind="csv", text=kept[1])

        assert "“ten” is no whole number" in wrong
        assert "Enter all of them" not in wrong
        assert (status, where) == (303, "/contracts?done=lots-imported")
        assert "F-1" in tech.get("/contracts")[1]
        assert "is there already" in tech.submit("/contracts/import/preview", kind="csv", text=TABLE)[1]

    def test_mapping_is_kept(self, tech: Browser) -> None:
        """A mapping that lacks a field is shown again with what was typed; a whole one is kept."""
        fields = {"mapping_name": "Einkauf", "delimiter": "semicolon", "date_form": "DD.MM.YYYY", "product": "Produkt"}
        status, page = tech.submit("/contracts/import/mappings", **fields)
        fields |= {"vendor": "=Foundry", "contract": "=F-1", "metric": "=named-user"}
        kept, _ = tech.submit("/contracts/import/mappings", **fields, quantity="Anzahl", starts_on="Beginn")

        assert (status, kept) == (422, 303)
        assert 'value="Produkt"' in page
        assert "Einkauf" in tech.get("/contracts/import")[1]

    def test_key_is_shown_once_and_on_no_other_page(self, tech: Browser, lot: dict[str, str]) -> None:
        """The key's own page is not stored; the lot's page says only that there is one."""
        path = f"/contracts/lots/{lot['lot']}/key"
        tech.submit(path, key="ABCD-1234")
        shown = tech.client.post(f"{path}/revelation", data={"csrf": tech.csrf})
        other = tech.get(f"/contracts/lots/{lot['lot']}/change")[1] + tech.get(f"/contracts/{lot['contract']}")[1]

        assert "ABCD-1234" in shown.get_data(as_text=True)
        assert shown.headers["Cache-Control"] == "no-store"
        assert "ABCD" not in other

    def test_document_larger_than_other_forms_is_attached(self, tech: Browser, lot: dict[str, str]) -> None:
        """A paper of twelve megabytes comes through the page, and out again."""
        content = b"%PDF" + bytes(12_000_000)
        path = f"/contracts/{lot['contract']}/documents"
        form = (
            f'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{tech.csrf}\r\n--x\r\n'
            'Content-Disposition: form-data; name="content"; filename="paper.pdf"\r\n\r\n'
        )
        body = form.encode() + content + b"\r\n--x--\r\n"
        sent = tech.client.post(path, data=body, content_type="multipart/form-data; boundary=x")
        page = tech.get(f"/contracts/{lot['contract']}")[1]
        link = re.search(r'href="(/contracts/documents/[^"]+)">paper.pdf', page)
        assert link is not None

        assert sent.status_code == 303
        assert tech.client.get(link[1]).get_data() == content

    def test_lot_changes_from_a_day_by_its_form(self, tech: Browser, lot: dict[str, str]) -> None:
        """With a day the form ends the lot and begins another; without one it corrects it."""
        fields = {"metric": "named-user", "quantity": "7", "starts_on": "2026-01-01", "overage_policy": "hard"}
        path = f"/contracts/lots/{lot['lot']}/change"
        status, _ = tech.submit(path, **fields, version="1", from_day="2026-07-01", downgrade_to="Nuke 13 | Nuke 12")
        page = tech.get(f"/contracts/{lot['contract']}")[1]

        assert status == 303
        assert len(re.findall(r"/contracts/lots/[^/]+/change", page)) == 2

    def test_named_seats_and_leavers(self, tech: Browser, lot: dict[str, str]) -> None:
        """A product's page assigns and gives back; the leavers' page says what was found for whom."""
        path = f"/seats/{lot['product']}"
        assert tech.submit(f"{path}/assignments", kind="person", assignee="kim@p.example")[0] == 303
        page = tech.get(path)[1]
        swap = re.search(r"/seats/assignments/[^/]+/swap", page)
        assert swap is not None
        assert tech.submit(swap[0], assignee="ann", version="1")[0] == 303
        found = tech.submit("/seats/leavers", leavers="ANN\nnobody")[1]

        assert "1 of 2 for a person" in " ".join(page.split())
        assert "nothing was held under these names" in found
        assert "None is assigned." in tech.get(path)[1]

    def test_review_has_an_empty_state_and_a_queue(self, tech: Browser, database: Database, api: FlaskClient) -> None:
        """With nothing to do the page says so; with a feature it offers what may be done about it."""
        empty = tech.get("/licensing/review")[1]
        with database.transaction() as session:
            server = make_server(session)
            product = make_product(session, name="nuke")
            link_feature(session, SYSTEM, product_id=product.id, server_id=server.id, name="known")
        raw = lmstat({"nuke": Use(10)}, printed=None)
        made(api.post(f"{API}/captures?server_id={server.id}", data=raw, content_type="text/plain"))
        queue = tech.get("/licensing/review")[1]
        named = {"server_id": str(server.id), "name": "nuke", "product_id": str(product.id)}
        done = [
            tech.submit("/licensing/review/refusals", **named)[0],
            tech.submit("/licensing/review/acceptances", **named)[0],
            tech.submit("/licensing/review/acceptances", **named)[0],
        ]

        assert "Nothing to review" in empty
        assert "Accept" in queue
        assert done == [303, 303, 409]

    @pytest.mark.parametrize(
        "path",
        ["/contracts/import", "/contracts/import/mappings", "/licensing/review", "/seats/leavers"],
    )
    def test_pages_stay_within_the_policy(self, tech: Browser, path: str) -> None:
        """No page has a style or a script of its own, and each has one heading."""
        status, page = tech.get(path)

        assert status == 200
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\bsrc=)", page)
        assert page.count("<h1") == 1
