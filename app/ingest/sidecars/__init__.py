"""Files beside a film that say something about it: read when it comes in, written where the keeper wants them (UX 7.2)."""
