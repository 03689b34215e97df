"""The command line: recordings of it, and what is read from them."""
