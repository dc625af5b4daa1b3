"""Every address of getting video in."""

from app.ingest import folder_pages, folder_routes, form_routes, page_routes, tus_routes, twin_routes

handlers = [
    tus_routes.router,
    *form_routes.handlers,
    *page_routes.handlers,
    *folder_routes.handlers,
    *folder_pages.handlers,
    *twin_routes.handlers,
]
