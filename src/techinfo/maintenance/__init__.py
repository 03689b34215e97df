"""What is done with every file of the service: back-up, restore, retention, privacy, pause."""
