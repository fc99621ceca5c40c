"""The columns of the files of `pkpipe tte`: the dates of REF, and responses as an ADaM table has them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from pkpipe.finding.check import Check
from pkpipe.finding.table import findings_at, raise_if_any
from pkpipe.reading.verb_files import say
from pkpipe.schema import codelists as lists
from pkpipe.schema.cell_text import stands_for_nothing
from pkpipe.schema.coded_words import same
from pkpipe.schema.codelists_subjects import DISPOSITION
from pkpipe.schema.column import Column
from pkpipe.survival.times.candidate_dates import DATES
from pkpipe.tumor.given_files import response_files, verb_columns

UNSEEN: Final = "who is alive was last seen at an assessment or new therapy"
# What is so without a date that others call otherwise: such a column is refused, not passed over.
MATTERS: Final = {
    "LSTALVDT": UNSEEN,
    "CLINPDDT": "no clinical progression is known",
}
REF: Final = (
    *verb_columns.REF,
    *(
        verb_columns.date_column(date.column, MATTERS.get(date.column, ""), usual=False)
        for date in DATES
        if date.column not in {column.name for column in verb_columns.REF}
    ),
    Column("EOSREAS", codelist=DISPOSITION, unknown_told=True),
    Column("BASEFL", codelist=lists.YES_NO, allowed=lists.YES_NO.words),
)
READER: Final = ("EVAL", "PARQUAL")  # who assessed, in an ADaM table
ADAM: Final = (
    Column("USUBJID", required=True, filled=True),
    Column("PARAMCD", matters="every row is an overall response", usual=False, called=("PARAM",)),
    Column(
        "ANL01FL",
        codelist=lists.FLAG,
        allowed=lists.FLAG.words,
        matters="every row is used",
        usual=False,
    ),
    Column("ADT", "dtc", required=True),
    Column("AVALC", required=True, codelist=lists.RESPONSE),
    *(Column(c, codelist=lists.EVALUATOR, unknown_told=True) for c in READER),
)
OVERALL: Final = "OVR"
NO_PARAMETER: Final = Check(
    "ADRS-PARAM",
    "error",
    "a response of no parameter: it would be nobody's",
    "ADaMIG 1.3, PARAMCD",
    allowed="OVR, or the code of another parameter",
    table="ADRS",
    column="PARAMCD",
)
CHECKS: Final = (NO_PARAMETER,)


def of_the_parameter(rows: pl.DataFrame, path: Path) -> pl.DataFrame:
    """The overall responses of an ADRS; rows of other parameters are told.

    Raises:
        DataError: a response of which nobody says what it is.
    """
    code = pl.col("PARAMCD")
    none = code.is_null() | stands_for_nothing(code)
    answered = pl.col("AVALC").is_not_null()
    raise_if_any(
        findings_at(
            rows.filter(none & answered),
            NO_PARAMETER,
            file=path.name,
            row=pl.col(response_files.ROW),
            subject=pl.col("USUBJID"),
            value=code,
        )
    )
    others = rows.filter(~same(code, [OVERALL])).drop_nulls("PARAMCD")
    if others.height:
        told = ", ".join(others["PARAMCD"].unique().sort().head(8))
        say(path, f"{others.height} rows of other parameters are not used ({told})")
    return rows.filter(same(code, [OVERALL]))
