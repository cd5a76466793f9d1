"""What comes into licensing and what goes out."""
