"""Where to go after signing in: only ever a page of this site (SECURITY AU-10)."""

from urllib.parse import unquote, urlsplit

_LONGEST = 2000


def next_page(asked: str, default: str = "/") -> str:
    """`asked` if it is a path of ours, however often it is decoded on its way; else `default`."""
    return asked if _is_ours(asked) else default


def _is_ours(asked: str) -> bool:
    if (
        not asked
        or len(asked) > _LONGEST
        or not asked.isascii()
        or any(ord(character) <= 32 or ord(character) == 127 for character in asked)
    ):
        return False
    path = asked.split("?")[0].split("#")[0]
    while True:
        if not path.startswith("/") or path.startswith("//") or "\\" in path or not path.isprintable():
            return False
        decoded = unquote(path)
        if decoded == path:
            break
        path = decoded
    parts = urlsplit(asked)
    return not parts.scheme and not parts.netloc
