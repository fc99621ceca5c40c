"""What every page of a run says about the run: study, cutoff, state, program and snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.displays.bilingual import NONE, Words
from pkpipe.displays.number_text import day
from pkpipe.protocol.study import Identity, Study
from pkpipe.provenance import digest_of, program_version

SHORT: Final = 16  # characters of a hash, enough to tell snapshots apart
STATUS: Final[Mapping[str, Words]] = {
    "draft": Words("Draft", "草稿"),
    "final": Words("Final", "定稿"),
}
VIRTUAL: Final = Words("virtual data", "虚拟数据")


@dataclass(frozen=True)
class Edition:
    """The facts of one run that stand on every page of it."""

    study: str
    title: Words  # of the trial
    cutoff: str
    status: Words
    virtual: Words  # NONE: the data are real
    version: str
    snapshot: str  # of the raw files that were read


def title_of(study: Identity) -> Words:
    """The title of a trial; a study file need not have one in Chinese."""
    return Words(study.title, study.title_zh or study.title)


def edition(sources: pl.DataFrame, study: Study) -> Edition:
    """The edition of a run; sources: the raw files as they were read (snapshot/SOURCES)."""
    read = sources.unique("FILE", maintain_order=True)
    hashes = dict(zip(read["FILE"], read["SHA256"], strict=True))
    return Edition(
        study.study.studyid,
        title_of(study.study),
        day(study.cutoff),
        STATUS[study.report.status],
        VIRTUAL if study.virtual else NONE,
        program_version(),
        digest_of(hashes)[:SHORT],
    )
