"""One function a topic: the room's own summary rows, renamed to the columns of the merge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from pkpipe.clinical.collected import NOT_COLLECTED, withheld
from pkpipe.protocol.study import Study
from pkpipe.schema.adam.common import ALL
from pkpipe.sentences import sentence

Tables = Mapping[str, pl.DataFrame]

# Parameters of the cohort page; the full list is in PKSTAT.
PK_PARAMETERS: Final = (
    *("CMAX", "TMAX", "CEOI", "CTROUGH", "AUCLST", "AUCTAU", "AUCIFO", "LAMZHL"),
    *("CLO", "CLSS", "CLFO", "VZO", "VSSO", "ARCMAX", "ARAUC"),
)
EXPOSURE_STATS: Final = {
    "MEDIAN": pl.col("AVAL").median(),
    "MIN": pl.col("AVAL").min(),
    "MAX": pl.col("AVAL").max(),
    "MEAN": pl.col("AVAL").mean(),
}


def _cohort_list(study: Study) -> list[str]:
    return [c.code for c in study.cohorts] + [ALL]


def _per_cohort(frame: pl.DataFrame) -> pl.DataFrame:
    """Every row once for its cohort and once for all cohorts together."""
    return pl.concat([frame, frame.with_columns(COHORT=pl.lit(ALL))])


def enrolment_rows(tables: Tables, study: Study) -> pl.DataFrame:
    """Subjects enrolled, treated, on treatment, off treatment by reason, dead; cohorts without any too."""
    adsl = _per_cohort(tables["ADSL"])
    treated = pl.col("SAFFL") == "Y"
    # third: the column of ADSL that says why nobody can say
    counts: dict[str, tuple[str, pl.Expr, str | None]] = {
        "ENROLLED": ("Subjects enrolled", pl.col("ENRLFL") == "Y", None),
        "TREATED": ("Subjects treated", treated, None),
        "ONTRT": ("On treatment at the cutoff", treated & pl.col("EOTDT").is_null(), "DISPRS"),
        "OFFTRT": ("Treatment ended", treated & pl.col("EOTDT").is_not_null(), "DISPRS"),
        "OFFSTUDY": ("Off study", pl.col("EOSDT").is_not_null(), "DISPRS"),
        "DEATHS": ("Deaths", treated & pl.col("DTHDT").is_not_null(), "DTHRS"),
    }
    wide = (
        pl.DataFrame({"COHORT": _cohort_list(study)})
        .join(
            adsl.group_by("COHORT").agg(
                e.sum().cast(pl.Int64).alias(c) for c, (_, e, _) in counts.items()
            ),
            on="COHORT",
            how="left",
            maintain_order="left",
        )
        .with_columns(pl.col(*counts).fill_null(0))
    )
    # percentages are of those enrolled for TREATED, of those treated for the rest
    rows = [
        wide.select(
            "COHORT",
            SUBTOPIC=pl.lit(""),
            PARAMCD=pl.lit(code),
            STAT=pl.lit("COUNT"),
            PARAM=pl.lit(label),
            VALUE=pl.col(code).cast(pl.Float64),
            UNIT=pl.lit("subjects"),
            N=pl.col("ENROLLED" if code in {"ENROLLED", "TREATED", "OFFSTUDY"} else "TREATED"),
            REASON=pl.lit(None, dtype=pl.String),
        ).pipe(withheld, _said(adsl, why), ("VALUE",))
        for code, (label, _, why) in counts.items()
    ]
    return pl.concat([*rows, _off_treatment(adsl)], how="diagonal")


def _said(adsl: pl.DataFrame, why: str | None) -> str | None:
    """Why a count cannot be given, as the subjects' table says it."""
    if why is None or why not in adsl.columns:
        return None
    return next(iter(adsl[why].drop_nulls()), None)


