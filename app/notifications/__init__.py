"""Telling people what happens while it happens."""
