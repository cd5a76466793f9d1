"""Use cases of reviews, a module a noun."""
