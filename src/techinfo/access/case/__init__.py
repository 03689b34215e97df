"""What is around an access, for a case: orders, what asks for leases, the port above, neighbours."""
