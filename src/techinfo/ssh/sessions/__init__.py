"""Sessions on the command line of devices, over SSH: kept, few, and reading only."""
