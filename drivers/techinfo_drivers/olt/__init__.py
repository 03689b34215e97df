"""OLTs: a file a family, as beside."""
