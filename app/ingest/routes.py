"""Every address of getting video in."""

from app.ingest import tus_routes

handlers = [tus_routes.router]
