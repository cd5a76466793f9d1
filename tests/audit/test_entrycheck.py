"""One look at an entry's columns says what a slow and plain reading of its body would say, whatever stands in them."""

import json
from hashlib import sha256
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from audit.canonical import canonical
from audit.entrycheck import checked

AT = "2026-03-14T09:26:53.000000Z"
BODY: dict[str, Any] = {
    "_sd": ["fu2Qa1GNNwkKD1gcJkhgRXRIwNTnpQUyVgFj0bKcjWs"],
    "_sd_alg": "sha-256",
    "about": "checkout:1",
    "actor": {"id": "ann", "kind": "person"},
    "at": AT,
    "data": {"number": 7, "project": "018f6e1c"},
    "fact": "test.thing.happened",
    "nonce": "0" * 32,
    "v": 1,
}
WORDS = ["about", "actor", "at", "data", "fact", "project", "ann", "checkout:1", "test.thing.happened", "018f6e1c", AT]
texts = st.sampled_from(WORDS) | st.text(max_size=6)
values = st.recursive(
    st.none() | st.integers(-5, 5) | st.booleans() | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


def row_of(body: bytes, **columns: Any) -> tuple[Any, ...]:
    """Return a row whose columns repeat ``BODY``, but for those named."""
    honest = {"kind": BODY["fact"], "at": "2026-03-14 09:26:53.000000", "actor": "ann", "about": "checkout:1"}
    row = honest | {"project": "018f6e1c", "leaf": sha256(b"\x00" + body).digest()} | columns
    return (0, row["kind"], row["at"], row["actor"], row["about"], row["project"], body, row["leaf"])


def holds(row: tuple[Any, ...]) -> bool:
    """Read the body with the standard library, and compare column by column."""
    _, kind, at, actor, about, project, body, leaf = row
    try:
        said = json.loads(body.decode("utf-8"))
        told = said["data"].get("project")
        repeated = (said["fact"], said["actor"]["id"], said["about"], said["at"].replace("T", " ").removesuffix("Z"))
    except (ValueError, KeyError, TypeError, AttributeError):
        return False
    is_same = repeated == (kind, actor, about, at) and (told if isinstance(told, str) else None) == project
    return is_same and sha256(b"\x00" + body).digest() == leaf and not body[:1].isspace() and not body[-1:].isspace()


def assert_agrees(row: tuple[Any, ...]) -> None:
    """Say the same as the slow reading, and name a fault exactly where there is one."""
    leaf, fault, said = checked(row)

    assert (fault is None) == holds(row)
    assert (said is None) == (fault is not None)
    assert leaf == sha256(b"\x00" + row[6]).digest()


def test_entry_as_it_is_recorded_holds() -> None:
    """What the recorder writes passes."""
    assert checked(row_of(canonical(BODY)))[1] is None


@given(st.dictionaries(st.sampled_from(["kind", "at", "actor", "about", "project", "leaf"]), values, min_size=1))
def test_any_column_may_hold_anything(columns: dict[str, Any]) -> None:
    """An attacker may write any value of any type beside a body, for SQLite takes it."""
    assert_agrees(row_of(canonical(BODY), **columns))


@given(st.dictionaries(st.sampled_from(sorted(BODY)) | texts, values, max_size=4))
def test_any_body_may_stand_under_its_hash(members: dict[str, Any]) -> None:
    """A body that nobody signed may say anything in any form, and still hash to its leaf."""
    assert_agrees(row_of(json.dumps(BODY | members, ensure_ascii=True).encode()))


@given(st.integers(0, 400), st.binary(max_size=3), st.integers(0, 3))
@example(0, b" ", 0)
@example(400, b"\n", 0)
@example(400, b"{}", 0)
@example(1, b'"about":"other",', 0)
def test_any_bytes_may_be_put_into_a_body(at: int, put: bytes, cut: int) -> None:
    """Bytes put in or taken out anywhere: white space, a second key of one name, the half of a character."""
    whole = canonical(BODY)
    assert_agrees(row_of(whole[:at] + put + whole[at + cut :]))


@given(st.sampled_from(["about", "fact", "at", "data"]), texts)
def test_second_key_of_one_name_counts_as_json_readers_count(name: str, value: str) -> None:
    """Of two members of one name the last is what a reader sees, so it is what the columns must repeat."""
    second = f",{json.dumps(name)}:{json.dumps(value)}}}"
    assert_agrees(row_of(canonical(BODY)[:-1] + second.encode("utf-8", "replace")))
