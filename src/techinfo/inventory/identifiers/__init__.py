"""The index of DHCP identifiers: who holds which, since when, and what patterns write."""
