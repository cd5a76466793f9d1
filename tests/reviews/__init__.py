"""Reviews as agreed."""
