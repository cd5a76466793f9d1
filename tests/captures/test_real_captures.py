"""What real servers printed: the numbers read are the numbers that the text states.

The texts lie outside the project, in the folder that ``ANSWERPRINT_CAPTURES`` names, else beside the checkout. The
totals are found here a second time, by a pattern of this file, so that a mistake of the collector shows.
"""

import os
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from licensing.collectors.reading import Discrepancy, FeatureReading, Reading, ServerState
from licensing.collectors.registry import CollectorKind, read_capture, read_hints
from licensing.errors import NotACapture

ROOT = Path(os.environ.get("ANSWERPRINT_CAPTURES") or Path(__file__).parents[2] / ".." / "shared" / "captures")

pytestmark = [
    pytest.mark.captures,
    pytest.mark.skipif(not ROOT.is_dir(), reason=f"no captures in {ROOT}: name their folder in ANSWERPRINT_CAPTURES"),
]

FLEXNET = (
    "docker-flexlm/lmstat.txt",
    "flexlm_exporter/lmstat_app1.txt",
    "flexlm_exporter/lmstat_app2.txt",
    "flexlm_exporter/lmstat_app3.txt",
    "flexlm_exporter/lmstat_app4.txt",
    "flexlm_exporter/lmstat_server_down.txt",
    "flexlm_exporter/lmstat_server_up_win.txt",
    "flexlm_reporter/lmstat.out",
    "license-manager/flexlm_output.txt",
    "license-manager/flexlm_output_2.txt",
    "license-manager/flexlm_output_3.txt",
    "license-manager/flexlm_output_5.txt",
    "license-manager/flexlm_output_no_licenses.txt",
)
RLM = ("license-manager/rlm_output.txt", "license-manager/rlm_output_no_licenses.txt")
REFUSED = (
    ("flexnet", "license-manager/flexlm_output_bad.txt"),
    ("rlm", "license-manager/rlm_output_bad.txt"),
    ("flexnet", "flexlm_exporter/lmstat_i_app1.txt"),
    ("flexnet", "flexlm_exporter/lmstat_new.txt"),
    ("flexnet", "flexlm_exporter/lmstat_old.txt"),
    ("rlm", "flexlm_exporter/lmstat_app1.txt"),
    ("flexnet", "license-manager/rlm_output.txt"),
    ("flexnet", "license-manager/lmx_output.txt"),
    ("rlm", "license-manager/dsls_output.txt"),
    ("flexnet", "flexlm_reporter/ansys.2017-06-08_09-49-41.log"),
)
STATED_FLEXNET = re.compile(r"Users of (\S+):\s+\(Total of (\d+) \S+ issued;\s+Total of (\d+) \S+ in use\)")
STATED_RLM = re.compile(r"^\s+(\w+) v\S+\n\s+count: (\d+), .*?inuse: (\d+),", re.MULTILINE)


def raw(name: str) -> bytes:
    """Return the bytes of a capture, or skip where this one is not at hand."""
    path = ROOT / name
    if not path.is_file():
        pytest.skip(f"{name} is not among the captures")
    return path.read_bytes()


def read(kind: str, name: str) -> Reading:
    """Read a capture."""
    return read_capture(CollectorKind(kind), raw(name), at=None, zone=ZoneInfo("UTC"))


def features(name: str, kind: str = "flexnet") -> dict[str, FeatureReading]:
    """Return the features of a capture by name; none is there twice."""
    found = read(kind, name).features
    assert Counter(one.feature for one in found).most_common(1)[0][1] == 1
    return {one.feature: one for one in found}


@pytest.mark.parametrize("name", FLEXNET)
def test_flexnet_totals_are_those_of_the_text(name: str) -> None:
    """Each feature has the issued and in use that the text states, and one that is printed twice has them once."""
    stated = {found[0]: (int(found[1]), int(found[2])) for found in STATED_FLEXNET.findall(raw(name).decode())}
    known = {
        one.feature: (one.issued, one.reported_in_use)
        for one in read("flexnet", name).features
        if one.state is ServerState.UP and not one.is_uncounted
    }

    assert known == stated


@pytest.mark.parametrize("name", RLM)
def test_rlm_totals_are_those_of_the_text(name: str) -> None:
    """Each product has the count and inuse of its pool."""
    stated = {found[0]: (int(found[1]), int(found[2])) for found in STATED_RLM.findall(raw(name).decode())}
    found = features(name, "rlm")

    assert {one.feature: (one.issued, one.reported_in_use) for one in found.values()} == stated
    assert len(stated) == 5


