"""Answers that show a secret once: the link of an invitation, the text of a token, the address of a calendar."""

from flask import current_app, url_for

from facility.models import FeedTopic

NEVER_STORED = {"Cache-Control": "no-store"}


def invitation_url(secret: str) -> str:
    """Return the address that an invited person opens."""
    return f"{current_app.config['ANSWERPRINT_URL']}{url_for('facility_pages.show_invitation', secret=secret)}"


def feed_url(topic: FeedTopic, secret: str) -> str:
    """Return the address that calendar programs read: each domain serves the topics that bear its name."""
    domain = topic.value.partition(".")[0]
    return f"{current_app.config['ANSWERPRINT_URL']}/api/v1/{domain}/calendars/{secret}.ics"
