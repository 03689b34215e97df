"""The processes of the service as their commands start them, and what both need."""
