"""One row a reader and time point: sums, nadir, target, non-target, new lesions, overall response."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.sentences import in_both
from pkpipe.tumor.criteria import NO_DISEASE, TARGET_RULES, combinations
from pkpipe.tumor.lesions.arithmetic_in_words import arithmetic
from pkpipe.tumor.lesions.baseline_scan import carried_to_baseline, role_words, with_baseline
from pkpipe.tumor.lesions.seen import baseline_targets, new_lesions, nontargets, target_sums
from pkpipe.tumor.lesions.segments import (
    BY_READER,
    before,
    ever_before,
    first_match,
    running_min,
    starts,
)
from pkpipe.tumor.lesions.sizes_and_states import identified
from pkpipe.tumor.lesions.split_and_merged import may_be_divided, undivided, with_divided
from pkpipe.tumor.options import ResponseOptions


def time_points(
    rows: pl.DataFrame, tu: pl.DataFrame, ref: pl.DataFrame, options: ResponseOptions
) -> pl.DataFrame:
    """The RECIST 1.1 response at every time point of every reader, in order of time.

    rows: `lesion_rows`.  ref: one row a subject with ANCHOR and FIRSTDT (dates, may be null).
    Sizes (SLD, BASE, NADIR) are whole 0.1 µm.  ROLE tells baseline, post-baseline and earlier scans.
    """
    used = rows.filter("FIRST").with_columns(T=starts((*BY_READER, "TPKEY")).cum_sum() - 1)
    points = with_baseline(_visits(used), ref)
    used = carried_to_baseline(used, points)
    used, known = _undivided(used, identified(tu), points)
    points = (
        points.join(target_sums(used, points), on="T", how="left", maintain_order="left")
        .join(nontargets(used), on="T", how="left", maintain_order="left")
        .join(new_lesions(used, points), on="T", how="left", maintain_order="left")
        .with_columns(pl.col(*_COUNTS).fill_null(0))
    )
    points = points.join(
        _expected(points, used, known), on=BY_READER, how="left", maintain_order="left"
    )
    ordered = points.sort(*BY_READER, "RANK", "ADATE", "VISITNUM", "TPKEY", nulls_last=True)
    grouped = _with_nadir(ordered.with_columns(G=starts(BY_READER).cum_sum() - 1))
    return _responses(_after_complete(grouped, options))


_COUNTS: Final = (
    *("NMEAS", "REMAIN", "NSTRAY", "NTN", "NTPD", "NTABS", "NTHERE"),
    *("NEWU", "NEWBACK", "NEWE", "NEWSUM", "NEWDEBUT"),
)


def _undivided(
    used: pl.DataFrame, known: pl.DataFrame, points: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with what split or merged put together, and the lesions TU names."""
    if not may_be_divided(used):
        return undivided(used), known
    divided = with_divided(used, known, _based(used, points), points)
    return divided.rows, divided.known


def _based(used: pl.DataFrame, points: pl.DataFrame) -> pl.DataFrame:
    return baseline_targets(used.filter(pl.col("GRP") == "TARGET"), points)


def _visits(used: pl.DataFrame) -> pl.DataFrame:
    """One row a time point with the dates of its scans; a whole date is preferred to a partial one."""
    whole = pl.col("ADATE").filter(pl.col("FULLDAY"))
    return used.group_by("T", maintain_order=True).agg(
        pl.col("USUBJID", "READER", "TPKEY", "VISIT").first(),
        pl.col("VISITNUM").min(),
        ADATE=pl.coalesce(whole.max(), pl.col("ADATE").max()),
        SCANFROM=pl.coalesce(whole.min(), pl.col("ADATE").min()),
        DTC=pl.col("TRDTC").max(),
        FULLDAY=pl.col("FULLDAY").any(),
        SRCROW=pl.col("SRCROW").min(),
    )


