"""The group of licensing's commands. Each is loaded only when it is called, so that a small one starts at once."""

import importlib

import click

_COMMANDS = {
    "import-log": "licensing.cli.logs:import_log",
    "poll": "licensing.cli.poll:poll",
    "read": "licensing.cli.read:read",
}


class _Commands(click.Group):
    """A group that loads a command when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_COMMANDS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return super().get_command(ctx, cmd_name)
        module, _, name = _COMMANDS[cmd_name].partition(":")
        command = getattr(importlib.import_module(module), name)
        return command if isinstance(command, click.Command) else None


@click.group(cls=_Commands)
def licensing() -> None:
    """Licence servers and what they say."""
