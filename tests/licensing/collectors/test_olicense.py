"""What ``olixtool`` of OLicense prints."""

from datetime import date

import pytest

from licensing.collectors.reading import Discrepancy, ServerState
from licensing.errors import NotACapture
from tests.licensing.collectors.further_samples import OLICENSE, doubted, feature, numbers, read

SECOND = OLICENSE[OLICENSE.index("=====") :].replace(
    "    23 FloatsLockedBy:\n      anna@bay-07 #12\n      bruno@bay-08 #11\n", ""
)


def test_floats_and_who_locks_them() -> None:
    """Each holder with the number behind its name."""
    reading = read("olicense", OLICENSE)
    found = feature(reading, "grade")

    assert (reading.server.name, numbers(reading)) == ("31212@192.0.2.94", {"grade": (36, 23, 23)})
    assert [(one.user, one.host, one.quantity) for one in found.holders] == [
        ("anna", "bay-07", 12),
        ("bruno", "bay-08", 11),
    ]
    assert (found.pools[0].expires, found.pools[0].kind) == (date(2025, 6, 30), "FreeFloating")


def test_a_module_of_two_licences_is_their_sum() -> None:
    """No line says that floats of the second are locked, so none are."""
    reading = read("olicense", OLICENSE + SECOND)

    assert numbers(reading) == {"grade": (72, 23, 23)}


def test_floats_locked_by_nobody_knows_whom_count() -> None:
    """They are in use, and no holder is made up for them."""
    locked = "    2 FloatsLockedBy 'unknown clients'\n"
    found = feature(read("olicense", OLICENSE.rstrip() + "\n" + locked), "grade")

    assert (found.reported_in_use, found.counted_in_use) == (25, 23)
    assert found.discrepancy is Discrepancy.MORE_REPORTED


def test_a_line_that_is_not_known_under_a_module_makes_its_use_unknown() -> None:
    """It may say how many are locked, in other words."""
    reading = read("olicense", OLICENSE.replace("23 FloatsLockedBy:", "23 Floats gesperrt von:"))
    found = feature(reading, "grade")

    assert (found.reported_in_use, doubted(reading)) == (None, [18])
    assert found.counted_in_use == 23


def test_a_text_that_breaks_off_behind_a_module_does_not_tell_its_use() -> None:
    """The line that says how many are locked would be the next."""
    whole = OLICENSE[: OLICENSE.index("    23 Floats")]
    reading = read("olicense", whole.rstrip("\n"))

    assert feature(reading, "grade").state is ServerState.UNKNOWN
    assert doubted(reading) == [17]
    assert numbers(read("olicense", whole)) == {"grade": (36, 0, 0)}


@pytest.mark.parametrize("count", ["1.000", "99999999999", "viele"])
def test_a_count_that_is_no_number_is_unknown(count: str) -> None:
    """The floats in use are known all the same."""
    reading = read("olicense", OLICENSE.replace("\t36;", f"\t{count};"))

    assert (feature(reading, "grade").issued, feature(reading, "grade").reported_in_use) == (None, 23)
    assert doubted(reading) == [17]


def test_a_locked_count_that_is_no_number_is_unknown() -> None:
    """And never zero."""
    reading = read("olicense", OLICENSE.replace("23 FloatsLockedBy", "2.300 FloatsLockedBy"))

    assert (feature(reading, "grade").reported_in_use, doubted(reading)) == (None, [18])


@pytest.mark.parametrize(
    "text",
    [
        '<?xml version="1.0"?><olicense><module><name>grade</name></module></olicense>',
        '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
        '\ufeff <!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>',
        "<licenses>\n",
    ],
)
def test_xml_is_refused_unread(text: str) -> None:
    """No entity of it is expanded, and no file that it names is opened."""
    with pytest.raises(NotACapture, match="This is XML"):
        read("olicense", text)


def test_marks_of_xml_within_the_text_are_letters() -> None:
    """A name with brackets is a name."""
    reading = read("olicense", OLICENSE.replace("anna@", "<anna&amp;>@"))

    assert feature(reading, "grade").holders[0].user == "<anna&amp;>"


def test_a_server_that_lists_no_licence_is_up() -> None:
    """It answered."""
    reading = read("olicense", OLICENSE[: OLICENSE.index("=====")])

    assert (reading.server.state, reading.features, reading.diagnostics) == (ServerState.UP, (), ())
