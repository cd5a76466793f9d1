"""Whatever a shape takes, the parser takes too and says the same of; what it does not take is only slower."""

import json
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from audit.canonical import canonical, parse_canonical
from audit.entrycheck import EntryColumns, checked
from audit.entryshape import KINDS_MAX, OF_ONE_KIND_MAX, Shapes

KIND, DAY, HOUR = "test.thing.happened", "2026-03-14", "09:26:53.000000"
DATA: dict[str, Any] = {
    "changes": {"note": ["old", None], "seats": 3},
    "number": 7,
    "project": "018f6e1c",
    "tags": ["a", 1, None],
    "until": None,
}
BODY: dict[str, Any] = {
    "about": "checkout:1",
    "actor": {"id": "ann", "kind": "person"},
    "at": f"{DAY}T{HOUR}Z",
    "data": DATA,
    "fact": KIND,
    "nonce": "0123456789abcdef" * 2,
    "v": 1,
}
COLUMNS = {"kind": KIND, "at": f"{DAY} {HOUR}", "actor": "ann", "about": "checkout:1", "project": "018f6e1c"}
texts = st.sampled_from(["project", "ann", "checkout:1", KIND, "018f6e1c", BODY["at"], "", '"', "\\", "\n"]) | st.text()
scalars = st.none() | st.integers(-(2**53), 2**53) | texts
values = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(texts, inner), max_leaves=5)


def row_of(body: bytes, **columns: Any) -> EntryColumns:
    """Return a row whose columns repeat ``BODY``, but for those named."""
    row = COLUMNS | {"leaf": sha256(b"\x00" + body).digest()} | columns
    return (9, row["kind"], row["at"], row["actor"], row["about"], row["project"], body, row["leaf"])


def glance(row: EntryColumns, learned: bytes = canonical(BODY)) -> bytes | None:
    """Look at a row with a shape that was learned from another body."""
    shapes = Shapes()
    shapes.learn(KIND, learned)
    return next(shapes.leaves([row]))


def assert_agrees(row: EntryColumns, learned: bytes = canonical(BODY)) -> None:
    """Where a shape takes an entry, the parser finds it canonical and without fault."""
    leaf = glance(row, learned)

    if leaf is not None:
        assert checked(row) == (leaf, None, parse_canonical(row[6]))


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"number": -12, "until": "2026-03-15", "tags": [], "changes": {"note": ["ä €"], "seats": None}},
        {"number": 999_999_999_999_999, "tags": ["x"] * 40, "until": "\x7f\u2028, {it: [is]}"},
    ],
)
def test_entry_of_a_known_shape_is_taken(change: dict[str, Any]) -> None:
    """Other values under the same keys are the same shape, whatever their type or the length of a list."""
    row = row_of(canonical(BODY | {"data": DATA | change}))

    assert glance(row) == row[7]


@pytest.mark.parametrize("actor", [{"id": "ann", "kind": "client"}, {"id": "ann", "kind": "client", "token": "5"}])
def test_actor_with_and_without_token_is_one_shape(actor: dict[str, str]) -> None:
    """People and programs do the same things, and take turns in it."""
    row = row_of(canonical(BODY | {"actor": actor}))

    assert glance(row) == row[7]


@pytest.mark.parametrize("project", [None, 5])
def test_project_that_is_no_text_has_no_column(project: object) -> None:
    """A project is found by its id; where there is none, the column is empty."""
    body = canonical(BODY | {"data": DATA | {"project": project}})

    assert glance(row_of(body, project=None)) is not None
    assert glance(row_of(body)) is None


def test_fact_without_a_project_has_no_column_either() -> None:
    """The shape of a fact that belongs to no project says that the column is empty, and nothing else is."""
    body = canonical(BODY | {"data": {"number": 7}})

    assert glance(row_of(body, project=None), body) is not None
    assert glance(row_of(body), body) is None


@pytest.mark.parametrize(
    "body",
    [
        canonical(BODY).replace(b":7,", b":07,"),
        canonical(BODY).replace(b":7,", b":-0,"),
        canonical(BODY).replace(b":7,", b":7.0,"),
        canonical(BODY).replace(b":7,", b": 7,"),
        canonical(BODY).replace(b":7,", "\u0663,".encode()),
        canonical(BODY).replace(b":7,", b":9007199254740992,"),
        canonical(BODY).replace(b'"number":7,', b'"number":7,"number":7,'),
        canonical(BODY).replace(b"null", b'"\xff"'),
        canonical(BODY).replace(b"null", b'"\xed\xa0\x80"'),
        canonical(BODY).replace(b"null", b'"\n"'),
        canonical(BODY).replace(b"null", b'"\\u0041"'),
        canonical(BODY).replace(b"null", b'"\\"'),
        canonical(BODY).replace(b"null", b"true"),
        canonical(BODY).replace(b'["a",1,null]', b'["a",1,null,]'),
        canonical(BODY).replace(b'["a",1,null]', b'["a"1]'),
        canonical(BODY).replace(KIND.encode(), b"test.thing.other"),
        canonical(BODY).replace(b'"v":1', b'"v":2'),
        canonical(BODY).replace(b'"v":1', b'"v":1,"w":1'),
        canonical(BODY) + b"\n",
        b" " + canonical(BODY),
        json.dumps(BODY).encode(),
    ],
)
def test_body_of_another_form_is_left_to_the_parser(body: bytes) -> None:
    """What is not written as recording writes it has no shape, even where a reader of JSON would bear it."""
    assert glance(row_of(body)) is None


