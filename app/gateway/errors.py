"""One place renders every error: as a page, as a fragment for htmx, or as problem JSON (RFC 9457)."""

import errno
from typing import Any
from urllib.parse import quote

import msgspec
import structlog
from litestar import Request
from litestar.exceptions import HTTPException, ValidationException
from litestar.response import Response

from app.errors import HomereelError, Missing, NoSpace, SignInNeeded, TooMany, Unavailable
from app.gateway.reasons import TITLES, plain_http
from app.http.pages import page
from app.http.viewer import ANONYMOUS, Identifier, Viewer
from app.i18n import N_, _

log = structlog.get_logger(__name__)
AnyRequest = Request[Any, Any, Any]


def render(request: AnyRequest, error: Exception) -> Response[Any]:
    """The answer to an error. What may be shown is `str(error)` of our own tree; everything else only gets a request id."""
    known = _known(error)
    status = known.status if known else 500
    if known is None or status >= 500:
        log.error("request failed", error=str(error), exc_info=error if known is None else None)
    detail = str(known) if known else _("Something went wrong inside Homereel. Try again; if it stays, tell the keeper the number below.")
    headers = {"Retry-After": str(int(known.retry_after) + 1)} if isinstance(known, TooMany) else {}
    if wants_json(request):
        return problem(request, known, status, detail, headers)
    if isinstance(known, SignInNeeded):
        return _to_login(request)
    return _as_html(request, status, detail, headers)


def wants_json(request: AnyRequest) -> bool:
    if request.url.path.startswith("/api/"):
        return True
    accept = request.headers.get("accept", "")
    return "json" in accept and "text/html" not in accept


def problem(request: AnyRequest, known: HomereelError | None, status: int, detail: str, headers: dict[str, str]) -> Response[Any]:
    body: dict[str, Any] = {
        "type": f"urn:homereel:{known.slug if known else 'error'}",
        "title": _(TITLES.get(status, TITLES[500])),
        "status": status,
        "detail": detail,
        "instance": f"urn:homereel:request:{getattr(request.state, 'request_id', '')}",
    }
    if fields := getattr(known, "fields", None):
        body["errors"] = fields
    if status == 401:
        headers = headers | {"WWW-Authenticate": "Bearer"}
    return Response(msgspec.json.encode(body), status_code=status, headers=headers, media_type="application/problem+json")


def _to_login(request: AnyRequest) -> Response[Any]:
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "") if request.method == "GET" else "/"
    address = f"/login?next={quote(back, safe='/')}"
    if request.headers.get("hx-request"):
        return Response(b"", status_code=200, headers={"HX-Redirect": address}, media_type="text/html")
    return Response(b"", status_code=303, headers={"Location": address}, media_type="text/html")


def _as_html(request: AnyRequest, status: int, detail: str, headers: dict[str, str]) -> Response[Any]:
    request_id = getattr(request.state, "request_id", "")
    if getattr(request.state, "viewer", None) is None:  # no route answered, so no guard has asked
        request.state.viewer = _who(request)
    if request.headers.get("hx-request-type") == "partial":
        retarget = {"HX-Retarget": "#toasts", "HX-Reswap": "beforeend"}
        return page("errors/_toast.html", status=status, headers=headers | retarget, message=detail, request_id=request_id)
    title = _(TITLES.get(status, TITLES[500]))
    return page("errors/error.html", status=status, headers=headers, title=title, message=detail, status_code=status, request_id=request_id)


def _who(request: AnyRequest) -> Viewer:
    try:
        return request.app.state.site.part(Identifier).identify(request)  # type: ignore[no-any-return]
    except Exception:  # whatever is broken, the error page is shown
        log.exception("nobody could be identified for an error page")
        return ANONYMOUS


def _known(error: Exception) -> HomereelError | None:
    if isinstance(error, HomereelError):
        return error
    if isinstance(error, HTTPException):
        fields = _fields(error) if isinstance(error, ValidationException) else None
        return Missing() if error.status_code == 404 else plain_http(error.status_code, fields)
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return NoSpace(N_("The disk is full, so this was not saved. Free some space and try again."))
    if isinstance(error, OSError) and error.errno == errno.EIO:
        return Unavailable(N_("A disk does not answer as it should. Try again in a moment."))
    if isinstance(error, RecursionError):  # JSON in more layers than anything of ours has
        return plain_http(400)
    return None


def _fields(error: ValidationException) -> dict[str, str]:
    extra = error.extra if isinstance(error.extra, list) else []
    return {str(item.get("key", "body")): str(item.get("message", "")) for item in extra if isinstance(item, dict)}
