"""What licence servers print, read into values: pure functions, no database, no clock."""
