"""The group of reviews' commands."""

import hashlib
import json
import sys
from pathlib import Path

import click

_CHUNK = 1 << 20


@click.group()
def reviews() -> None:
    """Prepare what clients review."""


@reviews.command("hash")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, as the API takes it.")
def hash_files(files: tuple[Path, ...], as_json: bool) -> None:  # noqa: FBT001 - click passes its flags so
    """Print the SHA-256 of each file, to register it as a version; what it reads is shown on the way."""
    for path in files:
        sha256, size = _hash(path)
        said = {"file_name": path.name, "sha256": sha256, "size": size, "hashed_by": "command"}
        click.echo(json.dumps(said) if as_json else f"{sha256}  {path.name}")


def _hash(path: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    try:
        length = path.stat().st_size
        with path.open("rb") as file, click.progressbar(length=length, label=path.name, file=sys.stderr) as bar:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                bar.update(len(chunk))
    except OSError as error:
        raise click.ClickException(f"{path} cannot be read to its end: {error.strerror}.") from error
    if size != length:
        raise click.ClickException(f"{path} changed while it was read: nobody could say of which file this hash is.")
    return digest.hexdigest(), size
