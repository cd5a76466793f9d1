"""``answerprint audit verify``: its options. What it does is loaded later, since help is to be there at once."""

from pathlib import Path
from typing import Any

import click


@click.command()
@click.argument("bundle", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--database", "url", help="SQLAlchemy address; otherwise the one of this house's settings.")
@click.option("--key", "vkeys", multiple=True, help="A verifier key that you trust (C2SP vkey). May be repeated.")
@click.option("--key-file", type=click.Path(path_type=Path), help="The house's own key file, to trust its public half.")
@click.option("--seal-file", type=click.Path(path_type=Path), help="The house's sealing key, to open personal values.")
@click.option(
    "--policy",
    "policies",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A witness policy, to check cosignatures with. May be repeated.",
)
@click.option("--max-silence", type=click.IntRange(min=1), help="Minutes that the house log may be silent at most.")
@click.option("--kept", type=click.Path(path_type=Path), help="BUNDLE only: a checkpoint or receipt that you kept.")
@click.option("--reports", is_flag=True, help="BUNDLE only: make its reports anew from the entries, and compare.")
@click.option("--json", "as_json", is_flag=True, help="Write the verdict as JSON.")
def verify(bundle: Path | None, **options: Any) -> None:
    """Hash everything again and hold it against what was signed: a BUNDLE, or else the database.

    Exits 0 where all holds, 1 where something does not, 2 where it could not be tried.
    """
    from audit.cli.verifying import Asked, verify_as_asked  # noqa: PLC0415 - loaded only when called

    verify_as_asked(bundle, Asked(**options))
