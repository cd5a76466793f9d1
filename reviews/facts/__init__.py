"""What reviews record."""
