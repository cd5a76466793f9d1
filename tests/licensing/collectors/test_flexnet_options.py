"""FlexNet options files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.collectors.events import EventKind
from licensing.collectors.flexnet_options import AccessRule, Allotment, FeatureSpec, OptionsFile, Scope, read_options

FULL = """\
# The rules of the house
GROUP colour anna bruno \\
      carla
GROUP colour dora
HOST_GROUP bays bay-07 bay-08
RESERVE 2 grade:VERSION=2.0 GROUP colour
RESERVE 1 grade HOST bay-07
MAX 5 conform USER anna
INCLUDE grade HOST_GROUP bays
EXCLUDE grade PROJECT "show blue"
INCLUDEALL INTERNET 10.0.*.*
EXCLUDEALL DISPLAY :0
MAX_OVERDRAFT grade 3
BORROW_LOWWATER grade 4
MAX_BORROW_HOURS grade 96
TIMEOUT grade 3600
TIMEOUTALL 7200
LINGER conform 900
NOLOG DENIED
NOLOG QUEUED
DEBUGLOG +/var/log/gradeco.log
REPORTLOG /var/log/gradeco.rl
GROUPCASEINSENSITIVE ON
"""


@pytest.fixture(name="options")
def _options() -> OptionsFile:
    return read_options(FULL)


def test_every_statement_is_read(options: OptionsFile) -> None:
    """Lines that a backslash continues are one statement; comments are none."""
    assert (options.statements, options.notices, options.diagnostics) == (21, 1, ())


def test_reservations_and_maxima(options: OptionsFile) -> None:
    """How many, of what, for whom."""
    assert options.reservations == (
        Allotment(2, FeatureSpec("grade", ("VERSION=2.0",)), Scope("GROUP", "colour")),
        Allotment(1, FeatureSpec("grade"), Scope("HOST", "bay-07")),
    )
    assert options.maxima == (Allotment(5, FeatureSpec("conform"), Scope("USER", "anna")),)
    assert (options.reserved("grade"), options.reserved("conform")) == (3, 0)


def test_who_may(options: OptionsFile) -> None:
    """For one feature, or for all."""
    assert options.access == (
        AccessRule(is_allowed=True, of=FeatureSpec("grade"), scope=Scope("HOST_GROUP", "bays")),
        AccessRule(is_allowed=False, of=FeatureSpec("grade"), scope=Scope("PROJECT", "show blue")),
        AccessRule(is_allowed=True, of=None, scope=Scope("INTERNET", "10.0.*.*")),
        AccessRule(is_allowed=False, of=None, scope=Scope("DISPLAY", ":0")),
    )


def test_numbers_by_feature(options: OptionsFile) -> None:
    """Overdraft is what may be used beyond the licence."""
    assert options.overdraft == {"grade": 3}
    assert (options.borrow_lowwater, options.borrow_hours) == ({"grade": 4}, {"grade": 96})
    assert (options.timeouts, options.timeout_all, options.linger) == ({"grade": 3600}, 7200, {"conform": 900})


def test_groups_add_up(options: OptionsFile) -> None:
    """Two lines of one name are one group."""
    assert options.groups == {"colour": ("anna", "bruno", "carla", "dora")}
    assert options.host_groups == {"bays": ("bay-07", "bay-08")}


def test_what_is_not_logged(options: OptionsFile) -> None:
    """Without it, no denial in the log means nothing."""
    assert options.unlogged == {EventKind.DENIED, EventKind.QUEUED}
    assert not options.records_denials
    assert read_options("").records_denials
    assert read_options("NOLOG IN").records_denials


def test_log_files(options: OptionsFile) -> None:
    """The plus only says that the file is added to."""
    assert (options.debug_log, options.report_log) == ("/var/log/gradeco.log", "/var/log/gradeco.rl")


@pytest.mark.parametrize(
    "line",
    [
        "RESERVE two grade USER anna",
        "RESERVE 2 grade SOMEBODY anna",
        "RESERVE 2 grade USER",
        "RESERVE 2 :VERSION=1 USER anna",
        "INCLUDE grade",
        "INCLUDEALL USER",
        "MAX_OVERDRAFT grade -1",
        "TIMEOUTALL",
        "NOLOG EVERYTHING",
        "GROUP colour",
        "DEBUGLOG",
        "FORBID everything",
    ],
)
def test_what_is_not_understood_is_a_diagnostic(line: str) -> None:
    """A rule that is left out silently would change who has a seat."""
    options = read_options(f"# first\n{line}\n")

    assert [(one.line, one.text) for one in options.diagnostics] == [(2, line)]


@given(st.text(max_size=200))
def test_any_text_is_accounted_for(text: str) -> None:
    """Whatever it holds, a statement is understood or is a diagnostic."""
    options = read_options(text)

    assert options.notices + len(options.diagnostics) <= options.statements
