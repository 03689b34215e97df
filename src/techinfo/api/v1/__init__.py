"""Extensions of ON-API, `/techinfo/v1/`: with the same authentication and isolation."""
