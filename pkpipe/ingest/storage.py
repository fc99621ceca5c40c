"""Object storage as a source, through fsspec; the package of the storage is imported here only, and only now.

What a storage's library says of a fault may hold addresses and keys, so its words are never passed on: only
the kind of the fault and the storage's own code for it.
"""

from __future__ import annotations

import base64
import contextlib
import datetime
import importlib
import re
from collections.abc import Iterator, Mapping
from typing import IO, Any, Final, NoReturn

from pkpipe.errors import ConfigError
from pkpipe.ingest.addresses import SAY_ELSEWHERE, STORAGES, Address
from pkpipe.ingest.file_names import is_hidden
from pkpipe.ingest.source import Listed, Listing, SourceError, Stated, StorageError

EXTRAS: Final = {"s3fs": "pip install 'pkpipe[s3]'"}
MARKS: Final = ("ETag", "etag")
TIMES: Final = ("LastModified", "last_modified", "updated", "mtime", "created")
MD5: Final = re.compile(r"^[0-9a-f]{32}$")
CODE: Final = re.compile(r"^[A-Za-z0-9]{1,40}$")
# With a key of the storage's own, an ETag is not the MD5 of the content.
PLAIN_ENCRYPTION: Final = (None, "AES256")
SHA256_BYTES: Final = 32


class Storage:
    """The objects below an address."""

    def __init__(self, address: Address) -> None:
        assert address.storage is not None
        self.shown = address.text
        self.files = _file_system(address.storage)
        self.root = str(self.files._strip_protocol(address.text)).rstrip("/")

    def listing(self) -> Listing:
        """What lies below the address.

        Raises:
            StorageError: it cannot be listed, or nothing is there.
        """
        with self._asked():
            found: Mapping[str, Mapping[str, Any]] = self.files.find(self.root, detail=True)
        files, left = list[Listed](), list[str]()
        for place, facts in found.items():
            name = place.removeprefix(self.root).removeprefix("/") or place.rpartition("/")[2]
            if facts.get("type") == "directory" or name.endswith("/"):
                continue
            if is_hidden(name):
                left.append(name)
                continue
            files.append(Listed(name, int(facts["size"]), place, _state(facts), _mark(facts)))
        by_name = sorted(files, key=lambda listed: listed.name)
        return Listing(tuple(by_name), (), tuple(sorted(left)))

    def stated(self, listed: Listed) -> Stated:
        """What the storage says of the content, where it says what can be computed again.

        Raises:
            SourceError: the object is another by now, or gone.
        """
        if not hasattr(self.files, "call_s3"):
            return Stated()
        bucket, key, _ = self.files.split_path(listed.place)
        with self._asked(listed):
            head = self.files.call_s3("head_object", Bucket=bucket, Key=key, ChecksumMode="ENABLED")
        if _mark(head) != listed.mark:
            raise SourceError(f"{listed.name!r}: was changed at the source since it was listed")
        return stated_by_s3(head)

    @contextlib.contextmanager
    def opened(self, listed: Listed) -> Iterator[IO[bytes]]:
        """The object's bytes; each read is asked for by its ETag, so that two versions are never mixed.

        Raises:
            SourceError: it is gone, or another by now.
        """
        with self._asked(listed):
            file = self.files.open(listed.place, "rb")
        with file:  # what goes wrong from here on is told by whoever reads, or writes what was read
            yield file

    def state_now(self, listed: Listed) -> str | None:
        """Its state as it is now; None: it is gone."""
        try:
            self.files.invalidate_cache()
            return _state(self.files.info(listed.place))
        except FileNotFoundError:
            return None
        except Exception as problem:
            self._told(problem, listed)

    @contextlib.contextmanager
    def _asked(self, listed: Listed | None = None) -> Iterator[None]:
        try:
            yield
        except (SourceError, StorageError):
            raise
        except Exception as problem:
            self._told(problem, listed)

    def _told(self, problem: Exception, listed: Listed | None) -> NoReturn:
        if listed is not None:
            refuse_if_changed(problem, listed)
        raise StorageError(f"{self.shown}: cannot be read ({words_of(problem)})") from None


def refuse_if_changed(problem: Exception, listed: Listed) -> None:
    """A fault that says: this file is not any more what was listed.

    Raises:
        SourceError: it says so.
    """
    if isinstance(problem, FileNotFoundError):
        raise SourceError(f"{listed.name!r}: is gone from the source since it was listed") from None
    if type(problem).__name__ == "FileExpired":
        raise SourceError(
            f"{listed.name!r}: was changed at the source while it was copied"
        ) from None


def words_of(problem: Exception) -> str:
    """The kind of a fault and the storage's code for it; nothing of its text, which may hold a secret."""
    if isinstance(problem, FileNotFoundError):
        return "nothing is there"
    answer: object = next(
        (a for p in (problem, problem.__cause__) if (a := getattr(p, "response", None))), {}
    )
    code = str(answer.get("Error", {}).get("Code", "")) if isinstance(answer, dict) else ""
    told = type(problem).__name__ + (f", {code}" if CODE.match(code) else "")
    if isinstance(problem, PermissionError) or "Credential" in told:
        return f"no access: {told}; {SAY_ELSEWHERE}"
    return told


def stated_by_s3(head: Mapping[str, Any]) -> Stated:
    """The SHA-256 of the whole object where it was uploaded with one, else the MD5 that a plain ETag is."""
    whole = head.get("ChecksumSHA256") if head.get("ChecksumType") != "COMPOSITE" else None
    with contextlib.suppress(ValueError, TypeError):
        raw = base64.b64decode(whole or "", validate=True)
        if len(raw) == SHA256_BYTES:
            return Stated({"sha256": raw.hex()})
    etag = _mark(head) or ""
    own_key = head.get("ServerSideEncryption") not in PLAIN_ENCRYPTION or head.get(
        "SSECustomerAlgorithm"
    )
    return Stated({} if own_key or not MD5.match(etag) else {"md5": etag})


def _file_system(storage: str) -> Any:  # noqa: ANN401 (fsspec has no types)
    package = STORAGES[storage]
    try:
        importlib.import_module(package)
        fsspec = importlib.import_module("fsspec")
    except ImportError:
        how = EXTRAS.get(package, f"pip install {package}")
        raise ConfigError(
            f"{storage}:// needs the package {package}, which is not installed ({how})"
        ) from None
    try:
        return fsspec.filesystem(storage, use_listings_cache=False, skip_instance_cache=True)
    except Exception as problem:
        raise StorageError(f"{storage}://: cannot be opened ({words_of(problem)})") from None


def _mark(facts: Mapping[str, Any]) -> str | None:
    said = next((str(facts[key]) for key in MARKS if facts.get(key)), "")
    return said.strip('"') or None


def _time(value: object) -> str:
    """A time in one spelling, for a list and a question about one object may give two."""
    if isinstance(value, datetime.datetime):
        value = value.timestamp()
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _state(facts: Mapping[str, Any]) -> str:
    said = _mark(facts) or next((_time(facts[key]) for key in TIMES if facts.get(key)), "")
    return f"{facts['size'] if 'size' in facts else facts['ContentLength']} {said}"
