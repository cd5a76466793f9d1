"""The command ``answerprint``. A floor's commands are loaded only when called, so that a small one starts at once."""

import importlib
import os
import socket
import sys
from collections.abc import Mapping

import click

_FLOORS = {
    "audit": "answerprint.web.audit_cli:audit",
    "licensing": "licensing.cli.commands:licensing",
    "reviews": "reviews.cli.commands:reviews",
    "witness": "audit.cli.witness:witness",
}


class _Floors(click.Group):
    """A group that loads a floor's commands when they are called, and tells a refusal in its sentence."""

    def invoke(self, ctx: click.Context) -> object:
        from answerprint.core.problems import Refusal  # noqa: PLC0415
        from answerprint.core.sealing import UnusableSealError  # noqa: PLC0415
        from answerprint.web.settings import SettingError  # noqa: PLC0415
        from audit.errors import VerificationError  # noqa: PLC0415

        try:
            return super().invoke(ctx)
        except (Refusal, SettingError, UnusableSealError, VerificationError) as error:
            raise click.ClickException(str(error)) from error

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_FLOORS])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _FLOORS:
            return super().get_command(ctx, cmd_name)
        module, _, name = _FLOORS[cmd_name].partition(":")
        command = getattr(importlib.import_module(module), name)
        return command if isinstance(command, click.Command) else None


@click.group(cls=_Floors)
@click.version_option(package_name="answerprint")
def main() -> None:
    """Answerprint: seats held against contracts, reviews as agreed, on a signed trail."""


@main.command()
def upgrade() -> None:
    """Bring key, tables and house log to this release; what is there stays."""
    from answerprint.web.house import prepare  # noqa: PLC0415 - loaded only when called
    from answerprint.web.settings import read_settings  # noqa: PLC0415

    settings = read_settings()
    prepare(settings)[0].close()
    click.echo(f"{settings.database.partition('@')[2] or settings.database} is up to date.")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8300, show_default=True)
def run(host: str, port: int) -> None:
    """Serve this facility; an empty one gets a one-time link that makes its first admin."""
    _require_free(host, port)
    from answerprint.web.house import hold_second_place, prepare, set_up_link  # noqa: PLC0415
    from answerprint.web.settings import read_settings  # noqa: PLC0415

    settings = read_settings({"ANSWERPRINT_URL": f"http://{host}:{port}"} | os.environ)
    database, _ = prepare(settings)
    hold_second_place(settings, database)
    link = set_up_link(settings, database)
    database.close()
    click.echo(f"Answerprint serves at {settings.url}")
    if link is not None:
        click.echo(f"Make the first admin, once, within 7 days: {link}")
    _serve(host, port, {"ANSWERPRINT_URL": settings.url})


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8300, show_default=True)
def demo(host: str, port: int) -> None:
    """Serve a facility that is made up, under var/demo."""
    _require_free(host, port)
    from answerprint.web.demo import PASSWORD, PEOPLE, furnish  # noqa: PLC0415
    from answerprint.web.house import prepare  # noqa: PLC0415
    from answerprint.web.settings import read_settings  # noqa: PLC0415

    chosen = {"ANSWERPRINT_HOME": "var/demo", "ANSWERPRINT_URL": f"http://{host}:{port}"}
    chosen |= {"ANSWERPRINT_ORIGIN": "demo.example/answerprint", "ANSWERPRINT_ZONE": "Europe/Berlin"}
    settings = read_settings(chosen | os.environ)
    database, _ = prepare(settings)
    furnish(database, settings.zone, media=settings.media)
    database.close()
    click.echo(f"Answerprint serves a made-up facility at {settings.url}")
    for person in PEOPLE:
        click.echo(f"  {person.role.value:<9} {person.email:<28} {PASSWORD}")
    _serve(host, port, chosen)


def _require_free(host: str, port: int) -> None:
    # The server shares a port that is taken, so two would answer in turn without a word.
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            message = f"--port: {host}:{port} cannot be used ({error.strerror}). Choose another: make run PORT=8301"
            raise click.UsageError(message) from error


def _serve(host: str, port: int, chosen: Mapping[str, str]) -> None:
    from granian import Granian  # noqa: PLC0415
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    from answerprint.web.settings import read_settings  # noqa: PLC0415

    os.environ.update({name: value for name, value in chosen.items() if name not in os.environ})
    # One writing process on SQLite: two make the slowest answers forty times slower.
    workers = 1 if read_settings().is_sqlite else 2
    sys.stdout.flush()
    Granian(
        "answerprint.web.wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=8,
        backpressure=256,
        log_level=LogLevels.error,
        log_access=False,
    ).serve()
