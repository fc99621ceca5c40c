"""Profiles of subjects with and without antibodies, and the rows made of them."""

from datetime import datetime, timedelta

import polars as pl

from pkpipe.immunogenicity.exposure.pk_by_ada_status import adapk_of
from pkpipe.protocol.immunogenicity import LossOfExposure

FIRST = datetime.fromisoformat("2026-01-05T09:00")


LOSS = LossOfExposure(percentile=5, percentile_from=20, of_prior=0.5)


def subject(name, status="POSITIVE", kind="INDUCED", onset=None, reason=None):
    emergent = "Y" if kind in {"INDUCED", "BOOSTED"} else "N"
    return (name, "MAB", status, kind, emergent, onset, reason)


def tagged(*subjects, troughs=()):
    """Three three-weekly profiles of each subject, CMAX and CTROUGH; `troughs`: subject, dose, time drawn."""
    people = pl.DataFrame(
        subjects,
        schema={
            **dict.fromkeys(("USUBJID", "DRUG", "ADASTAT", "ADACLASS", "EMERPOS"), pl.String),
            "FPDTM": pl.Datetime("us"),
            "REASON": pl.String,
        },
        orient="row",
    )
    names = [s[0] for s in subjects]
    profiles = pl.DataFrame(
        {
            "PROFILE": [f"{n}|{d}" for n in names for d in (1, 2, 3)],
            "USUBJID": [n for n in names for _ in range(3)],
            "DOSENO": [1, 2, 3] * len(names),
            "DOSEDTM": [FIRST + timedelta(days=21 * d) for _ in names for d in range(3)],
            "TAUH": 504.0,
        }
    )
    given = profiles.drop("DOSEDTM", "TAUH").with_columns(
        PARCAT1=pl.lit("MAB"), MATRIX=pl.lit("SERUM"), DRUG=pl.lit("MAB"), COHORT=pl.lit("A"),
        LEVEL=pl.lit("A"), CYCLE="DOSENO", START=pl.lit(0.0), END=pl.lit(None, pl.Float64),
        PARAM=pl.lit("x"), AVAL=pl.lit(1.0), AVALU=pl.lit("ug/mL"), SUMFL=pl.lit("Y"),
        SUMRSN=pl.lit(None, pl.String), PPREASND=pl.lit(None, pl.String),
    )  # fmt: skip
    adpp = pl.concat([given.with_columns(PARAMCD=pl.lit(c)) for c in ("CMAX", "CTROUGH")])
    adpc = pl.DataFrame(
        [(n, "MAB", "SERUM", d + 1, t, "Y", None) for n, d, t in troughs],
        schema={
            **dict.fromkeys(("USUBJID", "PARAMCD", "MATRIX"), pl.String),
            "DOSENO": pl.Int64,
            "ADTM": pl.Datetime("us"),
            **dict.fromkeys(("PREFL", "EXCLFL"), pl.String),
        },
        orient="row",
    )
    return adapk_of(people, adpp.with_columns(REASON=pl.lit(None, pl.String)), adpc, profiles)


def values(rows, code="CTROUGH"):
    """ADAPK rows drawn as subject, level, cycle, tag, value."""
    return pl.DataFrame(
        [(*r, r[2]) for r in rows],
        schema={
            "USUBJID": pl.String,
            "LEVEL": pl.String,
            "CYCLE": pl.Int64,
            "ADATAG": pl.String,
            "AVAL": pl.Float64,
            "DOSENO": pl.Int64,
        },
        orient="row",
    ).with_columns(
        PROFILE=pl.format("{}|{}", "USUBJID", "DOSENO"),
        PARAMCD=pl.lit(code), PARAM=pl.lit(code), DRUG=pl.lit("MAB"), PARCAT1=pl.lit("MAB"),
        MATRIX=pl.lit("SERUM"), AVALU=pl.lit("ug/mL"), SUMFL=pl.lit("Y"),
        SUMRSN=pl.lit(None, pl.String), TAGDTM=pl.lit(FIRST),
    )  # fmt: skip


def row(frame, **where):
    hit = frame.filter(pl.all_horizontal(pl.col(k) == v for k, v in where.items()))
    assert hit.height == 1, hit
    return hit.row(0, named=True)


NEGATIVE_A, AFTER_A = [10.0, 22.0, 41.0], [4.0, 9.0]


NEGATIVE_B, AFTER_B = [33.0, 60.0, 110.0, 70.0], [20.0, 35.0, 28.0]
