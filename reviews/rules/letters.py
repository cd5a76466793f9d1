"""What is written to a client's people about an agreement. A mail says the outside name of the project, and no more."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Letter:
    """The subject and the body of a mail."""

    subject: str
    body: str


def gate_address(base_url: str, secret: str) -> str:
    """Return the way to the gate. The secret stands after ``#``, which no server and no log gets to see."""
    return f"{base_url.rstrip('/')}/g#{secret}"


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
