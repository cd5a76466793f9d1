"""Answers that show a secret once: the link of an invitation, the text of a token."""

from flask import current_app, url_for

NEVER_STORED = {"Cache-Control": "no-store"}


def invitation_url(secret: str) -> str:
    """Return the address that an invited person opens."""
    return f"{current_app.config['ANSWERPRINT_URL']}{url_for('facility_pages.show_invitation', secret=secret)}"
