"""The look at a line when a service on it has been activated or changed by an order."""
