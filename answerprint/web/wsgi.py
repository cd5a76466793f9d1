"""The app as a server loads it: settings from the environment, the timetable beside it."""

from answerprint.core.db import Database
from answerprint.core.sealing import load_seal
from answerprint.web import jobs, logs, timetable
from answerprint.web.app import create_app
from answerprint.web.house import hold_second_place, house_keys
from answerprint.web.settings import read_settings
from audit.policies import policies_in

logs.configure()
_settings = read_settings()
_database = Database(_settings.database, seal=load_seal(_settings.seal_file))
_keys = house_keys(_settings)
_policies = policies_in(_settings.policies)
_second_place = hold_second_place(_settings, _database)
app = create_app(_settings, database=_database, keys=_keys, second_place=_second_place, policies=_policies)
timetable.start(_settings, _database, _keys, _second_place, policies=_policies)
jobs.start(_database, _settings.exports, _settings.zone, policies=_policies)
