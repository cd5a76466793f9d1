"""Names, identifiers and versions of material."""
