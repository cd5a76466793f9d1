"""What the house writes to a client's people arrives at a real SMTP server: links, codes, and calendar entries."""

from email import message_from_bytes, policy
from email.message import EmailMessage

from answerprint.core.db import Database
from answerprint.core.outbox import send_waiting
from answerprint.core.smtp import SmtpServer, smtp_transport
from tests.core.icalendar import events
from tests.core.test_smtp import Postbox, listening
from tests.reviews.attendance.rooms import suite
from tests.reviews.factories import NOW
from tests.reviews.gate.coming import ask_code, come, gatehouse, last_code, secret_of


def delivered(database: Database) -> list[EmailMessage]:
    """Send what waits to a server, and return what it was given."""
    postbox = Postbox()
    with listening(postbox) as port:
        transport = smtp_transport(SmtpServer("127.0.0.1", port, is_tls=False), "reviews@post.example")
        send_waiting(database, transport, now=NOW)
    contents = [one.content for one in postbox.envelopes]
    return [message_from_bytes(one, policy=policy.default) for one in contents if isinstance(one, bytes)]


def text_of(message: EmailMessage) -> str:
    """Return what a mail says."""
    body = message.get_body()
    assert body is not None
    content: str = body.get_content()
    return content


def test_link_and_code_arrive(database: Database) -> None:
    """The link's mail carries its secret behind the sign that no server gets to see, and the code's mail six digits."""
    gate = gatehouse(database)
    secret = secret_of(gate.issue())
    visit = come(database, secret)
    ask_code(database, visit)
    with database.reading() as session:
        code = last_code(session)
    mails = [one for one in delivered(database) if one["To"] == "ines@okafor.example"]
    texts = [text_of(one) for one in mails]

    assert sum(f"/g#{secret}" in text for text in texts) == 1
    assert sum(code in text.replace(" ", "") for text in texts) == 1
    assert not any("Northern Light" in one.as_string() for one in mails)


def test_invitation_arrives_as_a_calendar_entry(database: Database) -> None:
    """Who is invited gets an entry that calendars read, which says the outside name only."""
    found = suite(database)
    screening = found.plan()
    found.invite(screening)
    (entry,) = [part for one in delivered(database) for part in one.iter_attachments()]
    payload = entry.get_payload(decode=True)
    assert isinstance(payload, bytes)
    (event,) = events(payload).values()

    assert entry["Content-Type"].params["method"] == "REQUEST"
    assert str(screening.id) in str(event)
    assert "Northern Light" not in payload.decode()
