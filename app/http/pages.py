"""Pages: a template, and around it what every page knows (who is looking, the site's name, the theme)."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request
from litestar.response import Template

from app.http.viewer import ANONYMOUS, Viewer
from app.i18n import current_language, ntranslate, translate
from app.settings import bundled
from app.site import Site

_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
THEMES = ("", "light", "dark", "black")


class Page(Template):
    """A template response that adds the shell's context."""

    def create_template_context(self, request: Request[Any, Any, Any]) -> dict[str, Any]:
        return shell(request) | super().create_template_context(request)


def page(template: str, *, status: int = 200, headers: dict[str, str] | None = None, **context: Any) -> Page:
    return Page(template, context=context, status_code=status, headers=headers, media_type="text/html")


def shell(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """What base.html and every page may use."""
    viewer: Viewer = getattr(request.state, "viewer", ANONYMOUS)
    site: Site = request.app.state.site
    language = current_language()
    theme = request.cookies.get("theme", "") or viewer.theme
    return {
        "viewer": viewer,
        "site_name": site_name(site),
        "lang": language,
        "dir": "rtl" if language.split("-")[0] in _RIGHT_TO_LEFT else "ltr",
        "theme": theme if theme in THEMES else "",
        "asset": asset,
        "path": request.url.path,
        "partial": request.headers.get("hx-request-type") == "partial",
    }


def site_name(site: Site) -> str:
    with site.read() as session:
        return str(site.value(session, "site_name"))


def static_folder() -> Path:
    return bundled("web") / "static"


def asset(path: str) -> str:
    """Address of a static file, with its hash: the file behind such an address never changes."""
    if path.startswith("js/"):
        return f"/static/js-{modules_digest()}/{path.removeprefix('js/')}"
    return f"/static/{path}?v={digest(path)}"


@cache
def modules_digest() -> str:
    """Of all scripts together, for a folder name: modules import one another by relative addresses, so they share one version."""
    files = sorted((static_folder() / "js").rglob("*.js"))
    return hashlib.blake2b(b"".join(file.read_bytes() for file in files), digest_size=6).hexdigest()


@cache
def digest(path: str) -> str:
    return hashlib.blake2b(static_bytes(path), digest_size=6).hexdigest()


def static_bytes(path: str) -> bytes:
    """A static file; `app.css` is all of `css/`, joined in the order of `css/order.txt`."""
    folder = static_folder()
    if path == "app.css":
        names = (folder / "css" / "order.txt").read_text().split()
        return b"\n".join((folder / "css" / name).read_bytes() for name in names)
    return (folder / path).read_bytes()


def environment() -> Environment:
    """Templates: everything escaped, nothing undefined, every sentence through gettext."""
    folder = bundled("web") / "templates"
    extensions = ["jinja2.ext.i18n", "jinja2.ext.do"]
    made = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, extensions=extensions, auto_reload=False
    )
    made.trim_blocks = made.lstrip_blocks = True
    made.install_gettext_callables(translate, ntranslate, newstyle=True)  # type: ignore[attr-defined]
    made.globals["asset"] = asset  # macros are imported without the page's context
    return made
