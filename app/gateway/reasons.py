"""Titles of error pages, and words for the faults that the web framework finds by itself."""

from app.errors import HomereelError, Invalid
from app.i18n import N_

TITLES = {
    400: N_("That request cannot be read"),
    401: N_("Please sign in"),
    403: N_("This is not for you"),
    404: N_("This reel has come off"),
    405: N_("That cannot be done here"),
    409: N_("That does not fit together"),
    410: N_("This is over"),
    413: N_("That is too much at once"),
    415: N_("That kind of file cannot be used here"),
    416: N_("That part of the film does not exist"),
    421: N_("This site does not answer to that name"),
    422: N_("Something needs another look"),
    423: N_("Somebody else is at it"),
    429: N_("Too many tries"),
    500: N_("The projector jammed"),
    503: N_("One moment, please"),
    507: N_("The shelf is full"),
}
_SENTENCES = {
    400: N_("Something in this request is missing or has the wrong form."),
    401: N_("Please sign in first."),
    403: N_("You may not do this."),
    405: N_("This address does not take that kind of request."),
    413: N_("This is larger than may be sent here."),
    415: N_("This kind of content is not taken here."),
    429: N_("That was too often. Wait a little and try again."),
}


def plain_http(status: int, fields: dict[str, str] | None = None) -> HomereelError:
    """A fault that Litestar raised, in our tree and our words."""
    sentence = _SENTENCES.get(status, N_("This request could not be answered."))
    if fields:
        error: HomereelError = Invalid(N_("Something in this request is missing or has the wrong form."), fields=fields)
    else:
        error = HomereelError(sentence)
    error.status = status
    error.slug = {400: "bad-request", 401: "sign-in-needed", 403: "not-allowed", 413: "too-large", 429: "too-many"}.get(status, "error")
    return error
