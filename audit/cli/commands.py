"""The group ``answerprint audit``."""

import click

from audit.cli.drill import drill
from audit.cli.export import export
from audit.cli.key import key
from audit.cli.verify import verify


@click.group()
def audit() -> None:
    """Verify the signed trail, and hand it on."""


audit.add_command(verify)
audit.add_command(export)
audit.add_command(drill)
audit.add_command(key)
