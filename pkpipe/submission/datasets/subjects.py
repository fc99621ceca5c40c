"""ADSL and the datasets of exposure, adverse events and dose-limiting toxicity."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.protocol.study import Study
from pkpipe.submission import terms
from pkpipe.submission.dataset import Added, Dataset, Tables
from pkpipe.submission.datasets.shared_variables import AVISIT, AVISITN, CORE, TRTA, TRTP, source

C: Final = pl.col
OLD: Final = 65  # years


def _with_demography(rows: pl.DataFrame, tables: Tables, _: Study) -> pl.DataFrame:
    """What DM says of a subject beside what ADSL holds."""
    dm = tables["DM"].select("USUBJID", "RFICDTC", "RFSTDTC", "RFENDTC", DMDTHFL=C("DTHFL"))
    return rows.join(
        dm.unique("USUBJID", keep="first", maintain_order=True),
        on="USUBJID",
        how="left",
        maintain_order="left",
    )


def _days(later: str, earlier: str) -> pl.Expr:
    return (C(later) - C(earlier)).dt.total_days()


_GROUP: Final = (
    pl.when(C("AGE") < OLD).then(pl.lit("<65")).when(C("AGE") >= OLD).then(pl.lit(">=65"))
)

ADSL: Final = Dataset(
    "ADSL",
    "subjects",
    "Subject-Level Analysis Dataset",
    "SUBJECT LEVEL ANALYSIS DATASET",
    "One record per subject",
    keys=("STUDYID", "USUBJID"),
    purpose="Populations, treatment, dates and baseline values of each subject.",
    before=_with_demography,
    split=("DISPRS", "DTHRS", "ENRLRS", "SAFRS", "PKCRS", "ADARS", "RSPRS"),
    added=(
        Added(
            "AGEU",
            "text",
            pl.when(C("AGE").is_not_null()).then(pl.lit("YEARS")),
            "Assigned",
            "YEARS",
        ),
        Added("AGEGR1", "text", _GROUP, "Derived", "<65 where AGE is below 65 years, else >=65."),
        Added(
            "AGEGR1N",
            "integer",
            _GROUP.replace_strict({"<65": 1, ">=65": 2}, default=None, return_dtype=pl.Int64),
            "Derived",
            "1 for <65, 2 for >=65.",
        ),
        Added(
            "TRT01P",
            "text",
            pl.coalesce("ARM", "COHLABEL", "ARMCD"),
            "Derived",
            "ARM; where it is not given the label of the cohort in the study file.",
        ),
        Added(
            "TRT01A",
            "text",
            pl.when(C("TRTSDT").is_not_null()).then(
                pl.coalesce("ACTARM", "ARM", "COHLABEL", "ARMCD")
            ),
            "Derived",
            "ACTARM of a treated subject; where it is not given as TRT01P.",
        ),
        Added("RFICDTC", "text", C("RFICDTC"), "Predecessor", "DM.RFICDTC"),
        Added("RFSTDTC", "text", C("RFSTDTC"), "Predecessor", "DM.RFSTDTC"),
        Added("RFENDTC", "text", C("RFENDTC"), "Predecessor", "DM.RFENDTC"),
        Added(
            "DTHFL",
            "text",
            pl.when(C("DTHDT").is_not_null() | (C("DMDTHFL") == "Y")).then(pl.lit("Y")),
            "Derived",
            "Y where there is a date of death or DM.DTHFL is Y.",
        ),
        Added(
            "DTHADY",
            "integer",
            _days("DTHDT", "TRTSDT") + (C("DTHDT") >= C("TRTSDT")).cast(pl.Int64),
            "Derived",
            "DTHDT - TRTSDT, plus 1 where DTHDT is not before TRTSDT; there is no day 0.",
        ),
        Added("LDDTHELD", "integer", _days("DTHDT", "TRTEDT"), "Derived", "DTHDT - TRTEDT."),
    ),
)

ADAE: Final = Dataset(
    "ADAE",
    "safety",
    "Adverse Events Analysis Dataset",
    "OCCURRENCE DATA STRUCTURE",
    "One record per subject and adverse event",
    keys=("STUDYID", "USUBJID", "ASTDT", "AESEQ"),
    purpose="Incidence of adverse events by term, grade and relationship.",
    domain="AE",
    taken=("AEBODSYS", "AESEV", "AEREL", "AESTDTC", "AEENDTC"),
    core=CORE,
    renamed={"DTHFL": "AEFATFL"},
    left_out={"SRCROW": "row of a raw file; AESEQ is the trace"},
    added=(TRTP, TRTA, *source("AE", "AETERM", "AETERM, the reported term.")),
    split=("REASON",),
)

ADDLT: Final = Dataset(
    "ADDLT",
    "escalation",
    "Dose-Limiting Toxicity Dataset",
    "ADAM OTHER",
    "One record per subject of escalation or backfill",
    keys=("STUDYID", "USUBJID"),
    purpose="Who can be evaluated for dose-limiting toxicity, and who had one.",
    core=tuple(name for name in CORE if name != "TRTSDT"),
    added=(TRTP, TRTA),
    split=("REASON", "MISSED"),
)

ADEX: Final = Dataset(
    "ADEX",
    "subjects",
    "Exposure Analysis Dataset",
    "ADAM OTHER",
    "One record per subject, drug and administration",
    keys=("STUDYID", "USUBJID", "DRUG", "ASTDTM", "ASEQ"),
    purpose="Administrations: doses, delays, interruptions and reductions.",
    domain="EX",
    taken=("VISIT", "VISITNUM", "EXTRT", "EXROUTE", "EXDOSFRQ", "EXSTDTC", "EXENDTC"),
    core=CORE,
    left_out={
        "SRCROW": "row of a raw file; SRCSEQ is the trace",
        "SRCFILE": "name of a raw file; SRCSEQ is the trace",
        "EXSEQ": "of the first part of an infusion; SRCSEQ is the trace",
    },
    added=(
        TRTP,
        TRTA,
        AVISIT,
        AVISITN,
        Added(
            "ROUTE",
            "text",
            terms.route(C("ROUTE"), C("EXROUTE")),
            "Derived",
            "EX.EXROUTE; where it is not delivered the term for what the study file declares.",
        ),
        Added(
            "EXDOSFRQ",
            "text",
            terms.frequency(C("EXDOSFRQ")),
            "Derived",
            "EX.EXDOSFRQ in the spelling of the CDISC list, e.g. Q2W is EVERY 2 WEEKS.",
        ),
        Added(
            "ASTDY",
            "integer",
            _days("ASTDT", "TRTSDT") + (C("ASTDT") >= C("TRTSDT")).cast(pl.Int64),
            "Derived",
            "ASTDT - TRTSDT, plus 1 where ASTDT is not before TRTSDT; there is no day 0.",
        ),
        Added(
            "AENDY",
            "integer",
            _days("AENDT", "TRTSDT") + (C("AENDT") >= C("TRTSDT")).cast(pl.Int64),
            "Derived",
            "AENDT - TRTSDT, plus 1 where AENDT is not before TRTSDT; there is no day 0.",
        ),
        *source("EX", "EXDOSE", "EXDOSE, the dose as given."),
    ),
    split=("NOCOUNT",),
)
