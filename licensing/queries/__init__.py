"""What licensing reads."""
