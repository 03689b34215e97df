"""One access read again and again for a while, because somebody wants to see what it does."""
