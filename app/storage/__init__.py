"""Files: originals, incoming, quarantine, free space, digests. Knows files; no rows, no routes."""
