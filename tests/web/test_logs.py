"""A log line is one line of JSON, whatever a request put into it."""

import json

import pytest
import structlog

from answerprint.web import logs


def test_line_breaks_of_strangers_stay_inside_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A path with a line break or an escape sequence cannot forge a second line or colour a terminal."""
    logs.configure()
    try:
        structlog.get_logger().warning("fault", path='/a\n{"level": "error"}\x1b[31m')
    finally:
        structlog.reset_defaults()
    lines = capsys.readouterr().out.splitlines()

    assert len(lines) == 1
    assert json.loads(lines[0])["path"].startswith("/a\n")
    assert "\x1b" not in lines[0]
