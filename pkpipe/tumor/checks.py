"""What cannot be right in tumour tables: a finding each, with its row; the subject stays in."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.lesion_class import reader
from pkpipe.clinical.lesions import (
    LONG_AXIS,
    MANY_IN_ORGAN,
    MANY_TARGETS,
    ORGAN_MOST,
    SHORT_AXIS,
    SIZE_TESTS,
    SMALL_TARGET,
    TARGETS_MOST,
    measurable_mm,
    of_a_lesion,
    organ_of,
)
from pkpipe.clinical.visits import of_baseline, unscheduled
from pkpipe.finding.table import all_findings
from pkpipe.tumor.check_list import found
from pkpipe.tumor.criteria import UNITS_PER_MM
from pkpipe.tumor.lesions.segments import BY_READER, starts
from pkpipe.tumor.lesions.sizes_and_states import LESION_CLASSES
from pkpipe.tumor.lesions.split_and_merged import mergers, parts
from pkpipe.tumor.lesions.states import LESION_STATE
from pkpipe.tumor.options import ResponseOptions

NEAR_DAYS: Final = 28  # no two planned assessments are nearer (RECIST 1.1, 4.3: every 6 to 8 weeks)


def tumour_findings(
    tr: pl.DataFrame,
    tu: pl.DataFrame,
    rows: pl.DataFrame,
    points: pl.DataFrame,
    options: ResponseOptions,
) -> pl.DataFrame:
    """Everything wrong in TR and TU. rows: `lesion_rows`.  points: `time_points` with reference dates."""
    return all_findings(
        [
            *_values(tr.filter(of_a_lesion(pl.col("TRTESTCD")))),
            *_without_baseline(rows, points),
            *_axes(rows),
            *_at_baseline(rows, points, options),
            *_scans(points, options),
            *_divided(rows, points),
            _organs(tu),
        ]
    )


def _values(tr: pl.DataFrame) -> list[pl.DataFrame]:
    said = pl.col("TRSTRESC")
    number = pl.col("TRSTRESN")
    lesion = pl.col("TRLNKID").is_not_null() & pl.col("TRSTAT").is_null()
    unknown = lesion & number.is_null() & said.is_not_null() & LESION_STATE.term(said).is_null()
    fine = ((number * UNITS_PER_MM) - (number * UNITS_PER_MM).round(0)).abs() > 1e-3
    unit = number.is_not_null() & (pl.col("TRSTRESU").str.to_lowercase() != "mm")
    target = pl.col("TRGRPID").str.to_uppercase() == "TARGET"
    sized = target & number.is_not_null() & pl.col("TRTESTCD").is_in(SIZE_TESTS["any"])
    return [
        found("TR-NOLINK", tr.filter(sized & pl.col("TRLNKID").is_null())),
        found("TR-STATE", tr.filter(unknown)),
        found("TR-UNIT", tr.filter(unit)),
        found("TR-NEGATIVE", tr.filter(number < 0)),
        found("TR-FINE", tr.filter(fine)),
        found("TR-GROUP", tr.filter(~pl.col("TRGRPID").str.to_uppercase().is_in(LESION_CLASSES))),
    ]


def _baselines(points: pl.DataFrame) -> pl.DataFrame:
    return points.filter(pl.col("ROLE") == "BASELINE").select(*BY_READER, "TPKEY")


def _without_baseline(rows: pl.DataFrame, points: pl.DataFrame) -> list[pl.DataFrame]:
    lacking = points.filter((pl.col("NLACK") > 0) & (pl.col("ROLE") == "POST"))
    sized = rows.filter((pl.col("GRP") == "TARGET") & pl.col("SIZE").is_not_null())
    based = sized.join(_baselines(points), on=(*BY_READER, "TPKEY"), how="semi")
    stray = (
        sized.join(lacking.select(BY_READER).unique(), on=BY_READER, how="semi")
        .join(based.select(*BY_READER, "TRLNKID"), on=(*BY_READER, "TRLNKID"), how="anti")
        .sort(*BY_READER, "TRLNKID", "ADATE", "SRCROW", nulls_last=True)
        .filter(starts((*BY_READER, "TRLNKID")))
    )
    # A lesion sent by the wrong axis is asked about in those words.
    asked = _wrong_axis(rows).select(*BY_READER, "TRLNKID")
    lacking = lacking.join(asked, on=BY_READER, how="anti", maintain_order="left")
    unseen = lacking.filter(starts(BY_READER)).join(
        stray.select(BY_READER), on=BY_READER, how="anti"
    )
    post = points.filter(pl.col("ROLE") == "POST").filter(starts(BY_READER))
    return [
        found("TR-NOBASE", stray),
        found("TR-NOBASE", unseen, "LACKING"),
        found("TR-NOBASEVISIT", post.join(_baselines(points), on=BY_READER, how="anti")),
    ]


def _wrong_axis(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of target lesions measured at a time point, and only along the axis that does not count."""
    long, short = (pl.col("TRTESTCD").is_in(axis) for axis in (LONG_AXIS, SHORT_AXIS))
    other = pl.when("NODAL").then(long).otherwise(short)
    target = rows.filter("FIRST", pl.col("GRP") == "TARGET", pl.col("TRLNKID").is_not_null())
    return target.filter(other & pl.col("TRSTRESN").is_not_null() & pl.col("SIZE").is_null())


