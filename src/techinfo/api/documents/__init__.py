"""Documents for engineers: a device as techinfo.dump/1, a probe as techinfo.probe/1."""
