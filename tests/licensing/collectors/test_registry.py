"""The one door: bytes in, a reading or a refusal out."""

import time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerprint.core.problems import TooLarge
from licensing.collectors.reading import Reading
from licensing.collectors.registry import MAX_CAPTURE_BYTES, CollectorKind, read_capture
from licensing.errors import NotACapture
from tests.licensing.collectors.further_samples import WHOLE

LMSTAT = (
    b"Flexible License Manager status on Wed 3/13/2024 10:30\n"
    b"Users of grade:  (Total of 5 licenses issued;  Total of 1 license in use)\n"
    b"    anna bay-07 /dev/tty (v1) (ferry/27000 311), start Tue 3/12 18:05\n"
)
RLMSTAT = b"rlm status on harbour (port 4101), up 1d 00:00:00\n"
UTC = ZoneInfo("UTC")


def read(raw: bytes, kind: CollectorKind = CollectorKind.FLEXNET) -> Reading:
    """Read a capture that nobody gave a time for."""
    return read_capture(kind, raw, at=None, zone=UTC)


def test_utf8_is_read_as_such() -> None:
    """A name keeps its letters."""
    reading = read(LMSTAT.replace(b"anna", "zoë".encode()))

    assert reading.features[0].holders[0].user == "zoë"
    assert reading.diagnostics == ()


def test_a_byte_order_mark_changes_nothing() -> None:
    """Some systems put one before the text."""
    assert read(b"\xef\xbb\xbf" + LMSTAT) == read(LMSTAT)


def test_bytes_that_are_not_utf8_lose_nothing() -> None:
    """Only the lines concerned are read as Latin-1, and the first of them is named."""
    raw = LMSTAT.replace(b"/dev/tty", b"w%\xff\x85H") + LMSTAT.split(b"\n")[2].replace(b"anna", "zoë".encode()) + b"\n"
    reading = read(raw)

    assert [holder.display for holder in reading.features[0].holders] == ["w%\xff\x85H", "/dev/tty"]
    assert reading.features[0].holders[1].user == "zoë"
    assert [(one.line, "Latin-1" in one.reason) for one in reading.diagnostics] == [(3, True)]
    assert reading.lines == reading.events + 1


def test_a_doubted_line_that_is_not_utf8_stays_one_diagnostic() -> None:
    """A line is counted once, however many doubts there are."""
    reading = read(LMSTAT + b"\xff\n")

    assert len(reading.diagnostics) == 1
    assert "not a line that is known; " in reading.diagnostics[0].reason
    assert reading.lines == reading.events + 1


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "empty"),
        (b" \r\n\n", "empty"),
        (LMSTAT + b"PK\x00\x01", "Line 4 holds a NUL"),
        (LMSTAT.decode().encode("utf-16"), "UTF-16"),
        (RLMSTAT, r"text of RLM.*kind “rlm”"),
        (b"hello\n", "lmutil lmstat -a"),
    ],
)
def test_what_is_no_capture_is_refused_with_what_to_do(raw: bytes, words: str) -> None:
    """Each sentence says what is wrong with the text, and the refusal names the field."""
    with pytest.raises(NotACapture, match=words) as refused:
        read(raw)

    assert refused.value.fields == {"text": [refused.value.detail]}


def test_text_of_flexnet_is_refused_as_rlm() -> None:
    """A text of another server must not read as a server without products."""
    with pytest.raises(NotACapture, match=r"text of FlexNet.*kind “flexnet”"):
        read(LMSTAT, CollectorKind.RLM)


ELDER = (CollectorKind.FLEXNET, CollectorKind.RLM)


def test_each_kind_reads_its_own() -> None:
    """Every kind has its reader."""
    assert {kind: read(raw, kind).lines for kind, raw in zip(ELDER, (LMSTAT, RLMSTAT), strict=True)} == {
        CollectorKind.FLEXNET: 3,
        CollectorKind.RLM: 1,
    }
    assert {read(text.encode(), CollectorKind(kind)).server.state for kind, text in WHOLE.items()} == {"up"}
    assert {*ELDER, *WHOLE} == set(CollectorKind)


def test_more_than_the_limit_is_refused_before_it_is_read() -> None:
    """The limit is in bytes; the last byte that may be sent is read."""
    filled = LMSTAT + b" " * (MAX_CAPTURE_BYTES - len(LMSTAT))

    assert read(filled).lines == 3
    with pytest.raises(TooLarge, match=str(MAX_CAPTURE_BYTES)):
        read(filled + b" ")


@pytest.mark.parametrize("kind", ELDER)
@pytest.mark.parametrize(
    "line",
    [
        "Users of " + ": " * 2_000,
        "a " + "(v" * 2_000 + ", start ",
        "a (v1) (" + "/" * 4_000 + "), start ",
        "1 RESERVATION for GROUP" + " " * 4_000 + "x RESERVATION",
        '"a" v' + ", vendor: a" * 350,
        "x v1: " + "1/0 at 01/01 01:01 " * 200,
        "x v1" + ", pool: " * 500,
        "Can't connect " + '"' * 4_000,
        "1:11:11" * 580,
        "\t" + "-" * 4_000 + " ISV",
    ],
)
def test_a_line_made_to_be_slow_is_not(kind: CollectorKind, line: str) -> None:
    """Two hundred such lines take less than a second, whatever part of the text they stand in."""
    heads = {
        CollectorKind.FLEXNET: LMSTAT.decode(),
        CollectorKind.RLM: RLMSTAT.decode() + "a license usage status on b\na license pool status on b\n",
    }
    began = time.perf_counter()
    read((heads[kind] + f"{line}\n" * 200).encode(), kind)

    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("kind", ELDER)
def test_a_capture_with_many_holders_is_read_at_once(kind: CollectorKind) -> None:
    """Twelve hundred holders in less than a quarter of a second, with much to spare."""
    lines = {
        CollectorKind.FLEXNET: LMSTAT,
        CollectorKind.RLM: RLMSTAT + b"a license usage status on b\n",
    }
    holder = {
        CollectorKind.FLEXNET: b"    anna bay-07 /dev/tty (v1) (ferry/27000 311), start Tue 3/12 18:05\n",
        CollectorKind.RLM: b"\tgrade v1.0: anna@bay-07 1/0 at 03/12 18:05  (handle: 3f)\n",
    }
    raw = lines[kind] + b"\n" + holder[kind] * 1_200
    began = time.perf_counter()
    reading = read(raw, kind)

    assert time.perf_counter() - began < 0.25
    assert len(reading.features[0].holders) >= 1_200


@given(st.sampled_from(ELDER), st.binary(max_size=300), st.booleans())
def test_any_bytes_are_read_or_refused(kind: CollectorKind, noise: bytes, stands_in_a_capture: bool) -> None:  # noqa: FBT001 - a case, not a switch
    """No bytes do more than be read, each line accounted for, or be refused."""
    head = {CollectorKind.FLEXNET: LMSTAT, CollectorKind.RLM: RLMSTAT}[kind] if stands_in_a_capture else b""
    try:
        reading = read(head + noise, kind)
    except NotACapture:
        return

    assert reading.lines == reading.events + len(reading.diagnostics)
