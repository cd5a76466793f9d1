"""The roof: settings, app factory, the auth gate, errors to HTTP, layout, the command line and the timetable."""
