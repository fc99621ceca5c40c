"""What every medium of a package says about it: study, cutoff, state, the run it is of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from pkpipe.displays.bilingual import Words
from pkpipe.displays.edition import STATUS, Edition
from pkpipe.meeting import package_wording
from pkpipe.meeting.approval import NOBODY, Standing
from pkpipe.meeting.shown import Pages
from pkpipe.render.frame_wording import CUTOFF, PROGRAM, SNAPSHOT, Language, Speech
from pkpipe.render.margins import above

SHORT: Final = 16  # characters of a hash on a page; MANIFEST.json has all of them


@dataclass(frozen=True)
class About:
    """One package in one language."""

    edition: Edition  # its state is Draft until the run is signed
    language: Language
    pages: Pages  # the displays of the run by number
    run: str  # SHA-256 of the run's manifest
    since: str  # the earlier run it is compared with; "": none
    standing: Standing = NOBODY  # its signatures

    @property
    def speech(self) -> Speech:
        """Words in its language."""
        return Speech(self.language)

    def say(self, told: Words) -> str:
        """The words in its language."""
        return self.speech(told)

    @property
    def signed(self) -> bool:
        """Approved by as many persons as are needed."""
        return self.standing.approved

    @property
    def head(self) -> str:
        """Study and cutoff, as every page says them."""
        study, cutoff, _ = above(self.edition, self.speech)
        return f"{study}   {cutoff}"

    @property
    def identity(self) -> tuple[tuple[str, str], ...]:
        """What its papers are about, each with its heading: study, cutoff, run."""
        title = self.say(self.edition.title)
        return (
            (self.say(package_wording.STUDY), f"{self.edition.study}: {title}"),
            (self.say(CUTOFF), self.edition.cutoff),
            (self.say(package_wording.RUN), self.run),
        )

    @property
    def status(self) -> str:
        """Draft, or Approved; and whether the data are virtual."""
        return above(self.edition, self.speech)[2]

    @property
    def feet(self) -> tuple[str, ...]:
        """Which program made it of which run; who signed."""
        made = (
            f"{self.say(package_wording.RUN)}: {self.run}   {self.say(SNAPSHOT)}: {self.edition.snapshot}   "
            f"{self.say(PROGRAM)}: pkpipe {self.edition.version}"
        )
        return (*self.standing.lines(self.speech), made)


def edition_of(run: Edition, *, signed: bool) -> Edition:
    """The edition of a package: draft until it is signed, whatever the study file says."""
    return replace(run, status=package_wording.APPROVED if signed else STATUS["draft"])


def named(files: Mapping[str, bytes], language: Language, *, first: bool) -> dict[str, bytes]:
    """Of two languages the second is in the name: `slides.zh.pptx`."""
    if first:
        return dict(files)
    split = ((name.rpartition("."), content) for name, content in files.items())
    return {f"{stem}.{language}.{suffix}": content for (stem, _, suffix), content in split}
