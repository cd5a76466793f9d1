"""The group ``answerprint audit``."""

import click

from answerprint.core.lazy_group import Later, LazyGroup

_COMMANDS = {
    "drill": Later(
        "audit.cli.drill:drill", "Attack a copy of the trail in every way we know, and say what caught each attack."
    ),
    "export": Later("audit.cli.export:export", "Write one log as a zip that anybody can check without this house."),
    "key": Later("audit.cli.key:key", "Show, seal, hand over and revoke the keys that sign the logs."),
    "verify": Later(
        "audit.cli.verify:verify",
        "Hash everything again and hold it against what was signed: a BUNDLE, or else the database.",
    ),
}


@click.group(cls=LazyGroup, later=_COMMANDS)
def audit() -> None:
    """Verify the signed trail, and hand it on."""
