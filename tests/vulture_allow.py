"""Names that are used by a library or a template, where vulture cannot see it."""
