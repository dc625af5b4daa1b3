"""What the admin pages may change: rows that are read live. What is fixed outside stays fixed."""

from collections.abc import Callable, Mapping

import structlog
from msgspec import Struct

from app.accounts.first_run import clean_site_name
from app.errors import Invalid, NotAllowed
from app.i18n import N_
from app.site import Site, set_value
from app.videos.fields import privacy

log = structlog.get_logger(__name__)


class SettingsForm(Struct, forbid_unknown_fields=True):
    """What is left out stays."""

    site_name: str | None = None
    default_privacy: str | None = None


def change_settings(site: Site, form: SettingsForm) -> None:
    """Change what the form names, all of it or nothing."""
    wanted = {key: value.strip() for key in form.__struct_fields__ if (value := getattr(form, key)) is not None}
    with site.write() as session:
        changed = {key: value for key, value in wanted.items() if value != site.value(session, key)}
        for key, value in changed.items():
            if site.origins.locked(key):
                raise NotAllowed(N_("“{key}” is set in {place} and can only be changed there."), key=key, place=site.origins.of[key])
            set_value(session, key, _CHECKS[key](value))
    if changed:
        log.info("settings were changed", names=sorted(changed))


def _privacy(value: str) -> str:
    try:
        return privacy(value)
    except Invalid as error:
        error.fields["default_privacy"] = error.fields.pop("privacy")
        raise


_CHECKS: Mapping[str, Callable[[str], str]] = {"site_name": clean_site_name, "default_privacy": _privacy}
