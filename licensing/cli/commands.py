"""The group of licensing's commands."""

import click

from answerprint.core.lazy_group import Later, LazyGroup

_COMMANDS = {
    "import-log": Later(
        "licensing.cli.logs:import_log",
        "Take in the event log FILE, of any size, after what was taken of this server's log before.",
    ),
    "poll": Later(
        "licensing.cli.poll:poll",
        "Ask the licence servers of a TOML file in turn, and send what they print and log to the house.",
    ),
    "read": Later("licensing.cli.read:read", "Read what a licence server printed into FILE, or - for standard input."),
}


@click.group(cls=LazyGroup, later=_COMMANDS)
def licensing() -> None:
    """Licence servers and what they say."""
