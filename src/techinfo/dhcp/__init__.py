"""DHCP identifiers: octets, spellings, patterns, and what the logs of servers hold."""
