"""Commands that ask devices, or read what some have told: dump, probe, discover, diagnose."""
