"""A log that can tell two stories, a witness that watches it, and a real HTTP server for the witness."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from audit.checkpoint import Checkpoint, sign_checkpoint
from audit.cosignature import LOG_TYPES, WITNESS_TYPES, Cosigner
from audit.note import Signer, Verifier
from audit.tree import consistency_proof, tree_root
from audit.witness.cosigning import Witness, trusted_logs
from audit.witness.evidence import Evidence
from audit.witness.store import Store, make_store
from audit.witness.submission import Submission
from tests.audit.reference_tree import PlainReader, plain_leaf, plain_leaves

ORIGIN = "house.example/log"
NOW = 1_800_000_000
LOG = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\x01"))
STRANGER = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\x02"))
COSIGNER = Cosigner("client.example/witness", Ed25519PrivateKey.from_private_bytes(bytes(31) + b"\x03"))
BY_LOG = Verifier.from_vkey(LOG.vkey, LOG_TYPES)
BY_WITNESS = Verifier.from_vkey(COSIGNER.key.vkey, WITNESS_TYPES)
MOST = 200


class Story:
    """What the log says of itself: the same entries for all stories up to ``told``, and its own from there on."""

    def __init__(self, word: str = "", told: int = MOST, signer: Signer = LOG) -> None:
        own = tuple(plain_leaf(f"{word} {index}".encode()) for index in range(told, MOST))
        self.reader = PlainReader(plain_leaves(told) + own)
        self.signer = signer

    def root(self, size: int) -> bytes:
        """Return the root at a size."""
        return tree_root(size, self.reader)

    def checkpoint(self, size: int) -> bytes:
        """Return the signed checkpoint at a size."""
        return sign_checkpoint(Checkpoint(ORIGIN, size, self.root(size)), self.signer)

    def proof(self, old: int, size: int) -> list[bytes]:
        """Return the consistency proof between two sizes."""
        return consistency_proof(old, size, self.reader)

    def submission(self, old: int, size: int) -> Submission:
        """Return what is sent to a witness that has seen ``old`` entries."""
        return Submission(old, tuple(self.proof(old, size)), self.checkpoint(size))


HONEST = Story()


def prove(story: Story, size: int) -> Callable[[int], Sequence[bytes]]:
    """Return who proves a story's checkpoint of this size."""
    return lambda old: story.proof(old, size)


class Accused:
    """Keeps evidence in memory."""

    def __init__(self) -> None:
        self.evidence: list[Evidence] = []

    def __call__(self, evidence: Evidence) -> None:
        """Keep it."""
        self.evidence.append(evidence)


def new_witness(folder: Path, accused: Accused | None = None) -> Witness:
    """Return a witness that has seen nothing."""
    path = folder / "witness.db"
    make_store(path, COSIGNER.key.vkey)
    return Witness(COSIGNER, trusted_logs([LOG.vkey]), Store(path), accused or Accused())


def answers(status: str, kind: str, body: bytes, *headers: tuple[str, str]) -> WSGIApplication:
    """Return a witness that says the same to everybody."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        start_response(status, [("Content-Type", kind), *headers])
        return [body]

    return app


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 128


class _Quiet(WSGIRequestHandler):
    timeout = 10

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(app: WSGIApplication) -> Iterator[str]:
    """Serve an app on this machine, and give its address."""
    with make_server("127.0.0.1", 0, app, _Server, _Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def asked(url: str, method: str, path: str, body: bytes | None = None) -> tuple[int, str, bytes]:
    """Send one request, and return status, content type and body."""
    connection = HTTPConnection(url.removeprefix("http://"), timeout=30)
    try:
        connection.request(method, path, body)
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Content-Type", ""), answer.read()
    finally:
        connection.close()
