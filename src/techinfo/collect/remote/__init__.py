"""A collector in another process: its client, its server and what passes between them."""
