"""What happens to what is brought in, past tense."""

from dataclasses import dataclass

from app.events import event


@event
@dataclass(frozen=True)
class OriginalOrphaned:
    """A file that was replaced: no video uses it any more."""

    original_id: str


@dataclass(frozen=True)
class FolderChanged:
    """A watched folder, or what is known of it, changed. Transient: told to whoever looks now."""

    folder_id: str
