"""Witnesses of a house's own logs, each with a key and a store of its own, and policies that name them."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.checkpoint import Checkpoint, parse_checkpoint, sign_checkpoint
from audit.cosignature import Cosigner
from audit.note import Signer, parse_note
from audit.policies import Policies, policies_in
from audit.witness.cosigning import Witness, trusted_logs
from audit.witness.server import WitnessApp
from audit.witness.store import Store, make_store
from audit.witness.submission import Submission
from tests.audit.witness.grounds import served

DAY = date(2026, 1, 1)
NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)
NOWHERE = "http://127.0.0.1:1"


class Watcher:
    """A witness that has seen nothing of the logs that it watches, and counts the submissions."""

    def __init__(self, folder: Path, name: str, vkeys: Sequence[str]) -> None:
        self.name = name
        cosigner = Cosigner(f"{name}.example/witness", Ed25519PrivateKey.generate())
        self.vkey = cosigner.key.vkey
        make_store(folder / f"{name}.db", self.vkey)
        self.witness = Witness(cosigner, trusted_logs(vkeys), Store(folder / f"{name}.db"), lambda _: None)
        self.now = int(NOON.timestamp())
        self.submissions = 0
        self.before: Callable[[], None] = lambda: None

    def app(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """Answer as a witness does, after what was asked to come before."""
        if environ["REQUEST_METHOD"] == "POST":
            self.submissions += 1
            self.before()
        return list(WitnessApp(self.witness, lambda: self.now)(environ, start_response))

    def has_seen(self, signer: Signer, size: int, root: bytes) -> bytes:
        """Let it cosign a checkpoint as the first of its log, and return the checkpoint."""
        raw = sign_checkpoint(Checkpoint(signer.name, size, root), signer)
        self.witness.cosign(Submission(0, (), raw), now=self.now)
        return raw


def lying(cosigner: Cosigner, now: int) -> WSGIApplication:
    """Return a witness that cosigns another tree than the one that it was sent."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        sent = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        checkpoint = parse_checkpoint(parse_note(sent.partition(b"\n\n")[2]).text)
        other = Checkpoint(checkpoint.origin, checkpoint.size, bytes(32))
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [cosigner.cosign(other.text(), now).line().encode()]

    return app


def slow(seconds: float) -> WSGIApplication:
    """Return a witness that thinks for so long, and then has nothing to say."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        time.sleep(seconds)
        start_response("503 Service Unavailable", [("Content-Type", "text/plain")])
        return [b"later\n"]

    return app


@contextmanager
def all_served(*apps: WSGIApplication) -> Iterator[list[str]]:
    """Serve these apps on this machine, and give their addresses."""
    with ExitStack() as stack:
        yield [stack.enter_context(served(app)) for app in apps]


def write_policy(
    folder: Path, log: str, vkey: str, witnesses: dict[str, tuple[str, str]], rule: str, *, fail: str, day: date = DAY
) -> Policies:
    """Write the policy of a log from a day on, and return all of the folder. ``rule`` ends the file."""
    folder.mkdir(exist_ok=True)
    lines = [f"log {vkey}", *(f"witness {name} {key} {url}" for name, (key, url) in witnesses.items()), rule, ""]
    (folder / f"{log}.{day.isoformat()}.{fail}.policy").write_text("\n".join(lines), encoding="utf-8")
    return policies_in(folder)
