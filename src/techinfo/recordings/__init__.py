"""A device as a scrubbed recording: what is walked, how it is masked, where it came from."""