@pytest.mark.parametrize("name", FLEXNET)
def test_each_holder_line_is_a_holder(name: str) -> None:
    """As many holders as lines with a start, each with its seats."""
    lines = [line for line in raw(name).decode().split("\n") if re.search(r"\), start ", line)]
    seats = sum(int(found[1]) if (found := re.search(r", (\d+) licenses", line)) else 1 for line in lines)
    holders = [holder for one in read("flexnet", name).features for holder in one.holders]

    assert len(holders) == len(lines)
    assert sum(holder.quantity for holder in holders) == seats


@pytest.mark.parametrize(("kind", "name"), [*(("flexnet", name) for name in FLEXNET), *(("rlm", name) for name in RLM)])
def test_each_line_is_an_event_or_a_diagnostic(kind: str, name: str) -> None:
    """No line is dropped."""
    reading = read(kind, name)
    printed = sum(1 for line in raw(name).decode().split("\n") if line.strip())

    assert printed == reading.lines == reading.events + len(reading.diagnostics)


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("docker-flexlm/lmstat.txt", []),
        # A pool of another feature, and a start whose weekday fits no year.
        ("flexlm_exporter/lmstat_app1.txt", [19, 96]),
        ("flexlm_exporter/lmstat_app2.txt", []),
        ("flexlm_exporter/lmstat_app3.txt", []),
        # Two features that the server does not support.
        ("flexlm_exporter/lmstat_app4.txt", [98, 100]),
        ("flexlm_exporter/lmstat_server_down.txt", []),
        ("flexlm_exporter/lmstat_server_up_win.txt", []),
        # A line whose words were replaced when names were.
        ("flexlm_reporter/lmstat.out", [5]),
        # Where the text was cut, and that it has no time.
        ("license-manager/flexlm_output.txt", [2, 4, 5]),
        ("license-manager/flexlm_output_5.txt", [2, 4]),
    ],
)
def test_lines_in_doubt_are_these(name: str, lines: list[int]) -> None:
    """A collector that understands less than this has lost something."""
    assert [one.line for one in read("flexnet", name).diagnostics] == lines


def test_list_of_a_licence_file_is_hints() -> None:
    """Each row is a hint with the number and the end that the text states; as a capture it is refused, see below."""
    printed = raw("flexlm_exporter/lmstat_i_app1.txt").decode()
    stated = re.findall(r"^(\S+) +(\d\S*) +(\d+) +(\d+-\w+-\d+) +(\S+)$", printed, re.MULTILINE)
    found = read_hints(printed.encode())

    assert len(stated) == len(found.hints) == 17
    assert [(one.feature, one.version, one.quantity, one.daemon) for one in found.hints] == [
        (feature, version, int(number), vendor) for feature, version, number, _, vendor in stated
    ]
    assert [one.ends is None for one in found.hints] == [end.endswith(("-0", "-0000")) for *_, end, _ in stated]
    assert sum(1 for line in printed.split("\n") if line.strip()) == found.lines == found.events


@pytest.mark.parametrize(("kind", "name"), REFUSED)
def test_what_is_no_capture_of_this_kind_is_refused(kind: str, name: str) -> None:
    """A failure, a list of a licence file, a version, another server's text: none is zero use."""
    with pytest.raises(NotACapture):
        read(kind, name)


def test_a_member_of_three_that_is_down_is_seen_and_never_zero() -> None:
    """Two of three still serve, so the server is degraded; 39 are in use and none is listed."""
    reading = read("flexnet", "flexlm_exporter/lmstat_server_down.txt")

    assert reading.server.state is ServerState.DEGRADED
    assert [member.state for member in reading.server.members] == [ServerState.UP, ServerState.UP, ServerState.DOWN]
    used = reading.features[1]
    assert (used.feature, used.reported_in_use, used.discrepancy) == ("feature2", 39, Discrepancy.HOLDERS_NOT_LISTED)


def test_the_same_text_with_all_members_down_is_unknown() -> None:
    """What the text would be without the two that serve: down, and no number at all."""
    text = raw("flexlm_exporter/lmstat_server_down.txt").decode()
    down = 'Cannot connect to license server system. (-15,570:115 "Operation now in progress")'
    text = re.sub(r"license server UP.*", down, text)
    reading = read_capture(CollectorKind.FLEXNET, text.encode(), at=None, zone=ZoneInfo("UTC"))

    assert reading.server.state is ServerState.DOWN
    assert {(one.issued, one.reported_in_use, one.counted_in_use) for one in reading.features} == {(None, None, None)}


