"""What can be done with the logs: open one, publish its checkpoint."""
