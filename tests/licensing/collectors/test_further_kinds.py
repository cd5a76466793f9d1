"""Laws that hold for each of the smaller licence servers, whatever it prints."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerprint.core.problems import TooLarge
from licensing.collectors.dsls import read_license_usage
from licensing.collectors.lmx import read_licstat
from licensing.collectors.lsdyna import read_qrun
from licensing.collectors.olicense import read_olixtool
from licensing.collectors.pixar import read_pixar
from licensing.collectors.reading import ServerState
from licensing.collectors.registry import CollectorKind, read_capture
from licensing.collectors.seats import read_seats
from licensing.collectors.sentinel import read_lsmon
from licensing.collectors.sesinetd import read_sesictrl
from licensing.errors import NotACapture
from tests.licensing.collectors.flexnet_samples import HEAD as FLEXNET
from tests.licensing.collectors.flexnet_samples import accounted
from tests.licensing.collectors.further_samples import (
    AT,
    SESI_TEXT,
    WHOLE,
    numbers,
    read,
)

READERS = {
    "lmx": read_licstat,
    "dsls": read_license_usage,
    "sentinel": read_lsmon,
    "lsdyna": read_qrun,
    "olicense": read_olixtool,
    "pixar": read_pixar,
    "sesinetd": read_sesictrl,
}
TEXTS = [*WHOLE.items(), ("sesinetd", SESI_TEXT)]


@pytest.mark.parametrize(("kind", "text"), TEXTS)
def test_all_of_a_whole_text_is_understood(kind: str, text: str) -> None:
    """No line of the ordinary form is in doubt, and each is an event."""
    reading = read(kind, text)

    assert reading.diagnostics == ()
    assert accounted(text, reading)
    assert {one.state for one in reading.features} == {ServerState.UP}
    assert not [one.feature for one in reading.features if one.discrepancy]


@pytest.mark.parametrize(("kind", "text"), TEXTS)
def test_windows_line_ends_and_a_byte_order_mark_change_nothing(kind: str, text: str) -> None:
    """A text from Windows reads as the same text."""
    assert read(kind, "\ufeff" + text.replace("\n", "\r\n")) == read(kind, text)


@pytest.mark.parametrize(("kind", "text"), TEXTS)
def test_a_text_that_breaks_off_never_tells_less_use(kind: str, text: str) -> None:
    """Cut anywhere, it is refused, or what it still tells as certain is what the whole text tells."""
    whole = numbers(read(kind, text))
    for end in range(len(text)):
        last = text[:end].rpartition("\n")[2]
        if not last.strip():
            # A whole line lost leaves no trace; what is missing then is told by the totals.
            continue
        try:
            reading = read(kind, text[:end])
        except NotACapture:
            continue

        assert accounted(text[:end], reading)
        for one in reading.features:
            issued, reported, counted = whole.get(one.feature, (None, None, None))
            if one.state is ServerState.UP:
                assert one.reported_in_use in {None, reported}, (end, one)
                assert one.issued in {None, issued}, (end, one)
                assert one.reported_in_use is not None or one.counted_in_use in {None, counted}, (end, one)


@pytest.mark.parametrize(("kind", "text"), TEXTS)
def test_two_answers_of_one_server_are_refused(kind: str, text: str) -> None:
    """Their seats would count twice."""
    with pytest.raises(NotACapture, match=r"two answers|follows the JSON"):
        read(kind, text + text)


@pytest.mark.parametrize(
    ("kind", "name"),
    [("lmx", "harbour"), ("dsls", "harbour"), ("sentinel", "harbour"), ("lsdyna", "harbour"), ("pixar", "harbour")],
)
def test_two_servers_of_one_text_stay_apart(kind: str, name: str) -> None:
    """Each feature belongs to the server under which it stands."""
    other = WHOLE[kind].replace(name, "quay")
    reading = read(kind, WHOLE[kind] + other)

    assert len(reading.others) == 1
    assert {one.server for one in reading.features} == {reading.server.name, reading.others[0].name}
    assert numbers(read(kind, other)) == numbers(read(kind, WHOLE[kind]))
    assert accounted(WHOLE[kind] + other, reading)


@pytest.mark.parametrize(
    ("kind", "text", "name"),
    [
        ("lmx", "LM-X License Server on 6200@harbour:\nUnable to connect to server\n", "6200@harbour"),
        ("dsls", "Cannot connect to server harbour on port 4085\n", "4085@harbour"),
        ("sentinel", 'Error[3]: The license manager on host "harbour" doesn\'t appear to be running.\n', "harbour"),
        ("sentinel", '[Contacting RMS server on host "harbour"]\nUnable to contact any servers.\n', "harbour"),
        ("lsdyna", "Using user specified server 31010@harbour\n*** ERROR failed to open server\n", "31010@harbour"),
        ("olicense", "Server: <harbour:80:0> (Proxy: <>)\nOlComm 454 Request cannot connect to target\n", "80@harbour"),
        ("pixar", "Unable to connect to host harbour\n", "harbour"),
        ("sesinetd", 'Error: could not connect to server "harbour"\n', "harbour"),
    ],
)
def test_a_named_server_that_cannot_be_asked_is_down(kind: str, text: str, name: str) -> None:
    """Down is a state; there is no feature that nobody uses."""
    reading = read(kind, text)

    assert (reading.server.name, reading.server.state) == (name, ServerState.DOWN)
    assert (reading.features, reading.diagnostics) == ((), ())
    assert accounted(text, reading)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("lmx", "There are no license server(s) available.\n"),
        ("dsls", "Cannot connect to server localhost on port 4085\n"),
        ("sentinel", "Unable to contact any servers. Probably no servers running on this subnet.\n"),
        ("lsdyna", "Using default server 31010@localhost\n*** ERROR failed to open server localhost\n"),
        ("olicense", "Server: <127.0.0.1:80:0> (Proxy: <>)\nOlComm 454 Request cannot connect to target\n"),
        ("pixar", "Connection refused\n"),
        ("sesinetd", "Failed to connect to the license server\n"),
    ],
)
def test_a_failure_that_names_no_server_is_refused_with_its_words(kind: str, text: str) -> None:
    """``localhost`` is whatever machine the command ran on, so the failure can be laid to no server."""
    with pytest.raises(NotACapture) as refused:
        read(kind, text)

    assert text.strip().split("\n")[-1].strip()[:30] in refused.value.detail


@pytest.mark.parametrize("kind", list(WHOLE))
@pytest.mark.parametrize("text", [FLEXNET, "hello\n", "1\n2\n3\n", "\x01\x02\x7f\n", "{", "<?xml version='1.0'?><a/>"])
def test_what_is_nobodys_text_is_refused(kind: str, text: str) -> None:
    """Nothing may be concluded from it, least of all that nobody works."""
    with pytest.raises(NotACapture):
        read(kind, text)


@pytest.mark.parametrize("kind", list(WHOLE))
@pytest.mark.parametrize("other", list(WHOLE))
def test_another_kinds_text_is_refused_by_name(kind: str, other: str) -> None:
    """The refusal says as what it is to be read."""
    if kind != other:
        with pytest.raises(NotACapture) as refused:
            read(kind, WHOLE[other])

        # What sesictrl prints holds JSON, which no other kind has; a text in a brace is broken JSON to it.
        assert (
            f"“{other}”" in refused.value.detail or "JSON" in refused.value.detail or "follows" in refused.value.detail
        )


@pytest.mark.parametrize("kind", list(WHOLE))
@pytest.mark.parametrize("mark", ["rlmutil v15.1", "Flexible License Manager status on Wed 3/13/2024 10:30"])
def test_a_failure_in_another_servers_text_is_not_laid_to_this_kind(kind: str, mark: str) -> None:
    """Most commands fail in the same words."""
    with pytest.raises(NotACapture, match="This is text of"):
        read(kind, f"{mark}\nCannot connect to server harbour on port 4101\n")


@pytest.mark.parametrize("digits", ["9" * 5_000, "٣", "1_0", "+1", "-1", " 1", "1.0", "", "2147483648"])
def test_seats_are_plain_digits(digits: str) -> None:
    """Nothing else is a number, and none is larger than any server has."""
    assert read_seats(digits) is None
    assert read_seats("2147483647") == 2_147_483_647


def test_too_large_a_text_is_refused_before_it_is_read() -> None:
    """The one door keeps its limit for each kind."""
    with pytest.raises(TooLarge):
        read_capture(CollectorKind.LMX, b"x" * (8 * 1024 * 1024 + 1), at=None, zone=ZoneInfo("UTC"))


WORDS = st.sampled_from(sorted({line for _, text in TEXTS for line in text.split("\n")}))
STRANGE = st.sampled_from(
    [
        "Unable to connect to server",
        "Cannot connect to server quay on port 1",
        "1 license(s) used by @",
        "Borrow expire time: 2024-03-12 18:00",
        "١٢ of ٣٤ license(s) used",
        "99999999999 of 99999999999999999999 license(s) used",
        "1.234 of 5.678 license(s) used",
        "|- Feature name : \"\"",
        "|- :",
        "|- Client Information",
        '{"licenses": [{"product": "a", "total": 1, "users": [null, 1, "", {}]}]}',
        "[1e999]",
        "Ready: no",
        " LICENSE GROUP  1 1 1 | 1",
        "a  06/31/2025  -  1  1 | 1",
    ]
)  # fmt: skip


@given(
    st.sampled_from(sorted(READERS)),
    st.lists(st.one_of(WORDS, STRANGE, st.text(max_size=60)), max_size=30),
    st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC)) | st.none(),  # noqa: DTZ001 - hypothesis adds the zone
)
def test_any_lines_are_read_or_refused(kind: str, words: list[str], at: datetime | None) -> None:
    """No text and no time does more than be read, each line accounted for, or be refused."""
    text = "\n".join(words)
    try:
        reading = READERS[kind](text, at=at, zone=ZoneInfo("Europe/Rome"))
    except NotACapture:
        return

    assert accounted(text, reading)


@given(st.sampled_from(TEXTS), st.data())
def test_a_whole_text_with_anything_changed_is_read_or_refused(sample: tuple[str, str], data: st.DataObject) -> None:
    """A stretch of a whole text is replaced by any letters: nothing but the refusal comes of it."""
    kind, text = sample
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 40)))
    text = text[:start] + data.draw(st.text(max_size=20)) + text[end:]
    try:
        reading = READERS[kind](text, at=AT, zone=ZoneInfo("Europe/Rome"))
    except NotACapture:
        return

    assert accounted(text, reading)
    for one in reading.features:
        for number in (one.issued, one.reported_in_use, one.counted_in_use, one.reserved, one.queued, one.borrowed):
            assert number is None or number >= 0


@given(st.sampled_from(sorted(READERS)), st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(kind: str, noise: bytes) -> None:
    """Bytes behind a whole text do no more than bytes alone."""
    for raw in (noise, WHOLE[kind].encode() + noise):
        try:
            reading = read_capture(CollectorKind(kind), raw, at=AT, zone=ZoneInfo("UTC"))
        except NotACapture:
            continue

        assert reading.lines == reading.events + len(reading.diagnostics)
