"""Habits of the house, read from its files: sizes, the one commit, a fact a use case, a sentence a test."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLOORS = ("answerprint", "audit", "facility", "licensing", "reviews")
MODULES = sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))
MODULE_LINES_MAX = 300
ONE_FILE_LINES_MAX = {ROOT / "audit" / "kit" / "verify.py": 500}
"""Programs that an auditor takes along by themselves, so that they cannot be split."""
FUNCTION_LINES_MAX = 40

Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    """Name a file from the root."""
    return str(path.relative_to(ROOT))


def tree_of(path: Path) -> ast.Module:
    """Return what a file holds, parsed."""
    return ast.parse(path.read_text(encoding="utf-8"))


def functions_of(path: Path) -> Iterator[Function]:
    """Return every function of a file, methods too."""
    return (node for node in ast.walk(tree_of(path)) if isinstance(node, Function))


def calls_in(node: ast.AST) -> set[str]:
    """Return the last names of everything that is called."""
    found = set()
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            match call.func:
                case ast.Name(id=name) | ast.Attribute(attr=name):
                    found.add(name)
    return found


@pytest.mark.parametrize("path", [*MODULES, *TESTS], ids=name_of)
def test_module_is_short(path: Path) -> None:
    """A module of more than 300 lines is two ideas: split it by noun."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= ONE_FILE_LINES_MAX.get(path, MODULE_LINES_MAX)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_functions_are_short(path: Path) -> None:
    """A function of more than 40 lines is two ideas."""
    long = [one.name for one in functions_of(path) if (one.end_lineno or 0) - one.lineno >= FUNCTION_LINES_MAX]

    assert not long


@pytest.mark.parametrize("path", [one for one in MODULES if name_of(one) != "answerprint/core/db.py"], ids=name_of)
def test_nobody_commits(path: Path) -> None:
    """The one commit stands in ``answerprint.core.db``; the guard may roll back, and migrations run by themselves."""
    allowed = {"answerprint/core/guard.py": {"rollback"}, "answerprint/core/upgrade.py": {"commit"}}
    found = calls_in(tree_of(path)) & {"commit", "rollback", "begin", "begin_nested"}

    assert not found - allowed.get(name_of(path), set())


@pytest.mark.parametrize("path", [one for one in MODULES if "service" in one.parts], ids=name_of)
def test_use_case_records_a_fact(path: Path) -> None:
    """Every public function of a service room records, by itself or through a function of its module."""
    functions = {one.name: calls_in(one) for one in tree_of(path).body if isinstance(one, Function)}
    records = {"record", "open_log"}
    while True:
        grown = records | {name for name, calls in functions.items() if calls & records}
        if grown == records:
            break
        records = grown

    assert not {name for name in functions if not name.startswith("_")} - records


@pytest.mark.parametrize("path", TESTS, ids=name_of)
def test_test_says_its_rule(path: Path) -> None:
    """A test's docstring is the rule it holds."""
    silent = [one.name for one in functions_of(path) if one.name.startswith("test") and not ast.get_docstring(one)]

    assert not silent


@pytest.mark.parametrize("path", [one for one in MODULES if one.name == "__init__.py"], ids=name_of)
def test_package_file_holds_a_docstring_only(path: Path) -> None:
    """An ``__init__.py`` says what its package is for, and nothing else."""
    body = tree_of(path).body

    assert len(body) == 1
    assert ast.get_docstring(tree_of(path))


def tracked(*patterns: str) -> list[Path]:
    """Return the files that git tracks."""
    listed = subprocess.run(["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, check=True)
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_registry() -> None:
    """Lock files carry hashes and no address, so that they work wherever packages come from."""
    locks = tracked("*.lock", "requirements*")

    assert locks
    assert not [name_of(path) for path in locks if re.search(r"https?://", path.read_text(encoding="utf-8"))]


def test_migration_head_is_written_down() -> None:
    """Two branches that both add a migration meet in this file, as a conflict that git shows."""
    revisions = sorted((ROOT / "migrations" / "versions").glob("*.py"))

    assert (ROOT / "migrations" / "HEAD").read_text(encoding="utf-8").strip() == revisions[-1].name[:4]
    assert [path.name[:4] for path in revisions] == [f"{number:04}" for number in range(1, len(revisions) + 1)]
