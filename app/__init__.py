"""Homereel: a family's or a small organisation's own video site."""

__version__ = "0.1.0"
