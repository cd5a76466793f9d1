"""What mails to clients say. They name a project only as it is called outside, and never carry a passphrase."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class MailText:
    """A mail's subject and body."""

    subject: str
    body: str


def code_mail(code: str, outside_name: str, *, is_for_signing: bool) -> MailText:
    """Return the mail that carries a code."""
    purpose = "to sign off what you decide on" if is_for_signing else "to open your link for"
    return MailText(
        f"Your code for {outside_name}",
        f"Your code {purpose} {outside_name} is\n\n    {code}\n\n"
        "It serves once, within ten minutes, in the window where you asked for it.\n"
        "If you asked for none, somebody else holds your link: tell who sent it, and give this code to nobody.\n",
    )


def link_mail(url: str, outside_name: str, *, starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> MailText:
    """Return the mail that carries a link."""
    return MailText(
        f"{outside_name}: something for you to review",
        f"Something of {outside_name} waits for you:\n\n    {url}\n\n"
        f"It is open from {_when(starts_at, zone)} until {_when(ends_at, zone)}.\n"
        "The link is yours alone. When you open it you ask for a code, which comes to this mailbox.\n"
        "If nothing happens there, put / in the place of # in the address.\n",
    )


def new_network_mail(outside_name: str, recipient: str) -> MailText:
    """Return the mail that tells a sender that their recipient opened a link from another network than before."""
    return MailText(
        f"{outside_name}: a link was opened from another place",
        f"{recipient} opened their link for {outside_name} from a network that they were not seen on before, and proved"
        " their mailbox there.\nIf that is not what you expect, revoke the link or send it anew.\n",
    )


def path_url(base_url: str, secret: str) -> str:
    """Return the address of a link for browsers without script."""
    return f"{base_url}/g/{secret}"


def _when(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{local:%d %B %Y, %H:%M} {zone.key} ({moment:%H:%M} UTC)"
