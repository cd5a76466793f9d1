"""Groups of commands that are loaded only when they are called, so that a small one, and help, start at once."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import click


@dataclass(frozen=True, slots=True)
class Later:
    """A command to be loaded later: its place, as ``module:name``, and its line in the help of its group."""

    place: str
    line: str

    def load(self) -> click.Command:
        """Return the command itself; raises ``TypeError`` where its place holds none."""
        module, _, name = self.place.partition(":")
        command = getattr(importlib.import_module(module), name)
        if not isinstance(command, click.Command):
            raise TypeError(f"{self.place} is no command")
        return command


class LazyGroup(click.Group):
    """A group of commands that are there, and of others by name that are loaded when they are called."""

    def __init__(self, *, later: Mapping[str, Later], **attributes: Any) -> None:
        super().__init__(**attributes)
        self.later = dict(later)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return all names; loads nothing."""
        return sorted([*super().list_commands(ctx), *self.later])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of this name, loaded now."""
        later = self.later.get(cmd_name)
        return later.load() if later is not None else super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the lines of the group's help; loads nothing, since each line stands in the list as well."""
        names = self.list_commands(ctx)
        limit = formatter.width - 6 - max(map(len, names), default=0)
        rows = [(name, _named(name, self.later, self.commands).get_short_help_str(limit)) for name in names]
        with formatter.section("Commands"):
            formatter.write_dl(rows)


def _named(name: str, later: Mapping[str, Later], there: Mapping[str, click.Command]) -> click.Command:
    return click.Command(name, help=later[name].line) if name in later else there[name]
