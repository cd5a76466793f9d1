"""The history of the tables, one line of it for all floors."""
