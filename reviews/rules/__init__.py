"""What reviews decide, over values: terms and what they allow, names, gates, decisions."""
