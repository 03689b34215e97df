"""What devices say by themselves: traps, informs and syslog, from known sources, bounded."""
