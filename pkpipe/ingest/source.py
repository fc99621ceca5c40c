"""A source of raw files, whatever it is: what lies there, and its bytes."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import IO, Protocol

from pkpipe.errors import DataError


class SourceError(DataError):
    """The source does not give what it listed; the sentence names the file and holds no credentials."""


class StorageError(DataError):
    """The source as a whole cannot be read: no access, no answer, nothing there."""


@dataclass(frozen=True)
class Listed:
    """A file at the source as it was listed."""

    name: str  # seen from the source, parts joined by /
    size: int
    place: str  # how the source itself calls it
    state: str  # another one: it was changed meanwhile
    mark: str | None = (
        None  # by which the source stands for the content (an ETag); None: it has none
    )


@dataclass(frozen=True)
class Stated:
    """What the source says of a file's content: hashes by algorithm, hex digits."""

    hashes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Listing:
    """Everything that lies at a source."""

    files: tuple[Listed, ...]
    refused: tuple[str, ...] = ()  # a line a thing that is no plain file
    left: tuple[str, ...] = ()  # hidden files


class Source(Protocol):
    """Where raw files come from."""

    shown: str  # the address, without credentials

    def listing(self) -> Listing:
        """What lies there, in the order of the names."""

    def stated(self, listed: Listed) -> Stated:
        """What the source says of the content."""

    def opened(self, listed: Listed) -> AbstractContextManager[IO[bytes]]:
        """Its bytes, from any position on."""

    def state_now(self, listed: Listed) -> str | None:
        """Its state as it is now; None: it is gone."""