def test_reservations_queue_and_borrowing_are_apart() -> None:
    """The richest text: what is kept, what is waited for and what is borrowed are three more numbers."""
    found = features("flexlm_exporter/lmstat_app1.txt")

    assert (found["feature1"].counted_in_use, found["feature1"].reserved) == (1085, 132)
    assert (found["feature5"].queued, found["feature5"].counted_in_use) == (2, 2)
    assert (found["feature31"].borrowed, found["feature31"].counted_in_use, found["feature31"].reserved) == (
        17,
        147,
        169,
    )
    assert {holder.linger for holder in found["feature31"].holders if holder.borrowed} == {(885_098, 1_340_160)}
    assert found["feature34"].reserved == 121
    assert sum(one.discrepancy is Discrepancy.INCLUDES_RESERVATIONS for one in found.values()) == 22
    assert sum(one.discrepancy is not None for one in found.values()) == 26


def test_a_block_that_is_printed_twice_counts_once() -> None:
    """The same feature, the same totals, the same reservations."""
    feature = features("flexlm_exporter/lmstat_app1.txt")["feature42"]

    assert (feature.blocks, feature.issued, feature.reported_in_use, feature.reserved) == (2, 1814, 169, 169)


def test_years_follow_from_weekdays() -> None:
    """Seats held since other years, and one start that was never within six years."""
    found = features("flexlm_exporter/lmstat_app1.txt")
    holders = [holder for one in found.values() for holder in one.holders]
    old = sorted(holder.started.year for holder in holders if holder.started and holder.started.year != 2017)

    assert old == [2012, 2012, 2012, 2012, 2013, 2013]
    assert [holder.who.split()[0] for holder in holders if holder.started is None] == ["John"]
    assert not [holder for holder in holders if holder.started and holder.started > datetime(2017, 10, 21, tzinfo=UTC)]


def test_names_with_spaces_before_noise_are_kept_whole() -> None:
    """Where the user ends and the host begins cannot be known, so nothing is claimed."""
    holders = features("flexlm_exporter/lmstat_app1.txt")["feature100"].holders

    assert [(holder.is_ambiguous, holder.user == holder.who) for holder in holders] == [
        (False, False),
        (False, False),
        (True, True),
        (True, True),
    ]


def test_displays_of_noise_are_displays() -> None:
    """Quotes, semicolons and backticks are part of a display."""
    holders = features("docker-flexlm/lmstat.txt")["ARC/INFO"].holders

    assert [(holder.user, holder.host, holder.display) for holder in holders] == [
        ("jsmith", "machine1", "w%.=H@QVO!;~_8'"),
        ("jdoe", "machine2", "8e/^i`qunDiW@tT"),
    ]


def test_an_uncounted_feature_and_one_that_is_not_supported() -> None:
    """Neither has a number issued; one of them is known to be held."""
    found = features("flexlm_exporter/lmstat_app4.txt")

    assert (found["SERIAL"].is_uncounted, found["SERIAL"].issued, found["SERIAL"].counted_in_use) == (True, None, 1)
    assert (found["SUBSURFACEFLOW"].state, found["SUBSURFACEFLOW"].reported_in_use) == (ServerState.UNKNOWN, None)


def test_hundreds_of_holders_add_up() -> None:
    """What is listed is what is reported, feature by feature."""
    found = features("flexlm_reporter/lmstat.out")

    assert sum(len(one.holders) for one in found.values()) == 375
    assert {one.discrepancy for one in found.values()} == {None}
    assert not [holder for one in found.values() for holder in one.holders if holder.started is None]


def test_zero_is_zero_where_the_server_says_so() -> None:
    """A server that answers and has no holder."""
    flexnet = features("license-manager/flexlm_output_no_licenses.txt")["TESTFEATURE"]
    rlm = features("license-manager/rlm_output_no_licenses.txt", "rlm").values()

    assert (flexnet.issued, flexnet.reported_in_use, flexnet.counted_in_use) == (1000, 0, 0)
    assert {(one.state, one.reported_in_use, one.counted_in_use) for one in rlm} == {(ServerState.UP, 0, 0)}


def test_rlm_holders_counters_and_time() -> None:
    """Three lines of one product are 93 seats; the time follows from the statistics."""
    reading = read("rlm", "license-manager/rlm_output.txt")
    product = next(one for one in reading.features if one.holders)

    assert (product.feature, product.reported_in_use, product.counted_in_use) == ("converge_super", 93, 93)
    assert [holder.quantity for holder in product.holders] == [29, 27, 37]
    assert reading.server.reported_at == datetime(2021, 11, 3, 12, 48, 38, tzinfo=UTC)
    assert [(one.name, one.total) for one in reading.server.daemons[0].tallies][2:4] == [
        ("checkouts", 937),
        ("denials", 0),
    ]
    assert reading.diagnostics == ()
