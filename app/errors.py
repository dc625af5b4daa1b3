"""The one error tree. `str(error)` is safe to show to the person who asked; what the operator needs goes to the log.

An error holds a template and its values, so that it can be translated when it is shown:
`raise Missing(N_("There is no video at {address}."), address=address)`.
"""

from app.i18n import N_, translate


class HomereelError(Exception):
    """Something went wrong that a person can be told about."""

    status = 500
    slug = "error"

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(template)
        self.template = template
        self.values = values

    def __str__(self) -> str:
        return translate(self.template).format(**self.values) if self.values else translate(self.template)


class BadRequest(HomereelError):
    """The request cannot be understood."""

    status = 400
    slug = "bad-request"


class SignInNeeded(HomereelError):
    status = 401
    slug = "sign-in-needed"

    def __init__(self, template: str = N_("Please sign in first."), **values: object) -> None:
        super().__init__(template, **values)


class NotAllowed(HomereelError):
    status = 403
    slug = "not-allowed"


class Missing(HomereelError):
    """There is nothing here, or nothing that this viewer may know of: the two are the same."""

    status = 404
    slug = "missing"

    def __init__(self, template: str = N_("There is nothing at this address."), **values: object) -> None:
        super().__init__(template, **values)


class Conflict(HomereelError):
    status = 409
    slug = "conflict"


class Gone(HomereelError):
    status = 410
    slug = "gone"


class PreconditionFailed(HomereelError):
    status = 412
    slug = "precondition-failed"


class TooLarge(HomereelError):
    status = 413
    slug = "too-large"


class Unsupported(HomereelError):
    status = 415
    slug = "unsupported"


class Misdirected(HomereelError):
    """The Host header names a host that is not ours (DNS rebinding)."""

    status = 421
    slug = "unknown-host"


class Invalid(HomereelError):
    """What was entered cannot be used. `fields` names the sentence for each field of a form."""

    status = 422
    slug = "invalid"

    def __init__(self, template: str, *, fields: dict[str, str] | None = None, **values: object) -> None:
        super().__init__(template, **values)
        self.fields = fields or {}


class Locked(HomereelError):
    status = 423
    slug = "locked"


class TooMany(HomereelError):
    """Asked too often; `retry_after` is in seconds."""

    status = 429
    slug = "too-many"

    def __init__(self, template: str, *, retry_after: float, **values: object) -> None:
        super().__init__(template, **values)
        self.retry_after = retry_after


class Unavailable(HomereelError):
    status = 503
    slug = "unavailable"


class NoSpace(HomereelError):
    """The disk is full, or would be."""

    status = 507
    slug = "no-space"


class MediaError(HomereelError):
    """A film could not be read or made. Says what is wrong with it, in words."""

    status = 422
    slug = "media"


class SettingsError(HomereelError):
    """A setting is wrong: one line that names it."""

    slug = "settings"


class StartError(HomereelError):
    """The site cannot start: one sentence that says why and what to do."""

    slug = "start"
