"""What is around an access, for a case: orders, leases asked for, the port above, neighbours."""
