"""What comes in and goes out of the facility: instants in UTC with ``Z``, identifiers as UUIDs."""
