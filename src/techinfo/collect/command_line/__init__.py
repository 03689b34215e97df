"""Facts from a device's command line, where SNMP does not tell them."""