def _axes(rows: pl.DataFrame) -> list[pl.DataFrame]:
    """Nodes without a short axis, other lesions without a longest diameter, and what is not said."""
    wrong = _debuts(_wrong_axis(rows))
    target = rows.filter("FIRST", pl.col("GRP") == "TARGET", pl.col("SIZE").is_not_null())
    return [
        found("TR-NODE-LONG", wrong.filter("NODAL")),
        found("TR-SHORT-ONLY", wrong.filter(~pl.col("NODAL"))),
        found("TR-NODE-OPEN", _debuts(target.filter(pl.col("OPEN").fill_null(value=False)))),
    ]


def _at_baseline(
    rows: pl.DataFrame, points: pl.DataFrame, options: ResponseOptions
) -> list[pl.DataFrame]:
    repeated = ~pl.col("FIRST") & (pl.col("ORDER") == pl.col("ORDER").shift(1))
    differs = pl.col("SIZE") != pl.col("SIZE").shift(1)
    targets = rows.filter("FIRST", pl.col("GRP") == "TARGET", pl.col("SIZE").is_not_null()).join(
        _baselines(points), on=(*BY_READER, "TPKEY"), how="semi"
    )
    told = pl.coalesce("TRSTRESC", pl.col("TRSTRESN").cast(pl.String))
    targets = targets.with_columns(TOLD=told)
    least = measurable_mm(pl.col("NODAL"), options.slice_mm) * UNITS_PER_MM
    row = pl.col("SRCROW").min()
    many = targets.group_by(BY_READER, maintain_order=True).agg(row, N=pl.len())
    placed = targets.filter(pl.col("TULOC").is_not_null()).with_columns(
        TULOC=organ_of(pl.col("TULOC"))
    )
    organs = placed.group_by(*BY_READER, "TULOC", maintain_order=True).agg(row, N=pl.len())
    return [
        found("TR-TWICE", rows.filter(repeated & differs)),
        found(SMALL_TARGET.id, targets.filter(pl.col("SIZE") < least), "TOLD"),
        found(MANY_TARGETS.id, many.filter(pl.col("N") > TARGETS_MOST), "N"),
        found(MANY_IN_ORGAN.id, organs.filter(pl.col("N") > ORGAN_MOST), "TULOC"),
    ]


