"""What is told to other systems: signed, at least once, and never to a place that is not meant."""
