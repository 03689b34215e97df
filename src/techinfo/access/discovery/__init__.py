"""Which agents answer in a network, and whether they are elements that have moved."""
