"""Timecode numbers frames, and every frame has one number (SMPTE ST 12-1)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerprint.core.problems import Invalid
from reviews.rules.timecode import Rate, frame_at, read_rate, timecode

RATES = [read_rate(text) for text in ("24/1", "24000/1001", "25/1", "30000/1001", "50/1", "60000/1001")]
RATES += [read_rate("30000/1001", drops=True), read_rate("60000/1001", drops=True)]
KNOWN = [
    ("24/1", False, 86400, "01:00:00:00"),
    ("25/1", False, 89, "00:00:03:14"),
    ("30000/1001", True, 1799, "00:00:59;29"),
    ("30000/1001", True, 1800, "00:01:00;02"),
    ("30000/1001", True, 17981, "00:09:59;29"),
    ("30000/1001", True, 17982, "00:10:00;00"),
    ("30000/1001", True, 107892, "01:00:00;00"),
    ("60000/1001", True, 3600, "00:01:00;04"),
]


@pytest.mark.parametrize(("rate", "drops", "frame", "written"), KNOWN)
def test_known_number(rate: str, drops: bool, frame: int, written: str) -> None:  # noqa: FBT001
    """The numbers that the standard gives, at the edges where drop frame leaves some out."""
    assert timecode(frame, read_rate(rate, drops=drops)) == written
    assert frame_at(written, read_rate(rate, drops=drops)) == frame


@given(st.sampled_from(RATES), st.integers(0, 2_500_000))
def test_every_frame_has_one_number(rate: Rate, frame: int) -> None:
    """What is written is read back as the same frame, within a day."""
    day = 24 * 60 * 60 * rate.counted - rate.dropped * 24 * 54
    frame %= day

    assert frame_at(timecode(frame, rate), rate) == frame


@given(st.sampled_from(RATES), st.integers(0, 1_000_000))
def test_numbers_go_up_with_the_frames(rate: Rate, frame: int) -> None:
    """The number of the next frame is the next one that sorts."""
    assert timecode(frame, rate) < timecode(frame + 1, rate)


@pytest.mark.parametrize(
    ("rate", "drops", "text"),
    [
        ("24/1", False, "00:00:00:24"),
        ("24/1", False, "24:00:00:00"),
        ("24/1", False, "00:00:00;00"),
        ("24/1", False, "1:0:0:0"),
        ("24/1", False, "00:60:00:00"),
        ("30000/1001", True, "00:01:00;01"),
        ("30000/1001", True, "00:01:00:02"),
    ],
)
def test_other_text_names_its_field(rate: str, drops: bool, text: str) -> None:  # noqa: FBT001
    """What no frame is called is refused."""
    with pytest.raises(Invalid) as refusal:
        frame_at(text, read_rate(rate, drops=drops))

    assert list(refusal.value.fields) == ["timecode"]
