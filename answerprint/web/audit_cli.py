"""The group ``answerprint audit`` whole: what the floor has, and what also needs to know who people are."""

from answerprint.web.orders_cli import ORDER_COMMANDS
from audit.cli.commands import audit

for _command in ORDER_COMMANDS:
    audit.add_command(_command)

__all__ = ["audit"]
