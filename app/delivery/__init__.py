"""Bytes to players: the original in ranges, manifests, segments made while somebody waits, pictures. Every one asks the one rule."""
