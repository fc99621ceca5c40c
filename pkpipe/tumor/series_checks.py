"""What is asked of the scans of a subject side by side: who read each, and whether each was measured anew."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.assessment_checks import ONLY_OTHERS
from pkpipe.clinical.visits import of_baseline, unscheduled
from pkpipe.finding.table import all_findings, findings_at
from pkpipe.schema.coded_words import folded
from pkpipe.sentences import sentence
from pkpipe.tumor.check_list import found
from pkpipe.tumor.criteria import UNITS_PER_MM
from pkpipe.tumor.lesions.segments import BY_READER, starts
from pkpipe.tumor.options import ResponseOptions

SUBJECT, READER = BY_READER
PAIR: Final = (*BY_READER, "OTHER")
# One size that stayed is common, several that stayed to the last figure are not.
COPIED_FROM: Final = 2


def series_findings(
    rows: pl.DataFrame, points: pl.DataFrame, said: pl.DataFrame, options: ResponseOptions
) -> pl.DataFrame:
    """Readers whose scans are those that another has not read, and sizes carried forward.

    rows: `lesion_rows`.  points: `time_points`.  said: `reported` of every reader.
    """
    first, other = rows.filter("FIRST"), pl.col("OTHER")
    responses = said.with_columns(ADATE="ADT")
    return all_findings(
        [
            found("TR-READER-APART", _apart(first, _of_his_lesions(first)), READER, other),
            found("RS-READER-APART", _apart(responses, _pairs(responses).clear()), READER, other),
            found("TR-VISIT-TWO", _two_days(first, "TRDTC", "TPKEY"), "TRDTC"),
            found("RS-VISIT-TWO", _two_days(responses, "DTC", "ADATE"), "DTC"),
            found("TR-NEW-BASELINE", _new_at_baseline(first, points)),
            found("TR-COPIED", _copied(first, options), "TOLD"),
        ]
    )


def _pairs(rows: pl.DataFrame) -> pl.DataFrame:
    """Each reader of a subject beside every other one who read more of its scans."""
    points = rows.select(*BY_READER, "TPKEY").unique().group_by(BY_READER).agg(N=pl.len())
    others = points.rename({READER: "OTHER", "N": "MORE"})
    longer = (pl.col("MORE") > pl.col("N")) | (
        (pl.col("MORE") == pl.col("N")) & (pl.col("OTHER") < pl.col(READER))
    )
    return points.join(others, on=SUBJECT, how="inner").filter(longer)


def _together(rows: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """Pairs of readers of a subject who have something in common."""
    mine = rows.select(*BY_READER, *keys).drop_nulls().unique()
    other = mine.rename({READER: "OTHER"})
    return mine.join(other, on=[SUBJECT, *keys], how="inner").select(PAIR).unique()


def _of_his_lesions(rows: pl.DataFrame) -> pl.DataFrame:
    """Pairs of which one has lesions of the other alone, and never on a scan on which he has them too."""
    named = rows.filter(pl.col("TRLNKID").is_not_null())
    pairs = _pairs(named).join(_together(named, "TPKEY", "TRLNKID"), on=PAIR, how="anti")
    lesions = named.select(*BY_READER, "TRLNKID").unique()
    mine = pairs.join(lesions, on=BY_READER, how="inner")
    strange = mine.join(
        lesions.rename({READER: "OTHER"}), on=[SUBJECT, "OTHER", "TRLNKID"], how="anti"
    )
    return pairs.join(strange, on=PAIR, how="anti")


def _apart(rows: pl.DataFrame, also: pl.DataFrame) -> pl.DataFrame:
    """The first row of every reader who shares no scan with one who read more, with the words about both."""
    pairs = _pairs(rows)
    for keys in ("TPKEY", "ADATE"):
        pairs = pairs.join(_together(rows, keys), on=PAIR, how="anti")
    most = (
        pl.concat([pairs, also.select(pairs.columns)])
        .sort(*BY_READER, "MORE", "OTHER", descending=[False, False, True, False])
        .filter(starts(BY_READER))
    )
    placed = rows.filter(pl.col("SRCROW").is_not_null()).sort(*BY_READER, "SRCROW")
    return placed.filter(starts(BY_READER)).join(
        most, on=BY_READER, how="inner", maintain_order="left"
    )


def _two_days(rows: pl.DataFrame, dtc: str, point: str) -> pl.DataFrame:
    """The first row of each further assessment of a reader under the name of one visit after baseline."""
    named = rows.filter(
        pl.col("VISIT").is_not_null(), pl.col("SRCROW").is_not_null(), pl.col("ADATE").is_not_null()
    )
    named = named.filter(~unscheduled(), ~of_baseline()).with_columns(V=folded(pl.col("VISIT")))
    ordered = named.sort(*BY_READER, "V", "ADATE", dtc, "SRCROW")
    each = ordered.filter(starts((*BY_READER, "V", point)))
    return each.filter(~starts((*BY_READER, "V")))


def _new_at_baseline(rows: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """Rows that see a new lesion at the baseline of their reader or before it."""
    before = points.filter(pl.col("ROLE") != "POST").select(*BY_READER, "TPKEY").unique()
    there = pl.col("STATE").is_not_null() & (pl.col("STATE") != "ABSENT")
    seen = rows.filter(pl.col("GRP") == "NEW", there, pl.col("SRCROW").is_not_null())
    return seen.join(before, on=[*BY_READER, "TPKEY"], how="semi", maintain_order="left")


def without_row(rows: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    """Target lesions of the baseline that have no row at a later scan on which others have one."""
    of_targets = rows.filter(
        "FIRST",
        pl.col("GRP") == "TARGET",
        pl.col("TRLNKID").is_not_null(),
        pl.col("SRCROW").is_not_null(),
    )
    roles = points.select(*BY_READER, "TPKEY", "ROLE").unique([*BY_READER, "TPKEY"])
    placed = of_targets.join(roles, on=[*BY_READER, "TPKEY"], how="inner", maintain_order="left")
    sized = placed.filter(pl.col("ROLE") == "BASELINE", pl.col("SIZE").is_not_null())
    wanted = sized.select(*BY_READER, LOST="TRLNKID").unique(maintain_order=True)
    scans = placed.filter(pl.col("ROLE") == "POST").sort(*BY_READER, "TPKEY", "SRCROW")
    scans = scans.filter(starts((*BY_READER, "TPKEY")), pl.col("VISIT").is_not_null())
    # Parts of a lesion, and a lesion two have merged into, have names of their own.
    named = [*BY_READER, "TRLNKID"]
    own = placed.join(wanted.rename({"LOST": "TRLNKID"}), on=named, how="anti").filter(ROLE="POST")
    scans = scans.join(own, on=[*BY_READER, "TPKEY"], how="anti", maintain_order="left")
    asked = scans.join(wanted, on=BY_READER, how="inner", maintain_order="left")
    there = placed.select(*BY_READER, "TPKEY", LOST="TRLNKID").unique()
    keys = [*BY_READER, "TPKEY", "LOST"]
    return asked.join(there, on=keys, how="anti", maintain_order="left")


def _copied(rows: pl.DataFrame, options: ResponseOptions) -> pl.DataFrame:
    """The first row of a time point at which every measured lesion has its size of the one before."""
    least = round(options.too_small_mm * UNITS_PER_MM)
    sized = rows.filter(
        pl.col("GRP") == "TARGET", pl.col("SIZE") > least, pl.col("TRLNKID").is_not_null()
    )
    when = (*BY_READER, "ADATE", "TPKEY")
    points = sized.select(when).group_by(when[:2] + when[3:]).agg(pl.col("ADATE").max())
    ordered = points.sort(when, nulls_last=True).with_columns(
        WAS=pl.when(~starts(BY_READER)).then(pl.col("TPKEY").shift(1))
    )
    now = sized.join(ordered.select(*BY_READER, "TPKEY", "WAS"), on=(*BY_READER, "TPKEY"))
    earlier = sized.select(*BY_READER, "TRLNKID", WAS="TPKEY", BEFORE="SIZE", DAY="ADATE")
    beside = now.join(earlier, on=(*BY_READER, "TRLNKID", "WAS"), how="left")
    same = (pl.col("SIZE") == pl.col("BEFORE")).fill_null(value=False)
    alike = beside.group_by(*BY_READER, "TPKEY").agg(
        pl.col("SRCROW").min(),
        pl.col("ADATE").max(),
        pl.col("DAY").max(),
        ALL=same.all(),
        SIZES=pl.len(),
    )
    copied = alike.filter("ALL", pl.col("SIZES") >= COPIED_FROM).sort(*BY_READER, "ADATE")
    return copied.with_columns(TOLD=sentence("{} sizes of {} on {}", "SIZES", "DAY", "ADATE"))


def of_other_readers(points: pl.DataFrame, table: str, leads: str) -> pl.DataFrame:
    """Subjects with assessments, and none by the reader who leads, at their first row."""
    mine = points.filter(pl.col(READER) == leads)
    others = points.join(mine, on=SUBJECT, how="anti", maintain_order="left")
    return findings_at(
        others.unique(SUBJECT, keep="first", maintain_order=True),
        ONLY_OTHERS,
        table=table,
        row=pl.col("SRCROW"),
        subject=pl.col(SUBJECT),
        column=f"{table}EVAL",
        value=pl.col(READER),
        allowed=f"{leads}, or the option evaluator",
    )


def of_another_identity(points: pl.DataFrame, table: str, leads: str) -> pl.DataFrame:
    """Of these the subjects whom the evaluator who leads assessed, as another of its readers.

    Of other evaluators validation asks, which knows no identities.
    """
    who = leads.partition("/")[0]
    same = (pl.col(READER) == who) | pl.col(READER).str.starts_with(f"{who}/")
    return of_other_readers(points.filter(same), table, leads)
