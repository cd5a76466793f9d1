"""The attacks, by what they are made on."""
