"""The test of a cable: who may have one made, and what is kept of it."""
