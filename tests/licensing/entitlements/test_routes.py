"""The routes and pages of entitlements, as programs with a token and people at a browser meet them."""

from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from answerprint.core.db import Database
from answerprint.core.permissions import Permission
from tests.licensing.entitlements.test_imports import TABLE
from tests.licensing.factories import make_server
from tests.licensing.printed import Use, lmstat
from tests.web.browsers import Browser, program

API = "/api/v1/licensing"
NOTHING = "01981c2e-7a4b-7c3d-9e5f-0a1b2c3d4e5f"
LOT = {"metric": "named-user", "quantity": 2, "starts_on": "2026-01-01"}


def made(answer: Any) -> Any:
    """Return what was made, having seen that it was."""
    assert answer.status_code in (200, 201), answer.get_data(as_text=True)
    return answer.get_json()


class TestApi:
    """What programs do."""

    def test_lot_says_all_of_itself_and_changes_from_a_day(self, api: FlaskClient, lot: dict[str, str]) -> None:
        """Term, purpose and rights go in and come out; a dated change ends the lot the day before."""
        body = LOT | {
            "product_id": lot["product"],
            "term": "perpetual",
            "purpose": "education",
            "maintenance_until": "2026-12-31",
            "bundle": ["Hiero"],
            "topped_up_lot_id": lot["lot"],
        }
        found = made(api.post(f"{API}/contracts/{lot['contract']}/lots", json=body))
        later = {"starts_on": "2026-07-01", "quantity": 5}
        path = f"{API}/lots/{found['id']}"
        new = made(api.post(f"{path}/changes", json=later, headers={"If-Match": '"1"'}))
        old = made(api.get(path))

        assert {name: found[name] for name in body} == body
        assert (old["ends_on"], old["quantity"]) == ("2026-06-30", 2)
        assert (new["starts_on"], new["quantity"], new["bundle"]) == ("2026-07-01", 5, ["Hiero"])

    def test_fault_of_purpose_and_maintenance_is_named(self, api: FlaskClient, lot: dict[str, str]) -> None:
        """What contradicts itself is refused by its field."""
        for terms, field in (
            ({"term": "perpetual", "purpose": "show-rental"}, "purpose"),
            ({"maintenance_until": "2026-12-31"}, "maintenance_until"),
            ({"term": "rental"}, "ends_on"),
            ({"bundle": ["a|b"]}, "bundle"),
        ):
            body = LOT | {"product_id": lot["product"]} | terms
            answer = api.post(f"{API}/contracts/{lot['contract']}/lots", json=body)

            assert answer.status_code == 422
            assert field in str(answer.get_json()), terms

    def test_key_comes_out_of_its_own_route_only(self, api: FlaskClient, lot: dict[str, str]) -> None:
        """A key is set, shown without being stored on the way, and stands in no other answer."""
        path = f"{API}/lots/{lot['lot']}/key"
        put = api.put(path, json={"key": "ABCD-1234"})
        shown = api.post(f"{path}/revelation", headers={"Idempotency-Key": "a" * 20})
        others = [f"/lots/{lot['lot']}", f"/contracts/{lot['contract']}/lots", "/entitlements.cdx.json"]

        assert put.status_code == 204
        assert (shown.get_json(), shown.headers["Cache-Control"]) == ({"key": "ABCD-1234"}, "no-store")
        assert shown.headers["Answerprint-Entry"]
        assert not [path for path in others if b"ABCD" in api.get(API + path).get_data()]

    def test_document_comes_back_byte_for_byte(self, api: FlaskClient, lot: dict[str, str]) -> None:
        """More bytes than other bodies may have go in, and the same come out, as a file and nothing else."""
        content = bytes(range(256)) * 40_000
        path = f"{API}/contracts/{lot['contract']}/documents"
        found = made(api.post(f"{path}?name=a.html", data=content, content_type="text/html"))
        kept = api.get(f"{API}/documents/{found['id']}/content")

        assert kept.get_data() == content
        assert kept.headers["Content-Type"] == "application/octet-stream"
        assert made(api.get(path))["items"] == [found]
        assert api.post(f"{path}?name=a", data=bytes(20_000_001)).status_code == 413

    def test_preview_then_import_then_export(self, api: FlaskClient) -> None:
        """The preview shows rows and enters nothing; the import enters all; both exports have them."""
        body = {"kind": "csv", "text": TABLE}
        preview = made(api.post(f"{API}/imports/preview", json=body))
        none = made(api.get(f"{API}/entitlements.cdx.json"))["components"]
        result = made(api.post(f"{API}/imports", json=body))
        again = api.post(f"{API}/imports", json=body)

        assert (len(preview["rows"]), preview["errors"], preview["can_be_carried_out"]) == (4, [], True)
        assert none == []
        assert (result["lots"], result["vendors"]) == (4, 2)
        assert again.status_code == 422
        assert len(made(api.get(f"{API}/entitlements.cdx.json"))["components"]) == 4
        assert len(made(api.get(f"{API}/entitlements.iso19770-3.json"))["entitlements"]) == 4

    def test_licence_file_wants_its_contract(self, api: FlaskClient) -> None:
        """A licence file names no contract: the sender does, or nothing is read."""
        body = {"kind": "rlm-licence", "text": "LICENSE foundry nuke_i 2026.0 31-dec-2026 12 sig=abc\n"}
        refused = api.post(f"{API}/imports", json=body)
        taken = made(api.post(f"{API}/imports", json=body | {"vendor": "Foundry", "contract": "F-9"}))

        assert refused.status_code == 422
        assert taken["contracts"] == 1

    def test_kept_mapping_reads_a_table(self, api: FlaskClient) -> None:
        """A mapping is kept under its name and used by its id; one that lacks a field is refused."""
        constants = {"vendor": "Foundry", "contract": "F-1", "metric": "concurrent-user", "starts_on": "2026-01-01"}
        mapping = {"columns": {"product": "Produkt", "quantity": "Anzahl"}, "constants": constants, "delimiter": ";"}
        kept = made(api.post(f"{API}/imports/mappings", json={"name": "Einkauf", "mapping": mapping}))
        body = {"kind": "csv", "text": "Produkt;Anzahl\nNuke;3\n", "mapping_id": kept["id"]}
        short = {"name": "Short", "mapping": {"columns": {"product": "Produkt"}}}

        assert made(api.post(f"{API}/imports/preview", json=body))["can_be_carried_out"]
        assert made(api.get(f"{API}/imports/mappings"))["items"] == [kept]
        assert api.post(f"{API}/imports/mappings", json=short).status_code == 422

    def test_named_seat_is_assigned_swapped_and_left(self, api: FlaskClient, lot: dict[str, str]) -> None:
        """Assign, swap with the version held, and give back by a list in JSON or CSV."""
        seat = made(
            api.post(
                f"{API}/assignments", json={"product_id": lot["product"], "kind": "person", "assignee": "kim@p.example"}
            )
        )
        path = f"{API}/assignments/{seat['id']}"
        unheld = api.post(f"{path}/swap", json={"assignee": "ann"})
        new = made(api.post(f"{path}/swap", json={"assignee": "ann"}, headers={"If-Match": '"1"'}))
        found = made(api.post(f"{API}/leavers", data="Ann Artist, ANN\nbo\n", content_type="text/csv"))
        listed = made(api.get(f"{API}/assignments?state=ended&product_id={lot['product']}"))
        again = made(api.post(f"{API}/leavers", json={"leavers": [["ann"]]}))

        assert unheld.status_code == 428
        assert [(one["names"], one["assignments"]) for one in found["items"]] == [
            (["Ann Artist", "ANN"], 1),
            (["bo"], 0),
        ]
        assert {one["id"] for one in listed["items"]} == {seat["id"], new["id"]}
        assert again["items"][0]["assignments"] == 0

    def test_export_of_assigned_users_is_taken_over(self, api: FlaskClient, lot: dict[str, str]) -> None:
        """Known headers tell which export it is; all rows are assigned or none; sent again it changes nothing."""
        head = "Identity Type,Product Configurations,First Name,Last Name,Email\n"
        two = head + "x,Nuke,Kim,A,kim@p.example\nx,Nuke,Ann,B,ann@p.example\n"
        path = f"{API}/assignments/import"
        unknown = api.post(path, json={"text": two + "x,Mari,Bo,C,bo@p.example\n"})
        full = api.post(path, json={"text": two + "x,Nuke,Bo,C,bo@p.example\n"})
        before = made(api.get(f"{API}/assignments"))["items"]
        taken, again = (made(api.post(path, json={"text": two})) for _ in range(2))

        assert before == []
        assert "line 4" in str(unknown.get_json())
        assert "line 4" in str(full.get_json())
        assert (taken, again) == ({"assigned": 2, "known": 0}, {"assigned": 0, "known": 2})
        assert api.post(path, json={"text": "A,B\n1,2\n"}).status_code == 422
        assert made(api.get(f"{API}/assignments?product_id={lot['product']}&state=open"))["items"]

    def test_feature_is_reviewed(self, api: FlaskClient, database: Database, lot: dict[str, str]) -> None:
        """A feature of no product is listed with its proposal, found, accepted, and gone."""
        with database.transaction() as session:
            server_id = str(make_server(session).id)
        raw = lmstat({"Nuke": Use(10), "mari": Use(1)}, printed=None)
        made(api.post(f"{API}/captures?server_id={server_id}", data=raw, content_type="text/plain"))
        items = made(api.get(f"{API}/review/features"))["items"]
        named = {"server_id": server_id, "name": "Nuke", "product_id": lot["product"]}
        made(api.post(f"{API}/review/acceptances", json=named))
        refused = api.post(f"{API}/review/refusals", json=named | {"name": "mari"})
        aside = api.post(f"{API}/review/set-aside", json={"server_id": server_id, "name": "mari"})

        assert [(one["name"], one["product"], one["lots"]) for one in items] == [("Nuke", "Nuke", 1), ("mari", "", 0)]
        assert (refused.status_code, aside.status_code) == (204, 204)
        assert made(api.get(f"{API}/review/features"))["items"] == []
        assert made(api.get(f"{API}/review/findings"))["items"] == []

    def test_who_may_only_read_neither_reads_keys_nor_imports(
        self, app: Flask, database: Database, tech: Browser
    ) -> None:
        """A token that may read contracts sees previews, but no key and no import."""
        reader = program(app, database, tech.person_id, Permission.CONTRACTS_READ)
        body = {"kind": "csv", "text": TABLE}

        assert reader.post(f"{API}/imports/preview", json=body).status_code == 200
        assert reader.post(f"{API}/imports", json=body).status_code == 403
        assert reader.post(f"{API}/lots/{NOTHING}/key/revelation").status_code == 403
