"""Mails by SMTP (RFC 5321), over TLS: ``smtps://`` from the start, ``smtp://`` by STARTTLS (RFC 3207).

Without TLS nothing is sent but to this machine itself, where nobody listens on the way.
"""

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage, Message
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

from answerprint.core.outbox import Mail, NotSentError, Transport

_HERE = ("localhost", "127.0.0.1", "::1")
_PORTS = {"smtp": 587, "smtps": 465}
_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """The server that takes mails. Without ``user`` nobody signs in there."""

    host: str
    port: int
    is_tls: bool
    user: str = ""
    password: str = field(default="", repr=False)


def read_smtp_url(text: str) -> SmtpServer:
    """Read ``smtp://user:password@host:587``, the parts percent-encoded; raises ``ValueError`` with what to do."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        message = "is an address such as smtp://user:password@mail.example:587"
        raise ValueError(message) from error
    if parts.scheme not in _PORTS or not parts.hostname or parts.path.strip("/") or parts.query:
        message = "is an address such as smtp://user:password@mail.example:587"
        raise ValueError(message)
    return SmtpServer(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        is_tls=parts.scheme == "smtps",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def smtp_transport(server: SmtpServer, sender: str, *, context: ssl.SSLContext | None = None) -> Transport:
    """Return what hands mails over to ``server``, from the address ``sender``."""
    trusted = context or ssl.create_default_context()

    def send(mail: Mail) -> None:
        try:
            with _open(server, trusted) as connection:
                _sign_in(connection, server, trusted)
                connection.send_message(_message(mail, sender))
        except (OSError, smtplib.SMTPException, ValueError) as error:
            # What a server answers may hold the address; it is cut short, and kept in the outbox only.
            raise NotSentError(f"{type(error).__name__}: {error}") from error

    return send


def _open(server: SmtpServer, context: ssl.SSLContext) -> smtplib.SMTP:
    if server.is_tls:
        return smtplib.SMTP_SSL(server.host, server.port, timeout=_SECONDS, context=context)
    return smtplib.SMTP(server.host, server.port, timeout=_SECONDS)


def _sign_in(connection: smtplib.SMTP, server: SmtpServer, context: ssl.SSLContext) -> None:
    connection.ehlo()
    if not server.is_tls and connection.has_extn("starttls"):
        connection.starttls(context=context)
        connection.ehlo()
    elif not server.is_tls and server.host not in _HERE:
        message = f"{server.host} offers no STARTTLS, and nothing is sent in clear"
        raise smtplib.SMTPNotSupportedError(message)
    if server.user:
        connection.login(server.user, server.password)


def _message(mail: Mail, sender: str) -> EmailMessage:
    message = EmailMessage()
    # The library refuses a line break in a header; none of these is ever text of several lines.
    message["From"], message["To"], message["Subject"] = sender, mail.recipient, mail.subject
    message["Date"] = format_datetime(mail.made_at)
    message["Message-ID"] = f"<{mail.id}@{sender.rpartition('@')[2].rstrip('>')}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body)
    if mail.attachment is not None:
        media_type = Message()
        media_type["Content-Type"] = mail.attachment.media_type
        message.add_attachment(
            mail.attachment.text.encode(),
            maintype=media_type.get_content_maintype(),
            subtype=media_type.get_content_subtype(),
            filename=mail.attachment.name,
            params=dict(media_type.get_params(failobj=[])[1:]),
        )
    return message
