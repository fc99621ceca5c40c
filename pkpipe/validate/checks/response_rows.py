"""Checks of one response: its word, and the criteria it was judged by."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.assessment_checks import (
    RESPONSE_TEST_UNKNOWN,
    RS_CRITERIA,
    of_no_known_test,
)
from pkpipe.finding.check import Check
from pkpipe.protocol.study import Study
from pkpipe.schema.sdtm import RECIST
from pkpipe.tumor.criteria import CRITERIA
from pkpipe.tumor.responses.assessments import criterion_set
from pkpipe.validate.row_and_cross_checks import (
    RowCheck,
    always,
    mended_by_codes,
)

C: Final = pl.col


def _criteria(study: Study) -> list[str]:
    return list(study.response.criteria) if study.response is not None else []


def _of_another_set(study: Study) -> pl.Expr:
    """True where RSCAT says the set that leads, and the word is of the other: it would be no response."""
    first = study.response.criteria[0] if study.response is not None else None
    if first is None:
        return pl.lit(value=False)
    words = (*CRITERIA[first].class_of, *CRITERIA[first].no_response)
    return (criterion_set() == first) & C("RSCAT").is_not_null() & ~C("RSSTRESC").is_in(words)


RESPONSE_ROWS: Final[tuple[RowCheck, ...]] = (
    RowCheck(
        Check(
            "RS-RESPONSE",
            "error",
            "no response of RECIST or iRECIST",
            "RECIST 1.1, table 1",
            allowed=", ".join(RECIST),
            table="RS",
            column="RSSTRESC",
        ),
        wrong=lambda s: (
            (C("RSTESTCD") == "OVRLRESP") & (~C("RSSTRESC").is_in(RECIST) | _of_another_set(s))
        ),
    ),
    RowCheck(
        RESPONSE_TEST_UNKNOWN,
        wrong=always(of_no_known_test()),
        allowed=lambda _: mended_by_codes("RS", "RSTESTCD", str(RESPONSE_TEST_UNKNOWN.allowed)),
        once_per=("SRCFILE", "RSTESTCD"),
    ),
    RowCheck(
        Check(
            "RS-RESPONSE-PART",
            "query",
            "no response of the lesions that is known",
            "RECIST 1.1, 4.3",
            table="RS",
            column="RSSTRESC",
        ),
        wrong=lambda _: C("RSTESTCD").is_in(["TRGRESP", "NTRGRESP"]) & ~C("RSSTRESC").is_in(RECIST),
        allowed=lambda _: mended_by_codes("RS", "RSSTRESC", ", ".join(RECIST)),
        once_per=("SRCFILE", "RSTESTCD", "RSSTRESC"),
    ),
    RowCheck(
        RS_CRITERIA,
        wrong=lambda s: (C("RSTESTCD") == "OVRLRESP") & ~criterion_set().is_in(_criteria(s)),
        allowed=lambda s: mended_by_codes("RS", "RSCAT", ", ".join(_criteria(s))),
        once_per=("SRCFILE", "RSCAT"),
        applies=lambda s: s.response is not None,
    ),
)
