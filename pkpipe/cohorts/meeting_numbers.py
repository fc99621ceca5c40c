"""The numbers a meeting looks at first: a choice of the long table, one row a cohort and number."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.protocol.study import Study
from pkpipe.schema.adam.cohorts import COHORT

# Which rows of the long table become columns: topic, parameter, statistic. A pattern ends in "*".
PAGE: Final[tuple[tuple[str, str, str], ...]] = (
    ("ENROLMENT", "ENROLLED", "COUNT"),
    ("ENROLMENT", "TREATED", "COUNT"),
    ("ENROLMENT", "ONTRT", "COUNT"),
    ("ENROLMENT", "DEATHS", "COUNT"),
    ("DLT", "EVALUABLE", "COUNT"),
    ("DLT", "DLT", "COUNT"),
    ("DLT", "PENDING", "COUNT"),
    ("EXPOSURE", "NCYCLE", "MEDIAN"),
    ("EXPOSURE", "RDI", "MEDIAN"),
    ("PK", "CMAX", "GMEAN"),
    ("PK", "AUCTAU", "GMEAN"),
    ("PK", "AUCIFO", "GMEAN"),
    ("PK", "CTROUGH", "GMEAN"),
    ("PK", "LAMZHL", "*"),
    ("ADA", "EMERPOS", "COUNT"),
    ("ADA", "NABSTAT", "COUNT"),
    ("RESPONSE", "ORR", "COUNT"),
    ("RESPONSE", "CORR", "COUNT"),
    ("RESPONSE", "DCR", "COUNT"),
    ("PFS", "MEDIAN", "ESTIMATE"),
    ("OS", "MEDIAN", "ESTIMATE"),
    ("DOR", "MEDIAN", "ESTIMATE"),
    ("TTR", "MEDIAN", "ESTIMATE"),
    ("SAFETY", "*", "COUNT"),
    ("ABNORMAL", "*", "COUNT"),
)
# What a number says of itself, as in the long table.
OF_SUMMARY: Final = (
    *("TOPIC", "SUBTOPIC", "PARAMCD", "STAT", "PARAM"),
    *("VALUE", "VALUEC", "UNIT", "N", "REASON"),
)


def cohort_page(summary: pl.DataFrame, study: Study) -> pl.DataFrame:
    """The chosen rows of the planned cohorts; ITEM names it: topic, subtopic, parameter.

    Returns:
        One row a cohort and item, in the order of the cohorts and of the long table. A cohort is there with
        its label, part and planned dose, whatever the summary holds of it.
    """
    chosen = pl.any_horizontal(_matches(*entry) for entry in PAGE)
    item = pl.concat_str(
        pl.col("TOPIC"),
        pl.col("SUBTOPIC").replace("", None).str.replace_all(r"[^A-Za-z0-9.]+", "_"),
        pl.col("PARAMCD"),
        pl.col("STAT").replace({"COUNT": None, "ESTIMATE": None}),
        separator="_",
        ignore_nulls=True,
    )
    numbers = summary.filter(chosen).select("COHORT", *OF_SUMMARY, ITEM=item)
    who = pl.DataFrame(
        {
            "COHORT": [c.code for c in study.cohorts],
            "COHLABEL": [c.label for c in study.cohorts],
            "PART": [c.part for c in study.cohorts],
            "DOSE": [_dose_of(study, c.level) for c in study.cohorts],
        }
    )
    found = who.join(numbers, on="COHORT", how="left", maintain_order="left_right")
    return COHORT.as_declared(found)


def _matches(topic: str, parameter: str, stat: str) -> pl.Expr:
    hit = pl.col("TOPIC") == topic
    if parameter != "*":
        hit = hit & (pl.col("PARAMCD") == parameter)
    return hit if stat == "*" else hit & (pl.col("STAT") == stat)


def _dose_of(study: Study, code: str | None) -> str | None:
    """A level's planned doses in words, e.g. `BAT8008 1.8 mg/kg + BAT1308 3 mg/kg`."""
    if study.escalation is None or code is None:
        return None
    level = next((level for level in study.escalation.levels if level.code == code), None)
    if level is None:
        return None
    units = {drug.code: drug.dose_unit for drug in study.drugs}
    return " + ".join(
        f"{drug} {dose:g} {units.get(drug, '')}".strip() for drug, dose in level.doses.items()
    )
