"""What a source is: a folder of this machine, or an address of object storage without credentials.

Who may read is a matter of the account the program runs under: credentials come from the environment or from
the provider's own files. In an address they would stand in the shell's history, in logs and in the audit
trail, so such an address is refused, and shown without them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pkpipe.errors import ConfigError

# What fsspec calls the storage, and the package that knows it.
STORAGES: Final = {
    "s3": "s3fs",
    "s3a": "s3fs",
    "gs": "gcsfs",
    "gcs": "gcsfs",
    "az": "adlfs",
    "abfs": "adlfs",
    "abfss": "adlfs",
    "memory": "fsspec",
}
SCHEME: Final = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*)://")
HIDDEN: Final = "***"
# Percent signs may hide an @ or a : from a reader, not from a client.
SECRET: Final = re.compile(r"[^/]*(?::|%3a).*(?:@|%40)|.*%40", re.IGNORECASE)
ANY_NAME: Final = re.compile(r"^[^/]*@")
# `container@account` is how this storage is named; it holds no password.
WITH_ACCOUNT: Final = {"abfs", "abfss"}
SAY_ELSEWHERE: Final = (
    "credentials are never read from an address (allowed: the environment or the provider's own files, such "
    "as AWS_PROFILE, AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY, ~/.aws/credentials)"
)


@dataclass(frozen=True)
class Address:
    """Where raw files come from; `text` is shown and written down, and holds no credentials."""

    text: str
    storage: str | None  # None: a folder of this machine

    @property
    def folder(self) -> Path:
        """The folder of this machine."""
        return Path(self.text)


def address_of(source: str) -> Address:
    """What a word of the command line means.

    Raises:
        ConfigError: it holds credentials, or is an address of a kind that is not read.
    """
    scheme = SCHEME.match(source)
    if scheme is None:
        if masked(source) != source and not Path(source).exists():
            raise ConfigError(f"{masked(source)}: {SAY_ELSEWHERE}")
        if "://" in source and not Path(source).exists():
            raise _not_read(source)
        return Address(source, None)
    storage = scheme.group(1).lower()
    if masked(source) != source:
        raise ConfigError(f"{masked(source)}: {SAY_ELSEWHERE}")
    if storage == "file":
        return Address(source.removeprefix(scheme.group()), None)
    if storage not in STORAGES or "::" in source:
        raise _not_read(source)
    rest = source.removeprefix(scheme.group()).strip("/")
    return Address(f"{storage}://{rest}", storage)


def _not_read(source: str) -> ConfigError:
    kinds = ", ".join(f"{name}://" for name in STORAGES)
    return ConfigError(
        f"{source}: is no folder and no storage that is read (allowed: a folder, {kinds})"
    )


def masked(text: str) -> str:
    """An address without what may be a credential: user, password, everything after a question mark."""
    scheme = SCHEME.match(text)
    start = scheme.group() if scheme else ""
    rest = text.removeprefix(start)
    found = SECRET.match(rest)
    if found is None and scheme and scheme.group(1).lower() not in WITH_ACCOUNT:
        found = ANY_NAME.match(rest)
    if found is not None:
        rest = f"{HIDDEN}@{rest[found.end() :]}"
    for mark in ("?", "#") if scheme else ("?",):
        rest, said, _ = rest.partition(mark)
        rest += f"{mark}{HIDDEN}" if said else ""
    return start + rest
