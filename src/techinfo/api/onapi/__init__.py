"""ON-API's own endpoints, objects and versions."""
