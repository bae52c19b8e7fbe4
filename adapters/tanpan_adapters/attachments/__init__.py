"""Papers that people hand in: taken in as a stream, looked at, encrypted, kept by content, given out to few."""
