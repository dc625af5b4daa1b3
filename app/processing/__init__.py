"""The jobs that turn an upload into something playable: probe, first segments, pictures, the rest in the background."""
