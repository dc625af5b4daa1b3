"""Captions: read from files and films into cues, and written anew as plain WebVTT (SECURITY UP-8)."""
