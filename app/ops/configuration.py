"""`homereel config show`: every setting and where it comes from, with or without a site."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, select

from app.db import Database
from app.errors import HomereelError
from app.settings import ADMIN_KEYS, Origins, Settings
from app.site import SiteValue


def show(settings: Settings, origins: Origins, *, with_origin: bool) -> Iterator[str]:
    """Lines of TOML; the origin as a comment. What is not set at all is a comment too: TOML has no word for nothing."""
    changed = changed_on_pages(settings)
    for key in Settings.model_fields:
        value, origin = getattr(settings, key), origins.of.get(key, "default")
        if key in changed and not origins.locked(key):
            value, origin = changed[key], "admin pages"
        line = f"# {key} =" if value is None else f"{key} = {toml(value)}"
        yield f"{line}  # {origin}" if with_origin else line


def toml(value: Any) -> str:
    if isinstance(value, bool | int | float):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(toml(each) for each in value) + "]"
    return json.dumps(str(value), ensure_ascii=False)


def changed_on_pages(settings: Settings) -> dict[str, Any]:
    """What the admin pages changed; nothing where there is no site, or one that cannot be read."""
    path = settings.data / "site.db"
    if not path.is_file():
        return {}
    database = Database(path, readers=1)
    try:
        with database.read() as session:
            rows = session.exec(select(SiteValue).where(col(SiteValue.key).in_(ADMIN_KEYS))).all()
        return {row.key: json.loads(row.value) for row in rows}
    except (HomereelError, SQLAlchemyError):
        return {}
    finally:
        database.close()
