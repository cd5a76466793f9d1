"""What the commands of witnesses share: their options, and how they say no."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from answerprint.core.problems import Refusal
from audit.errors import VerificationError
from audit.witness.exchange import WitnessFailed
from audit.witness.store import UnusableStoreError

FILE = click.Path(path_type=Path, dir_okay=False)
EXISTING = click.Path(path_type=Path, dir_okay=False, exists=True)
FOLDER = click.Path(path_type=Path, file_okay=False)

out_option = click.option("--out", type=FILE, help="Write to this file rather than to the screen.")
policy_option = click.option("--policy", type=EXISTING, required=True, help="Trust policy, C2SP tlog-policy.")


@contextmanager
def refusals() -> Iterator[None]:
    """Say what was refused in one line, and exit with 1."""
    try:
        yield
    except (VerificationError, WitnessFailed, UnusableStoreError, Refusal, OSError) as error:
        raise click.ClickException(str(error)) from error
    except SQLAlchemyError as error:
        raise click.ClickException(f"The database cannot be used: {str(error).partition(chr(10))[0]}") from error


def write(raw: bytes, out: Path | None) -> None:
    """Write to the file that was named, or else to the screen."""
    if out is None:
        click.echo(raw, nl=False)
    else:
        out.write_bytes(raw)


def tls(ca_file: Path | None) -> ssl.SSLContext | None:
    """Return whom TLS trusts where that is not this machine's own list."""
    return ssl.create_default_context(cafile=ca_file) if ca_file is not None else None
