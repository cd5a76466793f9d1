"""What mails say. They name a project only as it is called outside, and never carry a passphrase."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from reviews.rules.vocabulary import Value

DEEMED = "deemed-approved"
"""The outcome of a round in which silence approved, as agreed."""
_OUTCOMES = {
    Value.APPROVED.value: "it was approved",
    Value.WITH_NOTES.value: "it was approved with notes",
    Value.NOT_APPROVED.value: "it was not approved",
    Value.NO_DECISION.value: "the house closed it, and nothing was decided",
    DEEMED: "nobody answered in time, which the agreement counts as approval",
}


@dataclass(frozen=True, slots=True)
class Letter:
    """The subject and the body of a mail."""

    subject: str
    body: str


def gate_address(base_url: str, secret: str) -> str:
    """Return the way to the gate. The secret stands after ``#``, which no server and no log gets to see."""
    return f"{base_url.rstrip('/')}/g#{secret}"


def plain_gate_address(base_url: str, secret: str) -> str:
    """Return the address of a link for browsers without script."""
    return f"{base_url.rstrip('/')}/g/{secret}"


def agreement_letter(outside_name: str, address: str, days: int) -> Letter:
    """Return the mail that asks a signatory to read and accept an agreement."""
    return Letter(
        subject=f"{outside_name}: a review agreement to read and accept",
        body=(
            f"An agreement on how {outside_name} is reviewed waits for you.\n\n"
            f"{address}\n\n"
            "The page asks you to press a button, and then sends a code to this mailbox. You need no account.\n"
            f"The address is yours alone: please do not pass it on. It opens for {days} days.\n"
            "If nothing happens there, put / in the place of # in the address.\n"
        ),
    )


def in_force_letter(outside_name: str) -> Letter:
    """Return the mail that tells a signatory that both sides accepted."""
    return Letter(
        subject=f"{outside_name}: the review agreement holds",
        body=(
            f"Both sides accepted the agreement on how {outside_name} is reviewed. It holds from now on.\n\n"
            "The address that you were sent shows its text for as long as it opens.\n"
        ),
    )


def withdrawn_letter(outside_name: str) -> Letter:
    """Return the mail that tells a signatory that what they were sent is taken back."""
    return Letter(
        subject=f"{outside_name}: a review agreement was taken back",
        body=f"The agreement on how {outside_name} is reviewed was taken back. Your address opens no more.\n",
    )


def code_letter(code: str, outside_name: str, *, is_for_signing: bool) -> Letter:
    """Return the mail that carries a code."""
    purpose = "to sign off what you decide on" if is_for_signing else "to open your link for"
    return Letter(
        f"Your code for {outside_name}",
        f"Your code {purpose} {outside_name} is\n\n    {code}\n\n"
        "It serves once, within ten minutes, in the window where you asked for it.\n"
        "If you asked for none, somebody else holds your link: tell who sent it, and give this code to nobody.\n",
    )


def link_letter(url: str, outside_name: str, *, starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> Letter:
    """Return the mail that carries a link."""
    return Letter(
        f"{outside_name}: something for you to review",
        f"Something of {outside_name} waits for you:\n\n    {url}\n\n"
        f"It is open from {_when(starts_at, zone)} until {_when(ends_at, zone)}.\n"
        "The link is yours alone. When you open it you ask for a code, which comes to this mailbox.\n"
        "If nothing happens there, put / in the place of # in the address.\n",
    )


def outcome_letter(outside_name: str, number: int, outcome: str) -> Letter:
    """Return the mail that tells the parties whom the agreement names how a round ended."""
    return Letter(
        f"{outside_name}: round {number} has ended",
        f"Round {number} of {outside_name} has ended: {_OUTCOMES[outcome]}.\n\n"
        "You are told because the review agreement says so. Who decided, and the notes, are with the house.\n",
    )


def new_network_letter(outside_name: str, recipient: str) -> Letter:
    """Return the mail that tells a sender that their recipient opened a link from another network than before."""
    return Letter(
        f"{outside_name}: a link was opened from another place",
        f"{recipient} opened their link for {outside_name} from a network that they were not seen on before, and proved"
        " their mailbox there.\nIf that is not what you expect, revoke the link or send it anew.\n",
    )


def _when(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{local:%d %B %Y, %H:%M} {zone.key} ({moment:%H:%M} UTC)"
