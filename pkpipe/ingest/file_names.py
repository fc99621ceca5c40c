"""Which names a file may have that is put into a raw folder: below it, plain, and one spelling each."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

LONGEST: Final = (
    180  # bytes of a part; the archive puts 64 in front of the suffix, and systems take 255
)
# Control, format (they turn the direction of writing), half characters, line ends, unassigned.
NO_CHARACTERS: Final = {"Cc", "Cf", "Cs", "Zl", "Zp", "Cn"}


def is_hidden(name: str) -> bool:
    """Whether a name is one that folders hide, as .DS_Store; such files are no deliveries."""
    return any(part.startswith(".") and part.strip(".") for part in name.split("/"))


def wrong_of(name: str) -> str | None:
    """Why a name is refused; None: it is plain. name: seen from the source, parts joined by /."""
    parts = name.split("/")
    if name.startswith("/"):
        return "is an absolute name"
    if ".." in parts:
        return "leads out of the folder (..)"
    if "" in parts or "." in parts:
        return "has an empty part"
    odd = next((c for c in name if c == "\\" or unicodedata.category(c) in NO_CHARACTERS), None)
    if odd is not None:
        return f"holds a character that no file name may have here (U+{ord(odd):04X})"
    if any(len(part.encode()) > LONGEST for part in parts):
        return f"is longer than {LONGEST} bytes"
    return None


def clashes(names: Iterable[str], there: Iterable[str]) -> Iterator[str]:
    """A line a name that is another's in other letters, or a file where another name needs a folder.

    names: of the source. there: of the raw folder, which may be the same.
    """
    given = sorted(set(names))
    spelt: dict[str, tuple[str, str]] = {}
    for name, whose in [
        *((n, "in the raw folder") for n in sorted(there)),
        *((n, "at the source") for n in given),
    ]:
        for part in _and_folders(name):
            first, place = spelt.setdefault(_alike(part), (part, whose))
            if first != part:
                yield f"{name!r}: '{part}' is '{first}' {place} in other letters"
    folders = {folder for name in (*given, *there) for folder in [*_and_folders(name)][1:]}
    yield from (
        f"{name!r}: is a file, and a folder of that name is needed"
        for name in given
        if name in folders
    )


def _and_folders(name: str) -> Iterator[str]:
    """The name, then each folder it lies in."""
    while name:
        yield name
        name = name.rpartition("/")[0]


def _alike(name: str) -> str:
    """One spelling for names that some systems take for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
