"""A frozen statement as a file: its JSON, a table, and PDF."""