def _divided(rows: pl.DataFrame, points: pl.DataFrame) -> list[pl.DataFrame]:
    """Lesions that split or merged, each at its first time point, and where that cannot be right."""
    targets = rows.filter("FIRST", pl.col("GRP") == "TARGET")
    sized = targets.filter(pl.col("SIZE").is_not_null())
    based = sized.join(_baselines(points), on=(*BY_READER, "TPKEY"), how="semi").select(
        *BY_READER, "TRLNKID"
    )
    split = parts(targets, based)
    whole = sized.select(*BY_READER, "TPKEY", WHOLE="TRLNKID")
    said = targets.filter(pl.col("MERGED") & pl.col("SIZE").is_null())
    alone = said.join(sized, on=(*BY_READER, "TPKEY"), how="anti", maintain_order="left")
    named = mergers(targets, based).filter(pl.col("PLACE") == 0).drop("PLACE", "MEMBER")
    return [
        found("TR-SPLIT", _debuts(split)),
        found("TR-SPLITBOTH", split.join(whole, on=(*BY_READER, "TPKEY", "WHOLE"), how="semi")),
        found("TR-MERGED", _debuts(pl.concat([said, named]))),
        found("TR-MERGEDWITH", alone),
    ]


def _debuts(rows: pl.DataFrame) -> pl.DataFrame:
    ordered = rows.sort(*BY_READER, "TRLNKID", "ADATE", "SRCROW", nulls_last=True)
    return ordered.filter(starts((*BY_READER, "TRLNKID")))


def _organs(tu: pl.DataFrame) -> pl.DataFrame:
    placed = (
        tu.filter(pl.col("TULOC").is_not_null() & pl.col("TULNKID").is_not_null())
        .with_columns(READER=reader("TUEVAL", "TUEVALID"))
        .sort(*BY_READER, "TULNKID", "VISITNUM", "SRCROW", nulls_last=True)
    )
    moved = ~starts((*BY_READER, "TULNKID")) & (pl.col("TULOC") != pl.col("TULOC").shift(1))
    return found("TU-ORGAN", placed.filter(moved))


def _scans(points: pl.DataFrame, options: ResponseOptions) -> list[pl.DataFrame]:
    role, scan = pl.col("ROLE"), pl.col("ADATE")
    named = of_baseline()
    loose = pl.col("VISIT").is_null() | unscheduled()
    measured = points.filter(pl.col("NMEAS") > 0).sort(
        *BY_READER, "ADATE", "TPKEY", nulls_last=True
    )
    twice = ~starts((*BY_READER, "ADATE")) & scan.is_not_null()
    baseline = points.filter(role == "BASELINE")
    age = (pl.col("FIRSTDT") - scan).dt.total_days()
    most = options.baseline_max_days
    return [
        found("TR-EARLY", points.filter((role == "EARLY") & ~named & ~loose), "DTC"),
        found("TR-TWOSUMS", measured.filter(twice), "DTC"),
        found("TR-APART", _apart(points), "DTC"),
        found("TR-DEATH", points.filter(scan > pl.col("DTHDT")), "DTC"),
        found("TR-BASEOLD", baseline.filter(age > most), "DTC", allowed=f"at most {most} days"),
        found("TR-BASELATE", baseline.filter(scan > pl.col("FIRSTDT")), "DTC"),
        found("TR-NODATE", points.filter(scan.is_null()), "DTC"),
    ]


def _apart(points: pl.DataFrame) -> pl.DataFrame:
    """Time points without a visit that would be whole together with the one before them."""
    post = points.filter(pl.col("ROLE") == "POST").sort(*BY_READER, "ADATE", nulls_last=True)
    partial = (pl.col("NMEAS") > 0) & (pl.col("NMEAS") < pl.col("NEXP")) & pl.col("VISIT").is_null()
    gap = (pl.col("ADATE") - pl.col("ADATE").shift(1)).dt.total_days()
    together = pl.col("NMEAS") + pl.col("NMEAS").shift(1) == pl.col("NEXP")
    near = ~starts(BY_READER) & (gap <= NEAR_DAYS) & partial.shift(1)
    return post.filter((partial & near & together).fill_null(value=False))


def joined_findings(rows: pl.DataFrame, joined: pl.DataFrame) -> pl.DataFrame:
    """A note a day that went into a longer assessment. rows: `lesion_rows` before."""
    where = (*BY_READER, "TPKEY")
    first = rows.join(joined, on=where, how="semi", maintain_order="left").filter(starts(where))
    return found("TR-JOINED", first)
