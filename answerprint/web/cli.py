"""The command ``answerprint``. A floor's commands are loaded only when called, so that a small one starts at once."""

import os
import socket
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager
from types import TracebackType

import click
from click.exceptions import Exit

from answerprint.core.lazy_group import Later, LazyGroup

_FLOORS = {
    "audit": Later("answerprint.web.audit_cli:audit", "Verify the signed trail, and hand it on."),
    "licensing": Later("licensing.cli.commands:licensing", "Licence servers and what they say."),
    "reviews": Later("reviews.cli.commands:reviews", "Prepare what clients review."),
    "witness": Later("audit.cli.witness:witness", "Watch a facility's logs from outside it, or ask those who do."),
}


class _Refusals(AbstractContextManager[None]):
    """Tells a refusal in its sentence. Its kinds are loaded only when there is something to tell."""

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _at: TracebackType | None
    ) -> None:
        if error is not None and not isinstance(error, (Exit, click.ClickException)) and isinstance(error, _told()):
            raise click.ClickException(str(error)) from error


def _told() -> tuple[type[Exception], ...]:
    from answerprint.core.problems import Refusal  # noqa: PLC0415
    from answerprint.core.sealing import UnusableSealError  # noqa: PLC0415
    from answerprint.web.settings import SettingError  # noqa: PLC0415
    from audit.errors import VerificationError  # noqa: PLC0415

    return (Refusal, SettingError, UnusableSealError, VerificationError)


class _Floors(LazyGroup):
    """The floors' commands, which tell a refusal in its sentence."""

    def invoke(self, ctx: click.Context) -> object:
        with _Refusals():
            return super().invoke(ctx)


@click.group(cls=_Floors, later=_FLOORS)
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
    from answerprint.web.mailbox import DEMO_ORIGIN, require_demo  # noqa: PLC0415
    from answerprint.web.settings import read_settings  # noqa: PLC0415

    chosen = {"ANSWERPRINT_HOME": "var/demo", "ANSWERPRINT_URL": f"http://{host}:{port}"}
    chosen |= {"ANSWERPRINT_ORIGIN": DEMO_ORIGIN, "ANSWERPRINT_ZONE": "Europe/Berlin"}
    settings = read_settings(chosen | os.environ)
    database, _ = prepare(settings)
    require_demo(database)
    furnish(database, settings.zone, media=settings.media, url=settings.url)
    database.close()
    click.echo(f"Answerprint serves a made-up facility at {settings.url}")
    for person in PEOPLE:
        click.echo(f"  {person.role.value:<9} {person.email:<28} {PASSWORD}")
    click.echo(f"What it would send by mail, clients' links and codes too, lies at {settings.url}/demo/mailbox")
    _serve(host, port, chosen, app="answerprint.web.demo_wsgi:app")


def _require_free(host: str, port: int) -> None:
    # The server shares a port that is taken, so two would answer in turn without a word.
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            message = f"--port: {host}:{port} cannot be used ({error.strerror}). Choose another: make run PORT=8301"
            raise click.UsageError(message) from error


def _serve(host: str, port: int, chosen: Mapping[str, str], *, app: str = "answerprint.web.wsgi:app") -> None:
    from granian import Granian  # noqa: PLC0415
    from granian.constants import Interfaces  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    from answerprint.web.settings import read_settings  # noqa: PLC0415

    os.environ.update({name: value for name, value in chosen.items() if name not in os.environ})
    # One writing process on SQLite: two make the slowest answers forty times slower.
    workers = 1 if read_settings().is_sqlite else 2
    sys.stdout.flush()
    Granian(
        app,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=8,
        backpressure=256,
        log_level=LogLevels.error,
        log_access=False,
    ).serve()
