"""What is said in the code and read elsewhere: the API description and the tables of the docs. A test compares them.

``python -m answerprint.web.generated`` writes all of them anew.
"""

import json
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from answerprint.core.db import Database
from answerprint.core.permissions import Permission
from answerprint.web.api_pages import problem_meanings
from answerprint.web.app import create_app
from answerprint.web.openapi import description
from answerprint.web.settings import SETTINGS, read_settings
from audit.keys import LogKeys
from facility.roles import PERMISSIONS, Role

ROOT = Path(__file__).parents[2]


def generated() -> dict[str, str]:
    """Return every generated file's text by its path from the root."""
    return {
        "openapi/openapi.json": _openapi(),
        "docs/settings.md": _settings(),
        "docs/problems.md": _problems(),
        "docs/roles.md": _roles(),
    }


def _openapi() -> str:
    with tempfile.TemporaryDirectory() as folder:
        settings = read_settings({"ANSWERPRINT_HOME": folder})
        database = Database(settings.database)
        app = create_app(settings, database=database, keys=LogKeys(Ed25519PrivateKey.generate()))
        with app.app_context():
            described = description()
        database.close()
    return json.dumps(described, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _settings() -> str:
    rows = ((f"`{name}`", f"`{default}`" if default else "", meaning) for name, (default, meaning) in SETTINGS.items())
    return "# Settings\n\nAll of them come from the environment.\n\n" + _table(
        ("Setting", "If unset", "What it is"), rows
    )


def _problems() -> str:
    explained = "A problem's `type` is `/api/v1/problems/<code>` and stays the same."
    introduction = f"# Problems\n\nErrors are problems of RFC 9457. {explained}\n\n"
    rows = ((f"`{code}`", str(status), meaning) for code, (status, meaning) in problem_meanings().items())
    return introduction + _table(("Code", "HTTP status", "What it means"), rows)


def _roles() -> str:
    heads = ("Permission", *(role.value for role in Role))
    rows = ((f"`{one.value}`", *("yes" if one in PERMISSIONS[role] else "" for role in Role)) for one in Permission)
    return "# Roles\n\nWho may do what. A token may at most what its person may.\n\n" + _table(heads, rows)


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(heads)]
    lines += [["---"] * len(lines[0]), *map(list, rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def write(files: Mapping[str, str]) -> None:
    """Write the files below the root of the project."""
    for name, text in files.items():
        path = ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(generated())
