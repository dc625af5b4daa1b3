"""Every route about people."""

from app.accounts import own_routes, people_pages, people_routes, settings_routes, setup_routes, sign_in_routes

handlers = [
    *setup_routes.handlers,
    *sign_in_routes.handlers,
    *settings_routes.handlers,
    *own_routes.handlers,
    *people_pages.handlers,
    *people_routes.handlers,
]
