"""Passwords: which are taken, and how they are kept (SECURITY AU-5, AU-6). Hashing takes long: never inside a transaction."""

import threading
import unicodedata
from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.accounts.fields import unusable
from app.i18n import N_

SHORTEST = 8
LONGEST = 256
_AT_ONCE = 2  # hashings; each takes a processor and 32 MiB

TOO_SHORT = N_("A password needs at least {shortest} characters. A few words in a row are easy to remember.")
TOO_LONG = N_("That is longer than {longest} characters. Choose a shorter password.")
TOO_COMMON = N_("That password is among the first ones people guess. Choose another; a few words in a row are good.")
TOO_CLOSE = N_("A password must not be the name it belongs to. Choose another; a few words in a row are good.")


@cache
def common_passwords() -> frozenset[str]:
    text = files("app.accounts").joinpath("common_passwords.txt").read_text("utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("# "))


def refuse_weak(password: str, name: str = "") -> None:
    """Raise Invalid, with the reason, unless this can be somebody's new password."""
    _refuse_long(password)
    plain = unicodedata.normalize("NFC", password)
    if len(plain) < SHORTEST:
        raise unusable("password", TOO_SHORT, shortest=SHORTEST)
    folded = plain.casefold()
    if folded in common_passwords() or len(set(folded)) == 1:
        raise unusable("password", TOO_COMMON)
    if folded == name.casefold():
        raise unusable("password", TOO_CLOSE)


def _refuse_long(password: str) -> None:
    """Before anything that takes longer the longer it is."""
    if len(password) > LONGEST:
        raise unusable("password", TOO_LONG, longest=LONGEST)


class Passwords:
    """Hashes and verifies. One for the site, so that a crowd at the door cannot take all of the machine."""

    def __init__(self, *, time_cost: int = 2, memory_kib: int = 32 * 1024) -> None:
        # About 60 ms on a small home server, twice what OWASP asks at least (19 MiB, 2 passes).
        self._argon2 = PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1)
        self._turns = threading.Semaphore(_AT_ONCE)
        self._lock = threading.Lock()
        self._nobodys: str | None = None
        self.hashings = 0  # how often the long work was done

    def new_hash(self, password: str, *, name: str = "") -> str:
        """The hash of a password that somebody chose, or Invalid with the reason."""
        refuse_weak(password, name)
        return self._hash(password)

    def verify(self, kept: str, password: str) -> bool:
        """Whether this is the password. `kept` is "" where there is no such account: the work is the same (SECURITY AU-5)."""
        _refuse_long(password)
        against = kept or self._hash_of_nobody()
        try:
            with self._turns:
                self._count()
                self._argon2.verify(against, _bytes(password))
        except (VerificationError, InvalidHashError):
            return False
        return bool(kept)

    def outdated(self, kept: str) -> bool:
        """Whether a hash was made with other parameters than today's, and should be made anew while the password is at hand."""
        return self._argon2.check_needs_rehash(kept)

    def rehash(self, password: str) -> str:
        """The hash of a password that was right, whatever the rules for new ones say by now."""
        return self._hash(password)

    def _hash(self, password: str) -> str:
        with self._turns:
            self._count()
            return self._argon2.hash(_bytes(password))

    def _hash_of_nobody(self) -> str:
        with self._lock:
            if self._nobodys is None:
                self._nobodys = self._argon2.hash(b"nobody has this password")
            return self._nobodys

    def _count(self) -> None:
        with self._lock:
            self.hashings += 1


def _bytes(password: str) -> bytes:
    """The same password typed on another keyboard is the same bytes; a lone half of a surrogate pair is no reason to fail."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
