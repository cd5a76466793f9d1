"""What real servers of the smaller kinds printed: the numbers read are the numbers that the text states.

The totals are found here a second time, by a pattern of this file, so that a mistake of the collector shows.
"""

import csv
import json
import os
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from licensing.collectors.reading import FeatureReading, Reading, ServerState
from licensing.collectors.registry import CollectorKind, read_capture
from licensing.errors import NotACapture

ROOT = Path(os.environ.get("ANSWERPRINT_CAPTURES") or Path(__file__).parents[2] / ".." / "shared" / "captures")

pytestmark = [
    pytest.mark.captures,
    pytest.mark.skipif(not ROOT.is_dir(), reason=f"no captures in {ROOT}: name their folder in ANSWERPRINT_CAPTURES"),
]

READ = (
    ("lmx", "license-manager/lmx_output.txt"),
    ("lmx", "license-manager/lmx_output_no_licenses.txt"),
    ("dsls", "license-manager/dsls_output.txt"),
    ("dsls", "license-manager/dsls_output_no_licenses.txt"),
    ("lsdyna", "license-manager/lsdyna_output.txt"),
    ("lsdyna", "license-manager/lsdyna_output_no_licenses.txt"),
    ("olicense", "license-manager/olicense_output.txt"),
    ("olicense", "license-manager/olicense_output_no_licenses.txt"),
    ("sesinetd", "opencue/sesictrl_shape_bare_strings.json"),
    ("sesinetd", "opencue/sesictrl_shape_flat.json"),
    ("sesinetd", "opencue/sesictrl_shape_split_fields.json"),
)
REFUSED = (
    ("lmx", "license-manager/lmx_output_bad.txt", "no license server"),
    ("dsls", "license-manager/dsls_output_bad.txt", "Cannot connect to server localhost"),
    ("lsdyna", "license-manager/lsdyna_output_bad.txt", "failed to open server localhost"),
    ("olicense", "license-manager/olicense_output_bad.txt", "OlComm 454"),
    ("sesinetd", "opencue/sesictrl_shape_unknown_keys.json", "“sku”, “seats_used”"),
    ("lmx", "license-manager/dsls_output.txt", "kind “dsls”"),
    ("dsls", "license-manager/lsdyna_output.txt", "kind “lsdyna”"),
    ("lsdyna", "license-manager/olicense_output.txt", "kind “olicense”"),
    ("olicense", "license-manager/lmx_output.txt", "kind “lmx”"),
    ("sentinel", "flexlm_exporter/lmstat_app1.txt", "kind “flexnet”"),
    ("pixar", "license-manager/rlm_output.txt", "kind “rlm”"),
)
UNLIMITED = "2147483647"


def raw(name: str) -> bytes:
    """Return the bytes of a capture, or skip where this one is not at hand."""
    path = ROOT / name
    if not path.is_file():
        pytest.skip(f"{name} is not among the captures")
    return path.read_bytes()


def read(kind: str, name: str) -> Reading:
    """Read a capture."""
    return read_capture(CollectorKind(kind), raw(name), at=None, zone=ZoneInfo("UTC"))


def features(kind: str, name: str) -> dict[str, FeatureReading]:
    """Return the features of a capture by name; none is there twice."""
    found = read(kind, name).features
    by_name = {one.feature: one for one in found}
    assert len(by_name) == len(found)
    return by_name


@pytest.mark.parametrize("name", [name for kind, name in READ if kind == "lmx"])
def test_lmx_totals_are_those_of_the_text(name: str) -> None:
    """Each feature has its two totals; the largest number is no limit."""
    text = raw(name).decode()
    stated = {
        found[0]: (None if found[2] == UNLIMITED else int(found[2]), int(found[1]))
        for found in re.findall(r"Feature: (\w+) [^-]*?[\d-]+ Exp.*?\n.*?\n\n(\d+) of (\d+) license", text, re.DOTALL)
    }
    known = {one.feature: (one.issued, one.reported_in_use) for one in features("lmx", name).values()}

    assert known == stated
    assert len(stated) == 7
    assert [one.is_uncounted for one in features("lmx", name).values()].count(True) == text.count(f"of {UNLIMITED}")


@pytest.mark.parametrize("name", [name for kind, name in READ if kind == "dsls"])
def test_dsls_totals_are_those_of_the_text_once(name: str) -> None:
    """However often a row repeats them."""
    rows = [row for row in csv.reader(raw(name).decode().split("\n")) if row and row[0].startswith("Dassault")]
    stated = {row[2]: (int(row[11]), int(row[12])) for row in rows}
    held = {row[2]: sum(int(other[13]) for other in rows if other[2] == row[2] and len(other) > 15) for row in rows}
    known = features("dsls", name).values()

    assert {one.feature: (one.issued, one.reported_in_use) for one in known} == stated
    assert {one.feature: one.counted_in_use for one in known} == held
    assert len(stated) == 10


