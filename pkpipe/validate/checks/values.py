"""Checks of values no trial holds: terms outside a codelist, ages, doses far from the plan, signs turned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import polars as pl

from pkpipe.clinical.own_words import NO_ARM
from pkpipe.clinical.therapy import is_unknown_category
from pkpipe.finding.check import Check
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.schema.codelists import CAUSALITY, UNRELATED
from pkpipe.schema.sdtm import DOMAINS, RECIST
from pkpipe.tumor.assessments import criterion_set
from pkpipe.validate.checks.kinds import RowCheck, mended_by_codes
from pkpipe.validate.checks.rows import DIAMETERS

C: Final = pl.col

# The columns of which a word outside their codelist is asked about; where nothing but a term is right the
# cell itself is an error (CELL-CODE).
TERMS: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    (code, column.name): column.codelist.words
    for code, spec in DOMAINS.items()
    for column in spec.columns
    if column.codelist is not None
    and not column.allowed
    and column.name not in {"RSSTRESC", "EXROUTE"}
}


def _no_term(column: str, allowed: tuple[str, ...]) -> pl.Expr:
    """Outside the codelist; of readers only beside others (EVALUATOR-NONE asks about the rest)."""
    wrong = C(column).is_not_null() & ~C(column).is_in(allowed)
    return wrong & C(column).is_in(allowed).any() if column.endswith("EVAL") else wrong


def _term(domain: str, column: str, allowed: tuple[str, ...]) -> RowCheck:
    return RowCheck(
        Check(
            f"TERM-{column}",
            "query",
            "no term of the codelist",
            "CDISC controlled terminology",
            table=domain,
            column=column,
        ),
        wrong=lambda _: _no_term(column, allowed),
        allowed=lambda _: ", ".join(allowed),
        once_per=("SRCFILE", column),
    )


def _row(check: Check, place: str, wrong: Callable[[Study], pl.Expr], allowed: str) -> RowCheck:
    """place: DOMAIN.COLUMN where the finding is shown."""
    domain, _, column = place.partition(".")
    return RowCheck(replace(check, allowed=allowed, table=domain, column=column), wrong)


def _numbers(domain: str) -> tuple[RowCheck, ...]:
    """The number and the text of one result, where both are there; PC has checks of its own."""
    number, text = C(f"{domain}STRESN"), C(f"{domain}STRESC")
    said = text.cast(pl.Float64, strict=False)
    differs = (number - said).abs() > 0.01 * said.abs()
    return (
        _row(
            Check(
                f"{domain}-NUMBER-TWO",
                "query",
                "text and number differ by over 1 %",
                "SDTMIG 4.5.1",
            ),
            f"{domain}.{domain}STRESN",
            lambda _: differs,
            f"the number of {domain}STRESC",
        ),
        _row(
            # a biomarker is read from its number alone, as a concentration is
            Check(
                f"{domain}-NUMBER-LOST",
                "error" if domain == "CP" else "query",
                "a number as text only",
                "SDTMIG 4.5.1",
            ),
            f"{domain}.{domain}STRESN",
            lambda _: number.is_null() & said.is_not_null(),
            f"the number of {domain}STRESC",
        ),
        _row(
            Check(f"{domain}-TEXT-LOST", "query", "a number whose text is none", "SDTMIG 4.5.1"),
            f"{domain}.{domain}STRESC",
            lambda _: number.is_not_null() & said.is_null(),
            f"the number of {domain}STRESN",
        ),
    )


def _not_below(domain: str, column: str, low: int) -> RowCheck:
    words = f"a number that starts at {low}"
    check = Check(f"{domain}-{column}-LOW", "query", words, "SDTMIG 3.4")
    return _row(check, f"{domain}.{column}", lambda _: C(column) < low, f"{low} or more")


def _no_reason(domain: str) -> RowCheck:
    return _row(
        Check(f"{domain}-NO-REASON", "query", "not done, and no reason", "SDTMIG 3.4, --REASND"),
        f"{domain}.{domain}REASND",
        lambda _: C(f"{domain}STAT").is_not_null() & C(f"{domain}REASND").is_null(),
        "why it was not done",
    )


def _below_zero(domain: str) -> RowCheck:
    number, test = C(f"{domain}STRESN"), C(f"{domain}TESTCD")
    check = Check(f"{domain}-NEGATIVE", "query", "a measurement below zero", f"{domain}STRESN")
    # The axis of the heart is an angle.
    wrong = (number < 0) & ~test.str.contains("AXIS")
    return _row(check, f"{domain}.{domain}STRESN", lambda _: wrong, "0 or more")


_AGE_BORN: Final = (
    dates.day(C("RFICDTC")).dt.year() - dates.first_day(C("BRTHDTC")).dt.year() - C("AGE")
)


def _counts(study: Study) -> pl.Expr:
    """True where the relationship counts as related by the study file, in whatever spelling."""
    return CAUSALITY.among(C("AEREL"), related_values(study))


def related_values(study: Study) -> tuple[str, ...]:
    """The words that count as related."""
    return study.safety.related_values


RELATIONSHIP: Final = (
    RowCheck(
        Check(
            "AE-RELATION-UNKNOWN",
            "error",
            "a relationship of no known meaning: it would count as not related",
            "safety.related_values",
            table="AE",
            column="AEREL",
        ),
        wrong=lambda s: CAUSALITY.term(C("AEREL")).is_null() & ~_counts(s),
        allowed=lambda s: (
            f"{', '.join(related_values(s))} (safety.related_values), or {', '.join(CAUSALITY.words)}; "
            "another spelling is declared with codes: {AEREL: {theirs: ours}}"
        ),
        once_per=("SRCFILE", "AEREL"),
    ),
    RowCheck(
        Check(
            "AE-RELATION-LESS",
            "query",
            "says that it may be related, and counts as not related",
            "ICH E2A, II.B; safety.related_values",
            table="AE",
            column="AEREL",
        ),
        wrong=lambda s: ~CAUSALITY.term(C("AEREL")).is_in(UNRELATED) & ~_counts(s),
        allowed=lambda s: (
            f"{', '.join(related_values(s))}, or a word added to safety.related_values"
        ),
        once_per=("SRCFILE", "AEREL"),
    ),
)
# Words that a rule reads in columns whose other words are right too: each unknown one is named.
READ_BY_RULES: Final = (
    RowCheck(
        Check(
            "CM-CATEGORY-UNKNOWN",
            "query",
            "a category of no known meaning: taken as no new anti-cancer therapy",
            "methods TIME-7; FDA 2018, PFS",
            table="CM",
            column="CMCAT",
        ),
        wrong=lambda _: is_unknown_category(C("CMCAT"), C("CMSCAT")),
        allowed=lambda _: mended_by_codes(
            "CM", "CMCAT", "SUBSEQUENT ANTI-CANCER THERAPY, PRIOR THERAPY, CONCOMITANT MEDICATION"
        ),
        once_per=("SRCFILE", "CMCAT", "CMSCAT"),
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
        Check(
            "RS-CRITERIA",
            "query",
            "criteria that the study does not use: these responses are left out",
            "response.criteria",
            table="RS",
            column="RSCAT",
        ),
        wrong=lambda s: (C("RSTESTCD") == "OVRLRESP") & ~criterion_set().is_in(_criteria(s)),
        allowed=lambda s: mended_by_codes("RS", "RSCAT", ", ".join(_criteria(s))),
        once_per=("SRCFILE", "RSCAT"),
        applies=lambda s: s.response is not None,
    ),
)


def _criteria(study: Study) -> list[str]:
    return list(study.response.criteria) if study.response is not None else []


SENSE: Final[tuple[RowCheck, ...]] = (
    *RELATIONSHIP,
    *READ_BY_RULES,
    *(_term(domain, column, allowed) for (domain, column), allowed in TERMS.items()),
    *(c for d in ("IS", "TR", "LB", "VS", "EG", "CP", "SS", "PE", "RS") for c in _numbers(d)),
    _row(
        Check("DM-AGE", "query", "an age that no adult patient has", "ICH E11, adults"),
        "DM.AGE",
        lambda _: (C("AGE") < 12) | (C("AGE") > 110),
        "12 to 110",
    ),
    _row(
        Check("DM-AGE-BIRTH", "query", "age and date of birth differ", "SDTMIG 3.4, AGE"),
        "DM.AGE",
        lambda _: ~_AGE_BORN.is_between(-1, 2),
        "years from BRTHDTC to RFICDTC",
    ),
    _row(
        Check("DM-ACTUAL-ARM", "error", "no cohort of the study", "cohorts of the study file"),
        "DM.ACTARMCD",
        lambda s: ~C("ACTARMCD").is_in([*(c.code for c in s.cohorts), *NO_ARM]),
        "a code of cohorts",
    ),
    _row(
        Check("DM-DEATH-FLAG", "query", "a date of death without the flag", "SDTMIG 3.4, DTHFL"),
        "DM.DTHFL",
        lambda _: (
            C("DTHDTC").is_not_null()
            & C("DTHFL").ne_missing(pl.lit("Y"))
            & C("DTHFL").is_not_null().any()
        ),
        "Y",
    ),
    _row(
        Check(
            "DM-ORDER", "query", "the reference period ends before it starts", "SDTMIG 3.4, RFENDTC"
        ),
        "DM.RFENDTC",
        lambda _: dates.last_day(C("RFENDTC")) < dates.first_day(C("RFSTDTC")),
        "RFSTDTC or later",
    ),
    _row(
        Check("DM-SUBJID", "query", "not the end of USUBJID", "SDTMIG 3.4, USUBJID"),
        "DM.SUBJID",
        lambda _: ~C("USUBJID").str.ends_with(C("SUBJID")),
        "the last part of USUBJID",
    ),
    _row(
        Check("LB-NEGATIVE", "query", "a laboratory value below zero", "LBSTRESN"),
        "LB.LBSTRESN",
        lambda _: (C("LBSTRESN") < 0) & ~C("LBTESTCD").is_in(["BASEXS", "BE", "ANIONG"]),
        "0 or more",
    ),
    _row(
        Check("TR-NO-DIAMETER", "error", "a target lesion without a diameter", "RECIST 1.1, 4.3.1"),
        "TR.TRTESTCD",
        lambda _: (
            (C("TRGRPID") == "TARGET")
            & C("TRSTRESN").is_not_null()
            & (~C("TRTESTCD").is_in([*DIAMETERS, "TUMSTATE"])).all().over("USUBJID", "TRLNKID")
        ),
        mended_by_codes("TR", "TRTESTCD", ", ".join(DIAMETERS)),
    ),
    *(_below_zero(d) for d in ("VS", "EG", "IS", "CP")),
    *(
        _not_below(d, c, low)
        for d, spec in DOMAINS.items()
        for c, low in ((f"{d}SEQ", 1), ("CYCLE", 0))
        if c in spec.names
    ),
    *(_no_reason(d) for d, spec in DOMAINS.items() if f"{d}REASND" in spec.names and d != "PC"),
    *(
        _row(
            Check(
                f"{d}-CYCLE-LATE",
                "query",
                "a cycle beyond the last one planned",
                "drugs.max_cycles",
            ),
            f"{d}.CYCLE",
            lambda s: C("CYCLE") > max((x.max_cycles or 999 for x in s.drugs), default=999),
            "drugs.max_cycles at most",
        )
        for d, spec in DOMAINS.items()
        if "CYCLE" in spec.names
    ),
)
