"""What licence servers print."""
