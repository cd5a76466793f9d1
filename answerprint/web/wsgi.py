"""The app as a server loads it: settings from the environment, the timetable beside it."""

from answerprint.core.db import Database
from answerprint.web import timetable
from answerprint.web.app import create_app
from answerprint.web.settings import read_settings
from audit.keys import load_key

_settings = read_settings()
_database = Database(_settings.database)
_log_key = load_key(_settings.key_file)
app = create_app(_settings, database=_database, log_key=_log_key)
timetable.start(_database, _log_key)
