"""Encoders in hardware: which families there are, whether they work here, and what to do when one fails."""
