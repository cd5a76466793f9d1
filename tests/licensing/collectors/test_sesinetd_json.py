"""The JSON of ``sesictrl print-license``, in the shapes that are known and in others."""

import json
from datetime import UTC, date, datetime

import pytest

from licensing.collectors.reading import Discrepancy, Reading, ServerState
from licensing.errors import NotACapture
from tests.licensing.collectors.further_samples import SESI_JSON, doubted, feature, numbers, read


def shape(document: object) -> Reading:
    """Read a document as it is printed."""
    return read("sesinetd", json.dumps(document, indent=1) + "\n")


def licence(**changes: object) -> dict[str, object]:
    """Return a licence of the documented shape."""
    return {
        "id": "a1",
        "product": "Houdini-Master",
        "total_tokens": 5,
        "available": 4,
        "users": ["anna@bay-07"],
    } | changes


class TestShapes:
    """The seven shapes that were collected."""

    @pytest.mark.parametrize(
        ("document", "found"),
        [
            ([{"product": "Fx", "count": 30, "users": [{"host": "anna@bay-07", "count": 1}]}], (30, None, 1)),
            ({"license_list": [{"product": "Fx", "count": 10, "users": ["anna@a", "bruno@b"]}]}, (10, None, 2)),
            ([{"product": "Fx", "total": 3, "usage": [{"machine": "a", "username": "b", "tokens": 2}]}], (3, None, 2)),
            ([{"product": "Fx", "count": 5, "host": "anna@bay-07"}], (5, None, 1)),
            ({"licenses": [{"product": "Fx", "total_tokens": 3, "available": 1, "users": []}]}, (3, 2, 0)),
            ([{"product": "Core", "product_id": "Fx", "total": 3, "available": 3, "ipmatch": True}], (3, 0, None)),
            (
                {
                    "server": {"host": "harbour", "version": "20.0.1"},
                    "licenses": [
                        {
                            "product_id": "Fx",
                            "total_tokens": 2,
                            "available": 1,
                            "servable": True,
                            "error": "",
                            "users": [{"id": 1, "user": "anna@bay-07", "checkout": "2024/03/12 18:05:00"}],
                        }
                    ],
                    "servers": [],
                    "errors": [],
                },
                (2, 1, 1),
            ),
        ],
    )  # fmt: skip
    def test_each_shape_gives_its_totals(self, document: object, found: tuple[int | None, ...]) -> None:
        """Issued, in use as the server reports it, and in use as the hosts count."""
        assert numbers(shape(document)) == {"Fx": found}

    def test_the_documented_shape_gives_server_pool_and_holders(self) -> None:
        """Behind one line that is no JSON."""
        reading = read("sesinetd", SESI_JSON, zone="Europe/Rome")
        found = feature(reading, "Houdini-Master")
        anna = found.holders[0]

        assert reading.server.name == "http://harbour:1715"
        assert (found.pools[0].pool, found.pools[0].expires) == ("12345678", date(2025, 6, 30))
        assert (anna.user, anna.host, anna.handle) == ("anna", "bay-07", "61415")
        assert (anna.started, anna.started_raw) == (datetime(2024, 3, 12, 17, 5, tzinfo=UTC), "2024/03/12 18:05:00")

    @pytest.mark.parametrize(
        ("entry", "user", "host", "is_ambiguous"),
        [
            ({"machine": "anna@bay-07"}, "anna", "bay-07", False),
            ({"machine": "bay-07", "username": "anna"}, "anna", "bay-07", False),
            ({"user": "anna@bay-07"}, "anna", "bay-07", False),
            ({"host": "root@bay-07", "user": "anna"}, "anna", "bay-07", False),
            ({"machine": "bay-07"}, "", "bay-07", True),
            ({"user": "anna"}, "anna", None, True),
            ("anna@house.example@bay-07", "anna@house.example", "bay-07", False),
            ({"machine": "@bay-07"}, "", "bay-07", True),
        ],
    )
    def test_user_and_host_stand_together_or_apart(
        self,
        entry: object,
        user: str,
        host: str | None,
        is_ambiguous: bool,  # noqa: FBT001 - a case, not a switch
    ) -> None:
        """The halves are taken from wherever they stand; scrubbed names leave the host."""
        holder = shape([licence(users=[entry])]).features[0].holders[0]

        assert (holder.user, holder.host, holder.is_ambiguous) == (user, host, is_ambiguous)

    def test_several_programs_and_people_of_a_host_hold_one_seat(self) -> None:
        """With the server's own number and without it."""
        users = ["anna@bay-07", "bruno@BAY-07", "anna@bay-07"]
        with_number = shape([licence(users=users)]).features[0]
        without = shape([{"product": "Fx", "count": 5, "users": users}]).features[0]

        assert (with_number.reported_in_use, with_number.counted_in_use) == (1, 1)
        assert (with_number.discrepancy, without.counted_in_use) == (Discrepancy.SHARED_SEATS, 1)

    def test_licences_of_a_product_add_up(self) -> None:
        """Two lots with an id each; one that stands twice counts once."""
        lots = [licence(), licence(id="a2", total_tokens=10, available=9, users=["bruno@bay-08"])]

        assert numbers(shape(lots)) == {"Houdini-Master": (15, 2, 2)}
        assert numbers(shape([*lots, licence()])) == {"Houdini-Master": (15, 2, 2)}
        assert len(shape([*lots, licence()]).diagnostics) == 1

    @pytest.mark.parametrize("change", [{"disabled": True}, {"servable": False}])
    def test_a_licence_that_gives_no_seat_out_has_none(self, change: dict[str, object]) -> None:
        """What of it is not available is not in use."""
        found = shape([licence(available=0, users=[], **change), licence(id="a2")]).features[0]

        assert (found.issued, found.reported_in_use, found.counted_in_use) == (5, 1, 1)

    def test_a_count_beside_one_host_is_in_doubt(self) -> None:
        """It is read as in the other shapes, and says so; two counts are none."""
        one = {"product": "Fx", "count": 5, "host": "anna@bay-07"}
        two = {"product": "Fx", "count": 6, "host": "bruno@bay-08"}

        assert doubted(shape([one])) == [4]
        assert numbers(shape([one, one | {"host": "bruno@bay-08"}])) == {"Fx": (5, None, 2)}
        assert numbers(shape([one, two])) == {"Fx": (None, None, 2)}


