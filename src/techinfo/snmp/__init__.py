"""The only rooms that touch a device: SNMP engines and playback of recordings."""
