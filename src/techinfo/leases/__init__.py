"""What the logs and sockets of DHCP servers tell of leases, followed and kept."""
