"""Whether the run of a package carries a valid approval, and who signed it."""

from __future__ import annotations

from pathlib import Path

from pkpipe.store.signatures import APPROVAL, valid


def approval(run: Path, manifest: str) -> tuple[bool, tuple[str, ...]]:
    """Signed for approval or not, and a line a signature. manifest: the SHA-256 of the run's manifest.

    Raises:
        DataError: the trail is not whole, so none of its signatures is believed.
    """
    found = valid(run.parent, manifest)
    return any(one.meaning == APPROVAL for one in found), tuple(one.words for one in found)
