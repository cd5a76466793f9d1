"""The group ``answerprint audit``."""

import click

from audit.cli.verify import verify


@click.group()
def audit() -> None:
    """Verify the signed trail."""


audit.add_command(verify)
