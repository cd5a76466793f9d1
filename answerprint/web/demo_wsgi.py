"""The demo as a server loads it: the app as ever, and beside it the mailbox that only a made-up facility has."""

from answerprint.core.http import database
from answerprint.web import mailbox
from answerprint.web.wsgi import app

__all__ = ["app"]

with app.app_context():
    _database = database()
mailbox.add_mailbox(app, _database)
