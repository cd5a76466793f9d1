"""The JSON API of the facility, split by noun."""
