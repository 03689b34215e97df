"""Commands with sub-commands: ``techinfo inventory import`` and the like."""