def _expected(points: pl.DataFrame, used: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Per reader and subject: how many lesions are followed, and which target lesions lack a baseline."""
    # A lesion is of the class that its measurements say; TU tells it of those that are never measured.
    lesion = (*BY_READER, "TRLNKID")
    measured = used.select(*lesion, MEASURED="GRP").unique(
        lesion, keep="first", maintain_order=True
    )
    listed = known.join(measured, on=lesion, how="left").select(
        *lesion, GRP=pl.coalesce("MEASURED", "CLASS")
    )
    at_baseline = used.join(
        points.filter(pl.col("ROLE") == "BASELINE").select("T"), on="T", how="semi"
    )
    targets = pl.concat([used.select(*BY_READER, "TRLNKID", "GRP"), listed]).filter(
        (pl.col("GRP") == "TARGET") & pl.col("TRLNKID").is_not_null()
    )
    based = _based(used, points)
    lacking = targets.unique().join(based, on=(*BY_READER, "TRLNKID"), how="anti", nulls_equal=True)
    nontargets = (
        pl.concat([at_baseline.select(*BY_READER, "TRLNKID", "GRP"), listed])
        .filter(pl.col("GRP") == "NON-TARGET")
        .unique()
    )
    return (
        points.select(*BY_READER)
        .unique(maintain_order=True)
        .join(
            based.group_by(BY_READER).agg(NBASE=pl.len().cast(pl.Int64)), on=BY_READER, how="left"
        )
        .join(
            lacking.group_by(BY_READER).agg(
                NLACK=pl.len().cast(pl.Int64),
                LACKING=pl.col("TRLNKID").sort().str.join(", "),
            ),
            on=BY_READER,
            how="left",
        )
        .join(
            nontargets.group_by(BY_READER).agg(NTSET=pl.len().cast(pl.Int64)),
            on=BY_READER,
            how="left",
        )
        .with_columns(pl.col("NBASE", "NLACK", "NTSET").fill_null(0))
        .with_columns(NEXP=pl.col("NBASE") + pl.col("NLACK"))
    )


def _with_nadir(points: pl.DataFrame) -> pl.DataFrame:
    """Adds BASE, COMPLETE and NADIR (smallest complete sum on an earlier day, baseline included)."""
    group = pl.col("G")
    post = pl.col("ROLE") == "POST"
    complete = (pl.col("NMEAS") == pl.col("NEXP")) & (pl.col("NEXP") > 0)
    followed = post | (pl.col("ROLE") == "BASELINE")
    based = pl.when((pl.col("ROLE") == "BASELINE") & (pl.col("NLACK") == 0)).then("SLD")
    counted = pl.when(complete & followed).then("SLD")
    same_day = (pl.col("ADATE") == pl.col("ADATE").shift(1)) & (group == group.shift(1))
    earlier = pl.when(same_day).then(None).otherwise(before(running_min(counted, group), group))
    first_of_day = ~same_day.fill_null(value=False)
    return points.with_columns(
        BASE=pl.when(post).then(running_min(based, group)),
        D=first_of_day.cum_sum(),
        COMPLETE=complete,
        NADIR=earlier,
    ).with_columns(
        # Two sums on one day: neither is the other's nadir; both have that of the day before.
        NADIR=pl.when(post).then(running_min(pl.col("NADIR"), pl.col("D") - 1)),
    )


def _after_complete(points: pl.DataFrame, options: ResponseOptions) -> pl.DataFrame:
    """Adds NEWLPROG, NTEXP and AFTERCR: the overall response was complete at an earlier time point.

    A lesion that is back is progression only then; while the overall response was partial it goes into the
    sum as any other (RECIST 1.1, 4.4.3; questions and clarifications of the RECIST working group).
    """
    post, group = pl.col("ROLE") == "POST", pl.col("G")
    points = points.with_columns(
        NTEXP=pl.max_horizontal("NTSET", "NTN"),
        NEWLPROG=pl.when(pl.col("NEWU") + pl.col("NEWBACK") > 0)
        .then(pl.lit("Y"))
        .when(pl.col("NEWE") > 0)
        .then(pl.lit("EQUIVOCAL"))
        .otherwise(pl.lit("N")),
        AFTERCR=pl.lit(False),
    )
    if options.reappearance == "sum":
        return points
    targets = pl.when(pl.col("NEXP") > 0).then(pl.col("COMPLETE") & (pl.col("REMAIN") == 0))
    lesions = pl.col("NEXP") + pl.col("NTEXP") > 0
    others = _nontarget_response().is_in(("CR", NO_DISEASE))
    complete = lesions & targets.fill_null(value=True) & others & (pl.col("NEWLPROG") != "Y")
    return points.with_columns(AFTERCR=ever_before(complete & post, group) & post)


def _responses(points: pl.DataFrame) -> pl.DataFrame:
    """Adds target, non-target, new and overall response, its date and the arithmetic in words."""
    post = pl.col("ROLE") == "POST"
    points = points.with_columns(
        RULE=pl.when(post).then(_first_rule()),
        NTBACK=pl.when("AFTERCR").then("NTHERE").otherwise(0),
    )
    names = [rule.response or NO_DISEASE for rule in TARGET_RULES]
    points = points.with_columns(
        TRGRESP=pl.col("RULE").replace_strict(
            list(range(len(names))), names, default=None, return_dtype=pl.String
        ),
        NTRGRESP=pl.when(post).then(_nontarget_response()),
    ).join(
        combinations(), on=("TRGRESP", "NTRGRESP", "NEWLPROG"), how="left", maintain_order="left"
    )
    return points.with_columns(
        _progression_date().alias("ADATE"),
        **in_both(
            "ARITH", lambda say: pl.when(post).then(arithmetic(say)).otherwise(role_words(say))
        ),
    )


def _first_rule() -> pl.Expr:
    rules = ((rule.when, pl.lit(i)) for i, rule in enumerate(TARGET_RULES))
    return first_match(rules).cast(pl.Int32)


def _nontarget_response() -> pl.Expr:
    """Progression or back after complete response, all absent, not all assessed (REC-3, REC-4)."""
    return (
        pl.when(pl.col("NTEXP") == 0)
        .then(pl.lit(NO_DISEASE))
        .when((pl.col("NTPD") > 0) | (pl.col("AFTERCR") & (pl.col("NTHERE") > 0)))
        .then(pl.lit("PD"))
        .when(pl.col("NTN") < pl.col("NTEXP"))
        .then(pl.lit("NE"))
        .when(pl.col("NTABS") == pl.col("NTEXP"))
        .then(pl.lit("CR"))
        .otherwise(pl.lit("NON-CR/NON-PD"))
    )


def _progression_date() -> pl.Expr:
    """Progression has the date of the first scan that shows it, any other response that of the last scan.

    A new lesion that TU names at the visit may have no date of its own: then that of the last scan.
    """
    target = pl.when(pl.col("TRGRESP") == "PD").then("TARGETDT")
    back = pl.when(pl.col("NTBACK") > 0).then("NTHEREDT")
    return (
        pl.when(pl.col("OVRLRESP") == "PD")
        .then(pl.coalesce(pl.min_horizontal(target, "NTPDDT", back, "NEWDT"), "ADATE"))
        .otherwise("ADATE")
    )
