"""What comes in and goes out of reviews, with units and examples."""
