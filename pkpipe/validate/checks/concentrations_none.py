"""A subject that was dosed and in whom nothing is measured, where others of the dose have something."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical import blq, sample_schedule
from pkpipe.clinical.administrations import administrations, given
from pkpipe.finding.rows import found
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.sentences import sentence
from pkpipe.validate.row_and_cross_checks import CrossCheck, Found, Tables, story_check

C: Final = pl.col
FEWEST: Final = 2  # samples after a dose
PROFILE: Final = ("USUBJID", "PCTESTCD")
NOTHING: Final = story_check(
    "PC-NOTHING-MEASURED",
    "no sample after a dose is above the limit, and in others of this dose or less they are",
    "completeness of the delivery",
    table="PC",
    column="PCSTRESC",
)


def _nothing(tables: Tables, study: Study) -> Found:
    """Subjects whose samples after doses are all BLQ, beside those of the same or a lower first dose."""
    pc = tables["PC"].filter(C("PCSTAT").is_null())
    drug = {a.code: a.drug for a in study.analytes}
    doses = administrations(tables, study).filter(given())
    first = doses.sort("ASTDTM", maintain_order=True).group_by(
        "USUBJID", "EXTRT", maintain_order=True
    )
    levels = first.agg(
        _FROM=C("ASTDTM").first(), _LEVEL=C("EXPDOSE").fill_null(C("EXDOSE")).first()
    )
    rows = pc.select(
        *("SRCFILE", "SRCROW", "USUBJID", "PCTESTCD", "PCSTRESC", "PCSTRESN"),
        EXTRT=C("PCTESTCD").replace_strict(drug, default=None, return_dtype=pl.String),
        _AT=dates.moment_or_midnight(C("PCDTC")),
        _BEFORE=sample_schedule.concentrations(pc, study, "IS_PRE"),
        _BLQ=blq.in_words(study)
        | blq.by_number(study)
        | (C("PCSTRESN") == 0).fill_null(value=False),
    )
    after = rows.join(levels, on=["USUBJID", "EXTRT"], how="inner", maintain_order="left").filter(
        C("_AT") > C("_FROM"), ~C("_BEFORE"), C("_BLQ") | (C("PCSTRESN") > 0)
    )
    subjects = after.group_by(*PROFILE, "_LEVEL", maintain_order=True).agg(
        _NONE=C("_BLQ").all(), _MOST=C("_BLQ").mean() < 1 / 2, _N=pl.len()
    )
    shows = subjects.filter("_MOST").group_by("PCTESTCD").agg(_SHOWS=C("_LEVEL").min())
    bare = subjects.filter(C("_NONE"), C("_N") >= FEWEST).join(
        shows, on="PCTESTCD", how="inner", maintain_order="left"
    )
    lone = bare.filter(C("_SHOWS") <= C("_LEVEL")).select(*PROFILE, "_N")
    one = after.unique(PROFILE, keep="first", maintain_order=True)
    told = one.join(lone, on=PROFILE, how="inner", maintain_order="left").with_columns(
        _MESSAGE=sentence(f"{NOTHING.words}: {{}} samples", "_N")
    )
    yield found(NOTHING, told, allowed="results that the laboratory confirms")


CONCENTRATIONS_NONE: Final = (CrossCheck((NOTHING,), ("PC", "EX"), _nothing),)
