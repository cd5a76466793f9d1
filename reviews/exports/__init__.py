"""Notes and lists in the formats of other programs."""
