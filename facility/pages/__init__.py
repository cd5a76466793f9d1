"""The pages of the facility, split by noun."""