@pytest.mark.parametrize("name", [name for kind, name in READ if kind == "lsdyna"])
def test_lsdyna_totals_are_the_groups(name: str) -> None:
    """The group has the seats; a program has its use, unknown where a dash stands."""
    text = raw(name).decode()
    stated = {
        found[0]: None if found[1] == "-" else int(found[1])
        for found in re.findall(r"^(\S+) +\d\d/\d\d/\d{4} +(\S+)", text, re.MULTILINE)
    }
    (used, maximum) = re.findall(r"LICENSE GROUP +(\d+) +\d+ +(\d+)", text)[0]
    known = features("lsdyna", name)
    group = known.pop("LICENSE GROUP MPPDYNA")

    assert {one.feature: one.reported_in_use for one in known.values()} == stated
    assert {one.issued for one in known.values()} == {None}
    assert (group.issued, group.reported_in_use) == (int(maximum), int(used))
    assert sum(one.counted_in_use or 0 for one in known.values()) == int(used)


@pytest.mark.parametrize(
    ("name", "used"),
    [("license-manager/olicense_output.txt", 3), ("license-manager/olicense_output_no_licenses.txt", 0)],
)
def test_olicense_totals_are_the_sums_over_licences(name: str, used: int) -> None:
    """Two licences of one module."""
    counts = [int(found) for found in re.findall(r"FreeFloating;\s+(\d+);", raw(name).decode())]
    (found,) = features("olicense", name).values()

    assert (found.feature, found.issued, found.reported_in_use, found.counted_in_use) == (
        "ftire_adams",
        sum(counts),
        used,
        used,
    )


@pytest.mark.parametrize("name", [name for kind, name in READ if kind == "sesinetd"])
def test_sesinetd_totals_and_holders_are_those_of_the_json(name: str) -> None:
    """Each shape has one product with a total, and names who holds it."""
    document = json.loads(raw(name))
    record = (document["license_list"] if isinstance(document, dict) else document)[0]
    users = record.get("users") or record.get("usage") or [record["host"]]
    (found,) = features("sesinetd", name).values()

    assert (found.feature, found.issued) == (record["product"], record.get("count") or record.get("total"))
    assert [f"{one.user}@{one.host}" for one in found.holders] == [
        one if isinstance(one, str) else f"{one['username']}@{one['machine']}" for one in users
    ]
    assert found.counted_in_use == sum(1 if isinstance(one, str) else one["tokens"] for one in users)
    assert (found.state, found.reported_in_use) == (ServerState.UP, None)


@pytest.mark.parametrize(("kind", "name"), READ)
def test_each_line_is_an_event_or_a_diagnostic(kind: str, name: str) -> None:
    """No line is dropped."""
    reading = read(kind, name)
    printed = sum(1 for line in raw(name).decode().split("\n") if line.strip())

    assert printed == reading.lines == reading.events + len(reading.diagnostics)


@pytest.mark.parametrize(("kind", "name"), READ)
def test_lines_in_doubt_are_these(kind: str, name: str) -> None:
    """A group whose used and free are not its maximum, and a count that may be either of two; nothing else."""
    expected = {"license-manager/lsdyna_output_no_licenses.txt": [15], "opencue/sesictrl_shape_flat.json": [4]}

    assert [one.line for one in read(kind, name).diagnostics] == expected.get(name, [])


@pytest.mark.parametrize(("kind", "name", "words"), REFUSED)
def test_what_is_no_capture_of_this_kind_is_refused(kind: str, name: str, words: str) -> None:
    """A failure that names no server, keys that nobody knows, another server's text: none is zero use."""
    with pytest.raises(NotACapture, match=re.escape(words)):
        read(kind, name)


@pytest.mark.parametrize("kind", [kind.value for kind in CollectorKind if kind not in {"flexnet", "rlm"}])
def test_no_other_servers_text_is_read_as_this_kind(kind: str) -> None:
    """Every file here is refused as each kind that it is not."""
    for path in sorted(ROOT.rglob("*_*.*")):
        name = path.relative_to(ROOT).as_posix()
        if (kind, name) in READ or path.suffix not in {".txt", ".json"}:
            continue
        with pytest.raises(NotACapture):
            read(kind, name)


@pytest.mark.parametrize(("kind", "name"), [one for one in READ if "no_licenses" in one[1]])
def test_zero_is_zero_where_the_server_says_so(kind: str, name: str) -> None:
    """A server that answers and has no holder."""
    found = features(kind, name).values()

    assert {one.state for one in found} == {ServerState.UP}
    assert {one.reported_in_use for one in found} == {0}
    assert not [holder for one in found for holder in one.holders]
