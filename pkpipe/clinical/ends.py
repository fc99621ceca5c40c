"""What says that a subject died, and that treatment or study ended."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from pkpipe.clinical.collected import Collected
from pkpipe.schema import dates
from pkpipe.schema.codelists import YES_NO
from pkpipe.schema.codelists_subjects import VITAL_STATUS

# One of these is enough to count deaths: the date in DM, a disposition record, or survival follow-up.
DEATH: Final = ("DM.DTHDTC|DS|SS.SSSTRESC",)
# Dispositions of treatment and of study stand in one table; its category tells them from protocol milestones.
ENDED: Final = ("DS.DSCAT",)
# Tells the end of treatment from the end of the study where a subject has both.
WHICH_END: Final = "DS.DSSCAT"
# What an adverse event says of a death (SDTMIG 3.4, AESDTH and AEOUT); a grade 5 alone is the same (CTCAE).
LED_TO_DEATH: Final = ("AE.AESDTH|AE.AEOUT",)
FATAL: Final = "FATAL"
NAMES_A_DEATH: Final = r"(?i)^(dth|death|dead|died)([^a-z]|fl$|flag$|$)|死亡"


def fatal_event(*, graded: bool = True) -> pl.Expr:
    """True for an adverse event that says its subject died of it.

    graded: also where nothing but the grade says so.
    """
    said = (pl.col("AESDTH") == "Y") | (pl.col("AEOUT").str.to_uppercase() == FATAL)
    both = said | (pl.col("AETOXGR") == 5) if graded else said
    return both.fill_null(value=False)


def says_dead(column: str) -> pl.Expr:
    """True where a column beside the known ones says a subject died: its word, or a yes under its name."""
    text = pl.col(column)
    dead = VITAL_STATUS.term(text) == "DEAD"
    if re.search(NAMES_A_DEATH, column):
        dead = dead | (YES_NO.term(text) == "Y")
    return dead.fill_null(value=False)


def day_of_fatal_event() -> pl.Expr:
    """The day a fatal event ended its subject's life: its end; the start where no end is recorded."""
    return pl.coalesce(dates.last_day(pl.col("AEENDTC")), dates.last_day(pl.col("AESTDTC")))


def unknown_followup(known: Collected) -> str | None:
    """What is said of overall survival where nobody was asked after treatment; None: SS tells.

    The time is given: a subject not known to have died is followed to the last record that shows it alive,
    as where contact was lost (methods EFF-OS); without SS that day comes early.
    """
    lost = known.reason("SS.SSSTRESC")
    return None if lost is None else f"{lost}, so followed to the last of the other records"
