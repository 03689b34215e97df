"""From the cells of a device's tables to facts. Pure: nothing here asks a device."""
