"""What the pictures of a film are called in its folder, and in addresses."""

LARGEST = 32 << 20  # bytes of a picture that somebody sends
STILLS = 3  # suggestions that people choose from
SMALL = "thumbnail.webp"  # at most 640 wide
LARGE = "poster.webp"  # at most 1280 wide
WIDTHS = ((LARGE, 1280), (SMALL, 640))


def still_name(name: str, number: int) -> str:
    """`thumbnail.webp` of the second suggestion is `thumbnail-2.webp`; the first, which is the best, has the plain name."""
    stem, _, kind = name.rpartition(".")
    return name if number == 1 else f"{stem}-{number}.{kind}"
