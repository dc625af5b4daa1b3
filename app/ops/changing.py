"""What the admin pages may change: rows that are read live. What is fixed outside stays fixed."""

from msgspec import Struct
from pydantic import ValidationError

from app.errors import Invalid, NotAllowed
from app.i18n import N_, translate
from app.settings import Settings
from app.site import Site, set_value


class SettingsForm(Struct, forbid_unknown_fields=True):
    site_name: str | None = None
    default_privacy: str | None = None


def change_settings(site: Site, form: SettingsForm) -> None:
    """Change what the form names, all of it or nothing."""
    wanted = {key: value.strip() for key in form.__struct_fields__ if (value := getattr(form, key)) is not None}
    with site.write() as session:
        for key, value in wanted.items():
            if value == site.value(session, key):
                continue
            if site.origins.locked(key):
                raise NotAllowed(N_("“{key}” is set in {place} and can only be changed there."), key=key, place=site.origins.of[key])
            set_value(session, key, checked(key, value))


def checked(key: str, value: str) -> object:
    """The value as the setting takes it, or Invalid with the field's name."""
    try:
        return getattr(Settings(data="/", **{key: value}), key)  # type: ignore[arg-type]
    except ValidationError as error:
        why = error.errors()[0]["msg"]
        sentence = N_("This cannot be used: {why}.")
        raise Invalid(sentence, fields={key: translate(sentence).format(why=why)}, why=why) from error
