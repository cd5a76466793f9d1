"""What lies in a bundle's folder ``kit/``: programs that check it, each by itself, in the reader's own language."""
