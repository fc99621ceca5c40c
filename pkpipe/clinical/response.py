"""What tumour response rests on, by where it comes from: derived from the lesions, or as it was reported."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.ends import DEATH
from pkpipe.protocol.efficacy import ResponsePlan
from pkpipe.protocol.response_options import INVESTIGATOR
from pkpipe.protocol.study import Study

CLASS: Final = "TR.TRGRPID|TU.TUSTRESC"  # of a lesion: `lesion_class.with_class`
# Class, size and words of each lesion; TU says which lesions are nodes and which are new (RECIST 1.1, 4.3.2).
RESTS_ON: Final[dict[str, tuple[str, ...]]] = {
    "derived": (CLASS, "TR.TRSTRESN", "TR.TRSTRESC", "TU", "TU.TULOC"),
    "reported": ("RS.RSSTRESC",),
}
# A target lesion measured at baseline makes a subject evaluable (SET-RSP).
EVALUABLE: Final = (CLASS, "TR.TRSTRESN")
SIZE: Final = (CLASS, "TR.TRSTRESN", "TU", "TU.TULOC")


def primary(study: Study) -> str:
    """Whether the study leads with derived or with reported responses."""
    return "derived" if study.response is None else study.response.primary


def is_leading(plan: ResponsePlan, evaluator: str = "EVAL", identity: str = "EVALID") -> pl.Expr:
    """True of the records of the evaluator who leads; a record that names nobody is the investigator's."""
    who, reader = plan.leads
    by = pl.col(evaluator).fill_null(INVESTIGATOR) == who
    return by if reader is None else by & (pl.col(identity) == reader)


def rests_on(study: Study) -> tuple[str, ...]:
    """What the study's leading responses rest on."""
    return RESTS_ON[primary(study)]


def time_to(endpoint: str, study: Study) -> tuple[str, ...]:
    """What a time to event rests on: deaths, responses, or both."""
    needs = {"OS": DEATH, "TTR": rests_on(study)}
    return needs.get(endpoint, (*rests_on(study), *DEATH))


def unknown_evaluable(adsl: pl.DataFrame) -> str | None:
    """Why it is not known of somebody treated whether the response can be evaluated; None: it is of all.

    A denominator of evaluable subjects is known only if each of them is known to be in it or not.
    """
    if not {"RSPRS", "RSPFL", "SAFFL"} <= set(adsl.columns):
        return None
    treated = adsl.filter((pl.col("SAFFL") == "Y") & pl.col("RSPFL").is_null())
    return next(iter(treated["RSPRS"]), None)
