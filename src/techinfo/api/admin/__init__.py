"""The listener of whoever operates the service: health, metrics, pause and reload."""
