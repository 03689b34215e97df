"""The page for people: what the public API answers, as HTML that works before any script."""
