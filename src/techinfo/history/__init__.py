"""What only watching can tell: changes, peaks, transitions, downtime, light, and their file."""
