"""Who and what is left out of the files of `pkpipe recist` and `pkpipe tte`: other readers and criteria."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.assessment_checks import ONLY_OTHERS, RS_CRITERIA, done_after_all, no_result
from pkpipe.clinical.lesions import LESION_MISSING, OTHER_GROUP, of_a_lesion
from pkpipe.clinical.text_and_number import apart, two_numbers
from pkpipe.finding.check import Check
from pkpipe.finding.table import (
    all_findings,
    as_errors,
    findings_at,
    no_findings,
    raise_if_any,
)
from pkpipe.schema.codelists import NOT_DONE
from pkpipe.sentences import sentence
from pkpipe.tumor.given_files.response_files import NUMBER, OVERALL, ROW
from pkpipe.tumor.lesions.segments import BY_READER
from pkpipe.tumor.lesions.sizes_and_states import LESION_CLASSES, identified
from pkpipe.tumor.lesions.states import LESION_STATE
from pkpipe.tumor.lesions.typed_tables import as_typed
from pkpipe.tumor.responses.assessments import criterion_set
from pkpipe.tumor.series_checks import of_other_readers, without_row

IN_BOTH: Final = "NE"  # the one response that RECIST 1.1 and iRECIST spell alike
TWO_SIZES: Final = two_numbers("TR")
NO_LESION, NO_RESPONSE = no_result("TR"), no_result("RS")
DONE_LESION, DONE_RESPONSE = done_after_all("TR"), done_after_all("RS")
CHECKS: Final = (
    RS_CRITERIA,
    ONLY_OTHERS,
    OTHER_GROUP,
    LESION_MISSING,
    NO_LESION,
    TWO_SIZES,
    NO_RESPONSE,
    DONE_LESION,
    DONE_RESPONSE,
)


def left_out(rs: pl.DataFrame, points: pl.DataFrame, reader: str, criteria: str) -> pl.DataFrame:
    """Responses of other criteria on days that have none of these, and subjects of other readers alone.

    rs: as read.  points: the responses found, with READER.
    """
    return all_findings(
        [
            _of_other_criteria(rs, criteria),
            of_other_readers(points, "RS", reader),
            _silent_responses(rs),
            _given_and_not_done(rs),
        ]
    )


def about_lesions(
    tr: pl.DataFrame, lesions: pl.DataFrame, points: pl.DataFrame, tu: pl.DataFrame | None
) -> pl.DataFrame:
    """Rows of lesions that say nothing, lesions without a row, lesions that TU says to be of another class.

    tr: as read.  lesions: one row a lesion and time point, with the group it counts for.
    points: `time_points` of every reader.
    """
    said = ("TRSTRESN", "TRSTRESC", "TRSTAT")
    lesion = of_a_lesion(pl.col("TRTESTCD")) & pl.col("TRLNKID").is_not_null()
    silent = tr.filter(lesion, *(pl.col(c).is_null() for c in said))
    result = pl.any_horizontal(pl.col(c).is_not_null() for c in said[:2])
    nothing = LESION_STATE.term(pl.col("TRSTRESC")) == "NE"
    both_ways = tr.filter(
        lesion, pl.col("TRSTAT").is_not_null(), result & ~nothing.fill_null(value=False)
    )
    worded = pl.col("TRSTRESC").str.extract(NUMBER).cast(pl.Float64, strict=False)
    named = identified(as_typed(tu, "TU")).select(*BY_READER, "TRLNKID", "CLASS")
    first = lesions.filter(pl.col(ROW).is_not_null()).unique(
        (*BY_READER, "TRLNKID"), keep="first", maintain_order=True
    )
    both = first.join(named, on=(*BY_READER, "TRLNKID"), how="inner", maintain_order="left")
    other = pl.col("CLASS").is_in(LESION_CLASSES) & (pl.col("CLASS") != pl.col("GRP"))
    return all_findings(
        [
            _at(silent, NO_LESION, None),
            _at(
                both_ways, DONE_LESION, pl.coalesce("TRSTRESC", pl.col("TRSTRESN").cast(pl.String))
            ),
            _at(
                tr.filter(lesion, apart(pl.col("TRSTRESN"), worded)),
                TWO_SIZES,
                sentence("{} beside '{}'", pl.col("TRSTRESN").cast(pl.String), "TRSTRESC"),
            ),
            _at(without_row(lesions, points), LESION_MISSING, pl.col("LOST")),
            _at(both.filter(other), OTHER_GROUP, pl.col("GRP")),
        ]
    )


def lost_responses(rs: pl.DataFrame, criteria: str) -> pl.DataFrame:
    """Overall responses of other criteria, and those without a word: they stand beside no time point."""
    return all_findings([_silent_responses(rs), _of_other_criteria(rs, criteria)])


def _silent_responses(rs: pl.DataFrame) -> pl.DataFrame:
    """Overall responses without a word, not said to be not done."""
    if "RSTESTCD" not in rs.columns:
        return no_findings()
    overall = (pl.col("RSTESTCD") == OVERALL) & pl.col("RSSTRESC").is_null()
    done = pl.col("RSSTAT").is_null() if "RSSTAT" in rs.columns else pl.lit(value=True)
    return _at(rs.filter(overall & done), NO_RESPONSE, None)


def _given_and_not_done(rs: pl.DataFrame) -> pl.DataFrame:
    """Overall responses that are said to be not done, and count."""
    if not {"RSTESTCD", "RSSTAT"} <= set(rs.columns):
        return no_findings()
    done = NOT_DONE.term(pl.col("RSSTAT").cast(pl.String)).is_null()
    given = pl.col("RSSTRESC").is_not_null() & ~pl.col("RSSTRESC").is_in(["NE", "ND"])
    return _at(
        rs.filter((pl.col("RSTESTCD") == OVERALL) & given & ~done),
        DONE_RESPONSE,
        pl.col("RSSTRESC"),
    )


def _at(rows: pl.DataFrame, check: Check, value: pl.Expr | None) -> pl.DataFrame:
    subject, row = pl.col("USUBJID"), pl.col(ROW)
    return findings_at(rows, check, row=row, subject=subject, value=value)


def _overall(rs: pl.DataFrame) -> pl.DataFrame:
    """The overall responses, with every column of RS also where they came as an ADaM table."""
    return as_typed(rs, "RS").filter(pl.col("RSTESTCD") == OVERALL)


def _of_other_criteria(rs: pl.DataFrame, criteria: str) -> pl.DataFrame:
    overall = _overall(rs).filter(pl.col("RSSTRESC").is_not_null())
    shared = pl.col("RSCAT").is_null() & (pl.col("RSSTRESC") == IN_BOTH)
    overall = overall.filter(~shared).with_columns(SET=criterion_set())
    mine = overall.filter(pl.col("SET") == criteria)
    others = overall.filter(pl.col("SET") != criteria)
    alone = others.join(mine, on=["USUBJID", "RSDTC"], how="anti", maintain_order="left")
    told = sentence("{} by {}, not counted", "RSSTRESC", "SET")
    return findings_at(
        alone,
        RS_CRITERIA,
        table="RS",
        row=pl.col(ROW),
        subject=pl.col("USUBJID"),
        value=pl.col("RSCAT"),
        message=told,
        allowed=criteria,
    )


def stop_at_mixed_sets(file: str, rs: pl.DataFrame, criteria: str) -> None:
    """Words of another criterion set beside those of this one, and no RSCAT that tells them apart.

    Raises:
        DataError: every such row; without it a progression would be nobody's.
    """
    overall = _overall(rs).filter(pl.col("RSCAT").is_null())
    found = _of_other_criteria(overall, criteria)
    said = overall["RSSTRESC"].drop_nulls()
    if found.height < said.filter(said != IN_BOTH).len():  # all of them: no row is of this set
        raise_if_any(as_errors(found.with_columns(FILE=pl.lit(file))))
