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
from pkpipe.tumor.responses.assessments import criterion_set
from pkpipe.validate.row_and_cross_checks import (
    RowCheck,
    always,
    mended_by_codes,
)

C: Final = pl.col


def _criteria(study: Study) -> list[str]:
    return list(study.response.criteria) if study.response is not None else []


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
        wrong=always((C("RSTESTCD") == "OVRLRESP") & ~C("RSSTRESC").is_in(RECIST)),
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
