"""The programs of the kit, run as an auditor runs them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.audit.kit.browser import PROGRAM, Page, browser

KIT = Path(__file__).parents[3] / "audit" / "kit"
GO_SOURCES = Path("/usr/share/gocode")
_SAID = ("word", "why", "warning")
NAMES = ("verify.py", "main.go", "verify.html", "verify.sh")
Run = Callable[..., tuple[int, str]]
"""Takes ``--key KEY``, ``--kept FILE`` and a bundle; returns the exit code and what was said."""


def _environment() -> dict[str, str]:
    """Return our own environment, with temporary files in memory where there is room: the shell makes many."""
    memory = Path("/dev/shm")  # noqa: S108 - not a file of a guessed name
    return os.environ | ({"TMPDIR": str(memory)} if os.access(memory, os.W_OK) else {})


def ran(*words: str | Path) -> tuple[int, str]:
    """Run a program: its exit code, and what it said."""
    done = subprocess.run(list(map(str, words)), capture_output=True, check=False, timeout=120, env=_environment())
    return done.returncode, (done.stdout + done.stderr).decode()


@pytest.fixture(scope="session", name="go_program")
def go_program_fixture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The Go program, built as README.txt says, without a network."""
    if not shutil.which("go") or not (GO_SOURCES / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        pytest.skip("needs Debian's golang-go and golang-golang-x-mod-dev")
    folder = tmp_path_factory.mktemp("go")
    shutil.copy(KIT / "main.go", folder)
    settings = {"GO111MODULE": "off", "GOPATH": str(GO_SOURCES), "GOPROXY": "off", "GOCACHE": str(folder / "cache")}
    built = subprocess.run(
        ["go", "build", "-o", "govrfy", "main.go"],
        cwd=folder,
        env=os.environ | settings,
        capture_output=True,
        check=False,
    )

    assert built.returncode == 0, built.stderr.decode()
    yield folder / "govrfy"
    shutil.rmtree(folder / "cache", ignore_errors=True)


@pytest.fixture(scope="session", name="page")
def page_fixture(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """The kit's page, open in a browser from its file."""
    if not PROGRAM:
        pytest.skip("needs Chromium")
    with browser(tmp_path_factory.mktemp("browser")) as page:
        page.open((KIT / "verify.html").as_uri())
        yield page


def runner(name: str, request: pytest.FixtureRequest) -> Run:
    """Return one program as a function, or skip where it cannot run."""
    if name == "verify.py":
        return lambda *words: ran(sys.executable, "-W", "error", KIT / "verify.py", *words)
    if name == "verify.sh":
        return lambda *words: ran("sh", KIT / "verify.sh", *words)
    if name == "main.go":
        built: Path = request.getfixturevalue("go_program")
        return lambda *words: ran(built, *words)
    page: Page = request.getfixturevalue("page")
    return lambda *words: _shown(page, *words)


def _shown(page: Page, *words: str | Path) -> tuple[int, str]:
    """Have the page check a bundle; say what it shows as a program would."""
    *options, bundle = words
    chosen = dict(zip(options[::2], options[1::2], strict=True))
    page.evaluate(f"document.getElementById('key').value = {str(chosen.get('--key', ''))!r}")
    page.choose("#zip", Path(bundle))
    page.evaluate("document.getElementById('kept').value = ''")
    if "--kept" in chosen:
        page.choose("#kept", Path(chosen["--kept"]))
    page.evaluate("document.getElementById('go').click()")
    page.until("!document.getElementById('go').disabled")
    word, why, warning = (page.evaluate(f"document.getElementById('{one}').textContent") for one in _SAID)
    is_good = page.evaluate("document.getElementById('word').className") == "good"
    said = f"{word}: {why}\n" + (f"WARNING: {warning[0].lower()}{warning[1:]}\n" if warning else "")
    return (0 if is_good else 1), said
