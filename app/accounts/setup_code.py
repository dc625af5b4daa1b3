"""The code that claims a site: printed where the server was started, so that whoever has it has the machine (SECURITY AU-1)."""

import os
import secrets
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that are taken for one another
_LENGTH = 8  # 39 bits, and guessing is throttled


def new_code() -> str:
    plain = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
    return f"{plain[:4]}-{plain[4:]}"


def same_code(given: str, code: str) -> bool:
    """Whether somebody typed this code: case, spaces and dashes do not matter."""
    return secrets.compare_digest(_plain(given).encode(), _plain(code).encode())


def keep_code(path: Path) -> str:
    """The code kept in `path`, or a new one kept there: a restart shows the same. Only our own user may read the file."""
    kept = _read(path)
    if kept is not None:
        return kept
    code = new_code()
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(code + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    return code


def forget_code(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:  # it opens nothing any more
        log.warning("the used setup code could not be deleted", error=error.strerror)


def _read(path: Path) -> str | None:
    try:
        kept = path.read_text("ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    plain = _plain(kept)
    return kept if len(plain) == _LENGTH and set(plain) <= set(_LETTERS) else None


def _plain(code: str) -> str:
    return "".join(character for character in code[:40].upper() if character.isalnum())
