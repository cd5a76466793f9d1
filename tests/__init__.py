"""Tests read as the contract: the docstring is the rule, the name is the case."""