def _off_treatment(adsl: pl.DataFrame) -> pl.DataFrame:
    ended = adsl.filter((pl.col("SAFFL") == "Y") & pl.col("EOTDT").is_not_null())
    return (
        ended.group_by("COHORT", pl.col("DCTREAS").fill_null("reason not given"))
        .len("VALUE")
        .join(ended.group_by("COHORT").len("N"), on="COHORT", how="left")
        .sort("COHORT", pl.col("VALUE"), "DCTREAS", descending=[False, True, False])
        .select(
            "COHORT",
            SUBTOPIC=pl.lit("treatment ended"),
            PARAMCD=pl.lit("DCTREAS"),
            STAT=pl.lit("COUNT"),
            PARAM=pl.col("DCTREAS"),
            VALUE=pl.col("VALUE").cast(pl.Float64),
            UNIT=pl.lit("subjects"),
            N=pl.col("N").cast(pl.Int64),
        )
    )


def exposure_rows(tables: Tables, _study: Study) -> pl.DataFrame:
    """Cycles, dose and intensity by drug: median, range and mean over treated subjects.

    Values in different units (a drug dosed by weight at one level and flat at another) are not pooled.
    """
    exposure = tables["ADEXSUM"].join(
        tables["ADSL"].select("USUBJID", "COHORT"), on="USUBJID", how="inner", maintain_order="left"
    )
    grouped = (
        _per_cohort(exposure)
        .group_by("COHORT", "DRUG", "PARAMCD", UNIT="AVALU", maintain_order=True)
        .agg(
            pl.col("PARAM").first(),
            N=pl.col("AVAL").count().cast(pl.Int64),
            LOST=pl.col("REASON").filter(pl.col("AVAL").is_null()).first(),
            **EXPOSURE_STATS,
        )
    )
    lost = pl.col("LOST").str.starts_with(NOT_COLLECTED).fill_null(value=False)
    return grouped.unpivot(
        on=list(EXPOSURE_STATS),
        index=["COHORT", "DRUG", "PARAMCD", "PARAM", "UNIT", "N", "LOST"],
        variable_name="STAT",
        value_name="VALUE",
    ).select(
        "COHORT",
        *("PARAMCD", "STAT", "PARAM", "VALUE", "UNIT"),
        SUBTOPIC=pl.col("DRUG"),
        N=pl.when(~lost).then("N"),
        REASON=pl.when(lost)
        .then("LOST")
        .when(pl.col("N") == 0)
        .then(pl.lit("no subject with a value")),
    )


def pk_rows(tables: Tables, study: Study) -> pl.DataFrame:
    """Key parameters by analyte and cycle, every statistic, and the number of profiles behind it."""
    order = {code: i for i, code in enumerate(PK_PARAMETERS)}
    analytes = {a.code: i for i, a in enumerate(study.analytes)}
    # the row over all subjects of a level is named ALL as the whole study is; here it would be taken for it
    stats = tables["PKSTAT"].filter(
        pl.col("PARAMCD").is_in(PK_PARAMETERS) & (pl.col("COHORT") != ALL)
    )
    return stats.sort(
        pl.col("PARCAT1").replace_strict(analytes, default=len(analytes), return_dtype=pl.Int32),
        "CYCLE",
        pl.col("PARAMCD").replace_strict(order, return_dtype=pl.Int32),
        maintain_order=True,
    ).select(
        "COHORT",
        "PARAMCD",
        "STAT",
        "PARAM",
        SUBTOPIC=sentence(
            "{} cycle {}", pl.col("PARCAT1"), pl.col("CYCLE").cast(pl.String).fill_null("?")
        )
        + pl.when(pl.col("LEVEL").is_not_null())
        .then(sentence(" level {}", "LEVEL"))
        .otherwise(pl.lit("")),
        VALUE=pl.col("AVAL"),
        UNIT=pl.col("AVALU"),
        N=pl.col("N"),
        REASON=pl.col("REASON"),
    )


