"""What holds the house up: order, size, habits."""
