"""Commands of the trail, one a module."""