def _grouped(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows of a GROUP/GROUPVAL table that speak of a cohort or of all subjects."""
    return frame.filter(pl.col("GROUP").is_in(["COHORT", ALL])).with_columns(
        COHORT=pl.when(pl.col("GROUP") == ALL).then(pl.lit(ALL)).otherwise("GROUPVAL")
    )


def _proportions(frame: pl.DataFrame, subtopic: pl.Expr, extra: Sequence[str] = ()) -> pl.DataFrame:
    """X of N with its percentage (and limits), one row a statistic."""
    statistics = {"COUNT": "X", "PERCENT": "PCT"} | {c: c for c in extra}
    return pl.concat(
        frame.select(
            "COHORT",
            SUBTOPIC=subtopic,
            PARAMCD=pl.col("PARAMCD"),
            STAT=pl.lit(stat),
            PARAM=pl.col("PARAM"),
            VALUE=pl.col(column).cast(pl.Float64),
            UNIT=pl.lit("subjects" if stat == "COUNT" else "%"),
            N=pl.col("N").cast(pl.Int64),
            REASON=pl.col("REASON"),
        )
        for stat, column in statistics.items()
    )


def immunogenicity_rows(tables: Tables, _study: Study) -> pl.DataFrame:
    """Incidence by drug with printed denominators; titre, onset and duration as medians."""
    adasum = _grouped(tables["ADASUM"])
    counted = _proportions(adasum.filter(pl.col("AVAL").is_null()), pl.col("DRUG"))
    medians = adasum.filter(pl.col("AVAL").is_not_null()).select(
        *("COHORT", "PARAMCD", "PARAM", "N", "REASON"),
        SUBTOPIC=pl.col("DRUG"),
        STAT=pl.lit("MEDIAN"),
        VALUE=pl.col("AVAL"),
    )
    return pl.concat([counted, medians], how="diagonal_relaxed")


def response_rows(tables: Tables, _study: Study) -> pl.DataFrame:
    """Best responses and rates with exact limits, for both denominators."""
    rates = _grouped(tables["RSPSUM"]).filter(pl.col("CRIT") == "RECIST 1.1")
    # RSPSUM holds derived and reported responses side by side; the words keep them apart here
    subtopic = sentence("{}, {}", "DENOM", "SRC")
    label = rates.with_columns(
        PARAM=pl.col("PARAM") if "PARAM" in rates.columns else pl.col("PARAMCD")
    )
    return _proportions(label, subtopic, ("LOWER", "UPPER"))


def survival_rows(tables: Tables, _study: Study, endpoint: str) -> pl.DataFrame:
    """Events, median, quartiles, landmarks and follow-up with their limits."""
    km = _grouped(tables["KMSUM"]).filter(pl.col("PARAMCD") == endpoint)
    size = km.filter(pl.col("STAT") == "N").select("COHORT", N=pl.col("ESTIMATE").cast(pl.Int64))
    km = km.join(size, on="COHORT", how="left", maintain_order="left")
    at = pl.when(pl.col("AT").is_not_null()).then(sentence("at {}", "AT")).otherwise(pl.lit(""))
    return pl.concat(
        km.select(
            "COHORT",
            SUBTOPIC=at,
            PARAMCD=pl.col("STAT"),
            STAT=pl.lit(stat),
            PARAM=pl.col("STAT"),
            VALUE=pl.col(stat).cast(pl.Float64),
            UNIT=pl.col("UNIT"),
            N=pl.col("N"),
            REASON=pl.col("NOTE"),
        )
        for stat in ("ESTIMATE", "LOWER", "UPPER")
    )


def abnormal_rows(tables: Tables, _study: Study) -> pl.DataFrame:
    """Participants with abnormal vital signs, examination, laboratory, auxiliary tests; and stated counts."""
    return _proportions(_grouped(tables["CRITSUM"]), pl.lit(""))


def safety_rows(tables: Tables, _study: Study) -> pl.DataFrame:
    """The overview of treatment-emergent events."""
    return _proportions(_grouped(tables["AESUM"]), pl.lit(""))
