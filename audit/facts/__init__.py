"""The facts of the trail about itself."""
