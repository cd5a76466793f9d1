"""Answers that show a secret once: the link of an invitation, the text of a token."""

from flask import current_app, request, url_for

from facility.errors import SecretNotKept

NEVER_STORED = {"Cache-Control": "no-store"}


def invitation_url(secret: str) -> str:
    """Return the address that an invited person opens."""
    return f"{current_app.config['ANSWERPRINT_URL']}{url_for('facility_pages.show_invitation', secret=secret)}"


def refuse_repetition() -> None:
    """Raise ``SecretNotKept`` where the answer was to be kept for a repetition: a secret is never stored."""
    if "Idempotency-Key" in request.headers:
        sentence = "This answer shows a secret once and is never kept. Send the request without Idempotency-Key."
        raise SecretNotKept(sentence, fields={"Idempotency-Key": [sentence]})
