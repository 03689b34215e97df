"""What a portal in which households order may ask: who is behind an address, what a port has."""
