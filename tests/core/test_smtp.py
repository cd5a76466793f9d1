"""Mails are handed to a real SMTP server, over TLS where there is any, and a refusal says why."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from ipaddress import ip_address
from pathlib import Path
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from answerprint.core.db import Database
from answerprint.core.outbox import FIRST_PAUSE, Attachment, Mail, NotSentError, queue_mail, send_waiting
from answerprint.core.smtp import SmtpServer, read_smtp_url, smtp_transport

NOW = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)


class Postbox:
    """What a real SMTP server was given."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail."""
        self.envelopes.append(envelope)
        return "250 taken"


class Refusing(Postbox):
    """A server that knows nobody."""

    async def handle_RCPT(self, *_: object) -> str:  # noqa: N802
        """Refuse an address."""
        return "550 nobody here"


@contextmanager
def listening(postbox: Postbox, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Run an SMTP server; yields its port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    controller = Controller(postbox, hostname="127.0.0.1", port=port, tls_context=tls, require_starttls=tls is not None)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


MAIL = Mail(
    id=UUID(int=7),
    recipient="ann@post.example",
    subject="Lizenzen: Kündigung",
    body="In a week.\n.\nÜ\n",
    made_at=NOW,
)


class TestSmtp:
    """Handed to a real server."""

    def test_it_arrives_whole(self) -> None:
        """Sender, address, subject and text are what was written, a line of one dot included."""
        postbox = Postbox()
        with listening(postbox) as port:
            smtp_transport(SmtpServer("127.0.0.1", port, is_tls=False), "licences@post.example")(MAIL)

        envelope = postbox.envelopes[0]
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)

        assert envelope.rcpt_tos == ["ann@post.example"]
        assert message["Subject"] == MAIL.subject
        assert message["From"] == "licences@post.example"
        assert message.get_content().replace("\r\n", "\n") == MAIL.body

    def test_attachment_arrives_whole(self, database: Database) -> None:
        """From the outbox on, a text beside the mail keeps its name, its kind with its parameters, and every byte."""
        entry = Attachment("screening.ics", "text/calendar; method=REQUEST; charset=utf-8", "BEGIN:VCALENDAR\r\nÜ\r\n")
        postbox = Postbox()
        with database.transaction() as session:
            queue_mail(
                session, kind="t", recipient="ann@post.example", subject="x", body="y\n", now=NOW, attachment=entry
            )
        with listening(postbox) as port:
            transport = smtp_transport(SmtpServer("127.0.0.1", port, is_tls=False), "licences@post.example")
            send_waiting(database, transport, now=NOW)

        envelope = postbox.envelopes[0]
        assert isinstance(envelope.content, bytes)
        (part,) = message_from_bytes(envelope.content, policy=policy.default).iter_attachments()

        assert (part.get_filename(), part.get_content_type()) == ("screening.ics", "text/calendar")
        assert part["Content-Type"].params["method"] == "REQUEST"
        assert part.get_payload(decode=True) == entry.text.encode()

    def test_it_goes_over_tls(self, tmp_path: Path) -> None:
        """By STARTTLS, with the server's certificate checked; one that is not trusted gets nothing."""
        server, client = _tls(tmp_path)
        postbox = Postbox()
        with listening(postbox, server) as port:
            here = SmtpServer("127.0.0.1", port, is_tls=False)
            smtp_transport(here, "licences@post.example", context=client)(MAIL)
            with pytest.raises(NotSentError, match="certificate"):
                smtp_transport(here, "licences@post.example")(MAIL)

        assert len(postbox.envelopes) == 1

    def test_a_refusal_says_why(self) -> None:
        """What the server said stands in the failure, and a silent server is one too."""
        with listening(Refusing()) as port, pytest.raises(NotSentError, match="550"):
            smtp_transport(SmtpServer("127.0.0.1", port, is_tls=False), "licences@post.example")(MAIL)
        with pytest.raises(NotSentError, match="ConnectionRefused"):
            smtp_transport(SmtpServer("127.0.0.1", port, is_tls=False), "licences@post.example")(MAIL)

    def test_from_the_outbox_to_the_server(self, database: Database) -> None:
        """The whole way, with a server that is away at first."""
        with database.transaction() as session:
            queue_mail(session, kind="test", recipient="ann@post.example", subject="x", body="y\n", now=NOW)
        postbox = Postbox()
        with listening(postbox) as port:
            pass
        away = smtp_transport(SmtpServer("127.0.0.1", port, is_tls=False), "licences@post.example")
        failed = send_waiting(database, away, now=NOW)
        with listening(postbox) as port:
            there = smtp_transport(SmtpServer("127.0.0.1", port, is_tls=False), "licences@post.example")
            sent = send_waiting(database, there, now=NOW + FIRST_PAUSE)

        assert (failed, sent, len(postbox.envelopes)) == (0, 1, 1)


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("smtp://mail.example", SmtpServer("mail.example", 587, is_tls=False)),
        ("smtps://mail.example", SmtpServer("mail.example", 465, is_tls=True)),
        ("smtp://me%40x:p%3Aw@mail.example:2525", SmtpServer("mail.example", 2525, False, "me@x", "p:w")),  # noqa: FBT003
        ("smtp://user@host:587", SmtpServer("host", 587, False, "user")),  # noqa: FBT003
    ],
)
def test_the_address_of_a_server(text: str, server: SmtpServer) -> None:
    """Scheme, user, password, host and port are read, and the password is not shown."""
    assert read_smtp_url(text) == server
    assert "p:w" not in repr(read_smtp_url(text))


@pytest.mark.parametrize("text", ["mail.example", "http://mail.example", "smtp://", "smtp://h:x", "smtp://h/path", ""])
def test_what_is_no_server(text: str) -> None:
    """It is refused with an example."""
    with pytest.raises(ValueError, match=r"smtp://user"):
        read_smtp_url(text)


def _tls(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return the TLS of a server at 127.0.0.1, and of a client that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2090, 1, 1, tzinfo=UTC))
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    text = certificate.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.pem").write_bytes(secret + text)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "server.pem")
    return server, ssl.create_default_context(cadata=text.decode())
