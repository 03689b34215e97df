"""Messages to other systems: signed, sent at least once, and never to an address not allowed."""
