"""Everything under /media: manifests, segments, packed files, the original, pictures, captions."""

from app.delivery import caption_routes, download_routes, name_routes, original_routes, segment_routes

handlers = [
    *original_routes.handlers,
    *download_routes.handlers,
    *caption_routes.handlers,
    *name_routes.handlers,
    *segment_routes.handlers,
]