@given(st.dictionaries(st.sampled_from([*COLUMNS, "leaf"]), values, min_size=1))
def test_any_column_may_hold_anything(columns: dict[str, Any]) -> None:
    """An attacker may write any value of any type beside a body, for SQLite takes it."""
    if isinstance(columns.get("kind"), list | dict):
        columns["kind"] = None  # no database gives these
    assert_agrees(row_of(canonical(BODY), **columns))


@pytest.mark.parametrize("column", [*COLUMNS, "leaf"])
@pytest.mark.parametrize("put", [None, 5, b"ann", "other", "ann ", ""])
def test_column_that_does_not_repeat_the_body_is_left_to_the_parser(column: str, put: object) -> None:
    """Each column is looked at."""
    row = row_of(canonical(BODY), **{column: put})

    assert glance(row) is None
    assert checked(row)[1] is not None


def test_instant_is_repeated_as_it_is_stored() -> None:
    """A body's instant has one T, and one Z: the column differs from it in these, and in nothing else."""
    body = canonical(BODY | {"at": f"2026T03-14T{HOUR}Z"})

    assert glance(row_of(body, at=f"2026T03-14 {HOUR}")) is None
    assert checked(row_of(body, at=f"2026T03-14 {HOUR}"))[1] is not None


@given(st.dictionaries(st.sampled_from(sorted(BODY)) | texts, values), st.dictionaries(texts, values))
def test_shape_may_be_learned_of_any_entry(members: dict[str, Any], data: dict[str, Any]) -> None:
    """Whoever writes the entry from which a shape is learned gains nothing by it."""
    written = json.dumps(BODY | {"data": DATA | data} | members, sort_keys=True, separators=(",", ":")).encode()

    assert_agrees(row_of(written), written)
    assert_agrees(row_of(canonical(BODY)), written)


@given(st.integers(0, 500), st.binary(max_size=3) | st.sampled_from([b'"', b'","', b"\\", b"{}"]), st.integers(0, 3))
@example(500, b"\n", 0)
@example(1, b'"about":"other",', 0)
def test_any_bytes_may_be_put_into_a_body(at: int, put: bytes, cut: int) -> None:
    """Bytes put in or taken out anywhere: white space, a second key of one name, the half of a character."""
    whole = canonical(BODY)
    assert_agrees(row_of(whole[:at] + put + whole[at + cut :]))


@given(texts, texts, texts)
def test_text_that_looks_like_more_of_the_body_is_not_taken_for_it(about: str, actor: str, until: str) -> None:
    """Quotation marks in a value, or in a column, do not move what is captured."""
    body = BODY | {"about": about, "actor": {"id": actor, "kind": "person"}, "data": DATA | {"until": until}}
    raw = json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    bare = raw.replace(b"\\", b"")

    for one in (raw, bare):
        assert_agrees(row_of(one, about=about, actor=actor))
        assert_agrees(row_of(one))


def test_learning_ends() -> None:
    """Entries of ever new kinds, or of one kind in ever new shapes, are read by the parser."""
    shapes = Shapes()
    bodies = [canonical(BODY | {"data": {f"key{number}": 1}}) for number in range(OF_ONE_KIND_MAX + 1)]
    for body in bodies:
        shapes.learn(KIND, body)
    for number in range(KINDS_MAX + 1):
        shapes.learn(f"{KIND}{number}", canonical(BODY | {"fact": f"{KIND}{number}"}))
    late = canonical(BODY | {"fact": f"{KIND}{KINDS_MAX}"})

    assert list(shapes.leaves([row_of(bodies[-1], project=None)])) == [None]
    assert list(shapes.leaves([row_of(bodies[-2], project=None)])) != [None]
    assert list(shapes.leaves([row_of(late, kind=f"{KIND}{KINDS_MAX}")])) == [None]


@pytest.mark.parametrize(
    "body",
    [
        canonical(BODY | {"_sd": ["x"], "_sd_alg": "sha-256"}),
        canonical(BODY | {"data": [1]}),
        canonical(BODY | {"data": DATA | {"parts": [{"a": 1}]}}),
        canonical(BODY | {"data": DATA | {"parts": [[1]]}}),
        json.dumps(BODY).encode(),
    ],
    ids=["personal values", "data is a list", "objects in a list", "lists in a list", "not canonical"],
)
def test_entry_that_is_not_plain_has_no_shape(body: bytes) -> None:
    """It is read by the parser each time."""
    assert glance(row_of(body), body) is None
