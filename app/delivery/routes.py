"""Everything under /media: manifests, segments, packed files, the original, pictures."""

from app.delivery import name_routes, original_routes, segment_routes

handlers = [*original_routes.handlers, *name_routes.handlers, *segment_routes.handlers]
