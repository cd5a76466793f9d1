"""What licensing decides, over values: no session, no clock."""
