"""The app as a server loads it: settings from the environment, the timetable beside it."""

from answerprint.core.db import Database
from answerprint.web import logs, timetable
from answerprint.web.app import create_app
from answerprint.web.house import hold_second_place
from answerprint.web.settings import read_settings
from audit.keys import load_key

logs.configure()
_settings = read_settings()
_database = Database(_settings.database)
_log_key = load_key(_settings.key_file)
_second_place = hold_second_place(_settings, _database)
app = create_app(_settings, database=_database, log_key=_log_key, second_place=_second_place)
timetable.start(_database, _log_key, _second_place)
