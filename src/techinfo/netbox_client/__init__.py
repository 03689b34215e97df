"""As a client of NetBox: devices, interfaces and cables become elements, accesses and holders."""
