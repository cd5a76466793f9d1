"""What of the house itself waits for an admin: people who have not come, who left, tokens that end, mails not sent."""

from collections.abc import Iterator
from datetime import timedelta

from flask import url_for
from sqlalchemy.orm import Session

from answerprint.core.outbox import count_outbox
from answerprint.web.today.matters import Act, Group, Looker, Matter, group
from facility.queries.waiting import invited_people, leavers_on_projects, tokens_ending

TOKENS_AHEAD = timedelta(days=14)
"""How long before its end a token is told of."""


def house_groups(session: Session, looker: Looker, *, sends_mail: bool) -> Iterator[Group]:
    """Yield what an admin has to see to; without a mail server every mail waits, and that is said once."""
    yield group(
        "mails",
        "Mails not sent",
        "Mails that wait too long, or that were given up after many tries.",
        _mails(session, sends_mail=sends_mail),
    )
    invited = "People who were invited and have set no password."
    yield group("invited", "People who have not come", invited, _invited(session, looker))
    yield group("left", "People who left", "People who left and are still members of an open project.", _left(session))
    ending = "Tokens of programs that end within two weeks."
    yield group("tokens", "Tokens about to end", ending, _tokens(session, looker))


def own_tokens(session: Session, looker: Looker) -> Group:
    """Return the looker's own tokens that end soon, for who sees nobody else's."""
    ahead = {"now": looker.now, "before": looker.now + TOKENS_AHEAD}
    href = url_for("facility_pages.show_tokens")
    return group(
        "tokens",
        "Your tokens about to end",
        "Tokens of yours that end within two weeks.",
        (
            Matter("ending soon", one.name, href, _TOKEN, _make(), when="Ends", moment=one.expires_at)
            for one in tokens_ending(session, person_id=looker.person_id, **ahead)
        ),
    )


_TOKEN = "Programs that use it stop then: make another and give it to them first."  # noqa: S105


def _make() -> Act:
    return Act("Make a token", url_for("facility_pages.show_new_token"))


def _mails(session: Session, *, sends_mail: bool) -> Iterator[Matter]:
    count, href = count_outbox(session), url_for("house_pages.show_house") + "#mail"
    if count.given_up:
        mails = f"{count.given_up:,} {'mail was' if count.given_up == 1 else 'mails were'}"
        sentence = f"{mails} given up. {f'The last reason: {count.last_failure}' if count.last_failure else ''}".strip()
        yield Matter("not sent", "Outbox", href, sentence, Act("See to the mail server", href))
    if count.waiting and not sends_mail:
        mails = f"{count.waiting:,} {'mail waits' if count.waiting == 1 else 'mails wait'}"
        sentence = f"{mails}, since no mail server is set: nobody gets codes or links by mail."
        yield Matter("waiting", "Outbox", href, sentence, Act("See what to set", href))
    elif count.waiting and count.last_failure:
        mails = f"{count.waiting:,} {'mail is' if count.waiting == 1 else 'mails are'}"
        sentence = f"{mails} tried again. The last reason: {count.last_failure}"
        yield Matter("waiting", "Outbox", href, sentence, Act("See to the mail server", href))


def _invited(session: Session, looker: Looker) -> Iterator[Matter]:
    for one in invited_people(session, now=looker.now):
        href = url_for("facility_pages.show_person", person_id=one.person_id)
        if one.expires_at is None:
            sentence = "They have no password, and no link of theirs opens any more."
            yield Matter("expired", one.name, href, sentence, Act("Make a new link", f"{href}#acts"))
        else:
            sentence = "They have not used their link to set a password."
            yield Matter("invited", one.name, href, sentence, Act("Open", href), when="Until", moment=one.expires_at)


def _left(session: Session) -> Iterator[Matter]:
    for one in leavers_on_projects(session):
        person = url_for("facility_pages.show_person", person_id=one.person_id)
        act = Act("Take them off", url_for("facility_pages.show_project", project_id=one.project_id))
        sentence = f"They can sign in no more, and still stand on {one.code}."
        yield Matter("left", one.name, person, sentence, act)


def _tokens(session: Session, looker: Looker) -> Iterator[Matter]:
    for one in tokens_ending(session, now=looker.now, before=looker.now + TOKENS_AHEAD):
        href = url_for("facility_pages.show_person", person_id=one.person_id)
        act = _make() if one.person_id == looker.person_id else Act("Open", href)
        name = f"{one.name}, of {one.person_name}"
        yield Matter("ending soon", name, href, _TOKEN, act, when="Ends", moment=one.expires_at)
