"""The pages of the trail: search it, read an entry with its proof, export a log, verify everything now."""
