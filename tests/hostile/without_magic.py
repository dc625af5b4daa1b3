"""The probe's child as it would be if nothing looked at the first bytes."""

from app.media import kinds, probe_child


def main() -> None:
    kinds.impostor = lambda head: "" if head else "empty"
    probe_child.main()
