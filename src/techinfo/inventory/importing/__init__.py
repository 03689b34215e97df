"""From import files to the inventory: read, staged, checked, and put in place of what was."""