class TestStrictness:
    """What is not in a known shape."""

    @pytest.mark.parametrize(
        ("document", "words"),
        [
            ([{"sku": "Houdini-Master", "seats_used": 3}], "“sku”, “seats_used”"),
            ([{"product": "Fx", "seats_used": 3}], "“product”, “seats_used”"),
            ([licence(), {"seats": 3}], "“seats”"),
            ([{}], "none"),
            (["Houdini-Master"], "no object"),
            ({"lizenzen": []}, "“lizenzen”"),
            ({"licenses": {"a": 1}}, "“licenses”"),
            ({"licenses": [], "keys": []}, "no one list"),
            ({}, "no one list"),
            ({"licenses": [], "errors": ["Could not reach harbour"]}, "Could not reach harbour"),
        ],
    )
    def test_unknown_keys_are_refused_by_name(self, document: object, words: str) -> None:
        """A licence whose product or use cannot be known makes the text no capture, and never zero use."""
        with pytest.raises(NotACapture, match=words):
            shape(document)

    def test_an_unknown_key_beside_what_is_certain_is_in_doubt(self) -> None:
        """It is named once, on the first line where it stands."""
        reading = shape({"licenses": [licence(x=1), licence(id="a2", x=1)], "y": 2})

        assert [one.reason for one in reading.diagnostics] == [
            "“x” is not a key that is known",
            "“y” is not a key that is known",
        ]
        assert reading.diagnostics[0].text.strip() == '"x": 1'
        assert numbers(reading) == {"Houdini-Master": (10, 2, 1)}

    @pytest.mark.parametrize("users", [{"a": 1}, 5, "anna@bay-07", None, [None], [5], [{}], [""], [{"tokens": 1}], [{"machine": "a@b", "tokens": -1}]])  # fmt: skip  # noqa: E501
    def test_a_list_that_cannot_be_read_is_no_count(self, users: object) -> None:
        """The server's own number counts; without it the use is unknown."""
        found = shape([licence(users=users)]).features[0]
        without = shape([{"product": "Fx", "total": 5, "users": users}]).features[0]

        assert (found.reported_in_use, found.counted_in_use) == (1, None)
        assert (without.state, without.reported_in_use, without.counted_in_use) == (ServerState.UNKNOWN, None, None)

    @pytest.mark.parametrize("number", ["5", 5.0, True, None, -1, 2**31, 10**30, [5]])
    def test_a_total_that_is_no_number_is_unknown(self, number: object) -> None:
        """A text, a truth, a fraction and a number that no server has are no seats."""
        if isinstance(number, float):
            with pytest.raises(NotACapture, match="no number of seats"):
                shape([licence(total_tokens=number)])
            return
        found = shape([licence(total_tokens=number)]).features[0]

        assert (found.issued, found.reported_in_use, found.counted_in_use) == (None, None, 1)

    def test_more_available_than_there_are_is_unknown(self) -> None:
        """A use below zero is no use."""
        reading = shape([licence(available=6)])

        assert (reading.features[0].reported_in_use, len(reading.diagnostics)) == (None, 1)

    def test_a_licence_without_list_and_without_free_seats_is_unknown(self) -> None:
        """How many there are says nothing of how many are used."""
        found = shape([{"product": "Fx", "count": 5}]).features[0]

        assert (found.state, found.issued, found.counted_in_use) == (ServerState.UNKNOWN, 5, None)

    def test_a_licence_that_says_nothing_of_its_use_leaves_the_product_unknown(self) -> None:
        """The list of the other lot is not the use of both."""
        lots = [{"product": "Fx", "count": 5}, {"product": "Fx", "count": 5, "users": ["anna@bay-07"]}]

        assert shape(lots).features[0].state is ServerState.UNKNOWN
        assert shape(lots[::-1]).features[0].state is ServerState.UNKNOWN

    def test_an_empty_list_says_that_nobody_holds_it(self) -> None:
        """Zero is zero where the server says so."""
        assert numbers(shape([{"product": "Fx", "count": 5, "users": []}])) == {"Fx": (5, None, 0)}

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            (SESI_JSON + SESI_JSON, "follows the JSON"),
            (SESI_JSON[:-20], "breaks off or is broken"),
            ('[{"product": "a", "product": "b", "count": 1}]', "stands twice"),
            ('[{"product": "a", "count": NaN}]', "NaN"),
            ('[{"product": "a", "count": 1e999}]', "no number of seats"),
            ('[{"product": "a", "count": ' + "9" * 5_000 + "}]", "no licence server"),
            ("[" * 100_000, "breaks off|nesting"),
            ("{'product': 'a'}", "broken"),
        ],
    )
    def test_what_is_not_one_json_text_is_refused(self, text: str, words: str) -> None:
        """Each says what is wrong with it."""
        with pytest.raises(NotACapture, match=words):
            read("sesinetd", text)

    def test_one_line_before_the_json_is_as_it_should_be(self) -> None:
        """More of them are in doubt."""
        assert read("sesinetd", SESI_JSON).diagnostics == ()
        assert doubted(read("sesinetd", "one\ntwo\n\n" + SESI_JSON)) == [2, 4]

    def test_json_on_one_line_is_read_whole(self) -> None:
        """However long the line is, and doubts show it cut."""
        users = [f"anna@bay-{number}" for number in range(500)]
        reading = read("sesinetd", json.dumps([licence(users=users, x=1)]))

        assert (reading.lines, reading.events, reading.features[0].counted_in_use) == (1, 0, 500)
        assert len(reading.diagnostics[0].text) < 300

    @pytest.mark.parametrize(
        "change",
        [
            {"expiry": "31-jan-18"},
            {"expires": "soon"},
            {"users": [{"machine": "a@b", "time": "2024/02/30 18:05:00"}]},
            {"users": [{"machine": "a@b", "time": "12.03.2024 18:05"}]},
            {"error": "the key is for another host"},
        ],
    )
    def test_what_is_not_understood_is_in_doubt(self, change: dict[str, object]) -> None:
        """And costs no number."""
        reading = shape([licence(**change)])

        assert len(reading.diagnostics) == 1
        assert numbers(reading)["Houdini-Master"] == (5, 1, 1)
