"""Where the signatures of a run stand: who signed these files, who signed earlier ones, is it approved."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pkpipe.displays.bilingual import Words
from pkpipe.meeting import package_wording
from pkpipe.render.frame_wording import Speech
from pkpipe.store import audit_chain
from pkpipe.store.signatures import Signature, among, approval, approvals, of_manifest


@dataclass(frozen=True)
class Standing:
    """The signatures of a run and of its packages, as the audit trail has them."""

    valid: tuple[Signature, ...] = ()  # of these files
    earlier: tuple[Signature, ...] = ()  # of files that the run no longer has
    needed: int = 1  # persons whose approval is needed

    @property
    def approved(self) -> bool:
        """Signed for approval by as many persons as are needed."""
        return bool(approval(self.valid, self.needed))

    def lines(self, speech: Speech) -> tuple[str, ...]:
        """A line a signature, and how many approvals are still needed, in the language of a package."""
        return tuple(self._lines(speech))

    def _lines(self, speech: Speech) -> Iterator[str]:
        yield from (_said(one, speech) for one in self.valid)
        given = len(approvals(self.valid))
        if given < self.needed and self.needed > 1:
            yield speech(package_wording.APPROVALS).format(given=given, needed=self.needed)
        for one in self.earlier:
            yield f"{_said(one, speech)}{speech(package_wording.COLON)}{speech(package_wording.NO_LONGER)}"


NOBODY: Final = Standing()  # has signed


def _said(one: Signature, speech: Speech) -> str:
    meaning: Words = package_wording.MEANINGS[one.meaning]
    said = speech(package_wording.SIGNED).format(
        meaning=speech(meaning), person=one.person, time=one.time
    )
    return said + (speech(package_wording.BECAUSE).format(reason=one.reason) if one.reason else "")


def standing(run: Path, manifest: str, needed: int) -> Standing:
    """By the trail beside a run. manifest: the SHA-256 of the run's manifest.

    Raises:
        DataError: the trail is not whole, so none of its signatures is believed.
    """
    lines = audit_chain.lines_if_any(run.parent)
    valid = of_manifest(manifest, lines)
    return Standing(tuple(valid), _earlier(among(lines), valid, run.name), needed)


def _earlier(
    every: Sequence[Signature], valid: Sequence[Signature], run: str
) -> tuple[Signature, ...]:
    """Of the same run's folder, but of other files; a person who signed again is not shown twice."""
    again = {(one.person, one.meaning) for one in valid}
    return tuple(
        one
        for one in every
        if one.run == run and one not in valid and (one.person, one.meaning) not in again
    )
