"""``techinfo record``: what a device answers and prints, into a file that others may have."""
