"""Calendars as text, read back by a strict reader of our own."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerprint.core.calendar import (
    CalendarEvent,
    Days,
    EventStatus,
    Mailbox,
    Method,
    Span,
    write_feed,
    write_invitation,
)
from tests.core.icalendar import events, read_calendar

MADE = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
EVENT = CalendarEvent(
    uid="contract-1-ends@answerprint",
    stamp=MADE,
    sequence=2,
    when=Days(date(2026, 12, 31), date(2026, 12, 31)),
    summary="Contract F-1 ends",
)
SCREENING = replace(
    EVENT,
    uid="screening-1@answerprint",
    when=Span(MADE, MADE + timedelta(hours=2)),
    organizer=Mailbox("mara@post.example", 'Mara "M" Voss; editor^'),
    attendees=(Mailbox("kim+film@client.example", "Kim"), Mailbox("jo@client.example")),
)
# What forms let through, and what they do not: a writer trusts nobody.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


class TestFeed:
    """What programs subscribe to."""

    def test_a_day_is_a_day_and_ends_before_the_next(self) -> None:
        """No zone moves it: a date, whose end is the day after (section 3.6.1)."""
        octets = write_feed("Contract dates", (EVENT,))
        event = events(octets)[EVENT.uid]
        start, end = event.all("DTSTART")[0], event.all("DTEND")[0]

        assert (start.parameters, start.value) == ({"VALUE": "DATE"}, "20261231")
        assert (end.parameters, end.value) == ({"VALUE": "DATE"}, "20270101")
        assert (event.value("SEQUENCE"), event.value("DTSTAMP")) == ("2", "20260314T092653Z")
        assert event.value("TRANSP") == "TRANSPARENT"

    def test_the_same_events_are_the_same_bytes(self) -> None:
        """Nothing of the moment of writing stands in it."""
        assert write_feed("Dates", (EVENT,)) == write_feed("Dates", (EVENT,))

    def test_one_without_events_is_a_calendar_still(self) -> None:
        """A calendar holds a component at least (section 3.6), so that a strict reader takes an empty one, too."""
        calendar = read_calendar(write_feed("Nothing", ()))

        assert [one.kind for one in calendar.inner] == ["VTIMEZONE"]
        assert calendar.value("X-WR-CALNAME") == "Nothing"
        assert not calendar.all("METHOD")

    @given(summary=texts, description=texts)
    def test_any_text_comes_back_and_breaks_no_line(self, summary: str, description: str) -> None:
        """Escaped, folded between characters, and never a property of its own; what cannot be seen is a blank."""
        octets = write_feed("Dates", (replace(EVENT, summary=f"x{summary}", description=f"x{description}"),))
        event = events(octets)[EVENT.uid]

        for given_text, name in ((f"x{summary}", "SUMMARY"), (f"x{description}", "DESCRIPTION")):
            plain = given_text.replace("\r\n", "\n").replace("\r", "\n")
            kept = "".join(" " if (one < " " and one not in "\t\n") or one == "\x7f" else one for one in plain)
            assert event.value(name) == kept

    def test_a_line_is_folded_at_75_octets(self) -> None:
        """Octets count, not characters, and a character of several stays whole."""
        octets = write_feed("Dates", (replace(EVENT, summary="é" * 200),))

        assert max(len(line) for line in octets.split(b"\r\n")) in (74, 75)
        assert events(octets)[EVENT.uid].value("SUMMARY") == "é" * 200

    def test_text_cannot_add_a_property(self) -> None:
        """A line break in a title is a line break in a title."""
        octets = write_feed("Dates", (replace(EVENT, summary="x\r\nATTENDEE:mailto:eve@evil.example"),))

        assert not events(octets)[EVENT.uid].all("ATTENDEE")

    @pytest.mark.parametrize(
        "broken",
        [
            replace(EVENT, when=Days(date(2026, 2, 2), date(2026, 2, 1))),
            replace(EVENT, when=Span(MADE, MADE)),
            replace(EVENT, stamp=MADE.replace(tzinfo=None)),
            replace(EVENT, url="https://post.example/\r\nX:1"),
        ],
    )
    def test_what_cannot_be_written_is_a_fault(self, broken: CalendarEvent) -> None:
        """An end before the start, a time without zone, an address with a line break: the caller is wrong."""
        with pytest.raises(ValueError, match=r".+"):
            write_feed("Dates", (broken,))


class TestInvitation:
    """What is sent to who is invited (RFC 5546)."""

    def test_it_names_who_invites_and_who_is_invited(self) -> None:
        """Times in UTC; names as RFC 6868 writes them; an address holds nothing but an address."""
        octets = write_invitation(Method.REQUEST, replace(SCREENING, takes_time=True))
        event = events(octets)[SCREENING.uid]
        organizer, (kim, jo) = event.all("ORGANIZER")[0], event.all("ATTENDEE")

        assert read_calendar(octets).value("METHOD") == "REQUEST"
        assert (event.value("DTSTART"), event.value("DTEND")) == ("20260314T092653Z", "20260314T112653Z")
        assert (organizer.parameters["CN"], organizer.value) == ('Mara "M" Voss; editor^', "mailto:mara@post.example")
        assert (kim.parameters["CN"], kim.value) == ("Kim", "mailto:kim+film@client.example")
        assert "CN" not in jo.parameters
        assert event.value("TRANSP") == "OPAQUE"

    def test_a_cancellation_says_so_twice(self) -> None:
        """The method and the event's status, under the same uid and a higher sequence."""
        gone = replace(SCREENING, sequence=3, status=EventStatus.CANCELLED)
        octets = write_invitation(Method.CANCEL, gone)

        assert read_calendar(octets).value("METHOD") == "CANCEL"
        assert events(octets)[SCREENING.uid].value("STATUS") == "CANCELLED"

    @pytest.mark.parametrize(
        ("method", "event"),
        [
            (Method.REQUEST, EVENT),
            (Method.REQUEST, replace(SCREENING, attendees=())),
            (Method.CANCEL, SCREENING),
            (Method.REQUEST, replace(SCREENING, status=EventStatus.CANCELLED)),
        ],
    )
    def test_half_an_invitation_is_a_fault(self, method: Method, event: CalendarEvent) -> None:
        """Without organizer, without anybody invited, or against its own status it is none."""
        with pytest.raises(ValueError, match=r".+"):
            write_invitation(method, event)

    def test_an_address_cannot_carry_more(self) -> None:
        """What is no part of an address is written in percent, so nothing follows it."""
        octets = write_invitation(Method.REQUEST, replace(SCREENING, organizer=Mailbox("a@b.example?cc=x\r\nX:1")))

        assert events(octets)[SCREENING.uid].value("ORGANIZER") == "mailto:a@b.example%3Fcc%3Dx%0D%0AX%3A1"
