"""A drawn study of one antibody: two treated subjects, one never treated."""

from __future__ import annotations

import polars as pl

from pkpipe.immunogenicity import known_columns


def moments(*texts: str) -> pl.Series:
    return pl.Series(texts).str.to_datetime("%Y-%m-%dT%H:%M", time_unit="us")


def tables(is_rows: list[tuple[str, str, str, str]]) -> dict[str, pl.DataFrame]:
    """IS rows are subject, test, text, time; S1 and S2 were treated, S3 never."""
    rows = pl.DataFrame(
        is_rows, schema=["USUBJID", "ISTESTCD", "ISSTRESC", "ISDTC"], orient="row"
    ).with_columns(ISBDAGNT=pl.lit("MAB"))
    return {
        "ADSL": pl.DataFrame(
            {
                "USUBJID": ["S1", "S2", "S3"],
                "COHORT": ["A", "A", "A"],
                "LEVEL": ["A", "A", None],
                "SAFFL": ["Y", "Y", "N"],
            }
        ),
        "ADEX": pl.DataFrame(
            {
                "USUBJID": ["S1", "S1", "S2"],
                "DRUG": "MAB",
                "DOSENO": [1, 2, 1],
                "DOSE": [1.0, 1.0, 1.0],
                "ASTDTM": moments("2026-01-05T09:00", "2026-01-26T09:00", "2026-01-06T09:00"),
            }
        ),
        "ADPC": pl.DataFrame(
            {
                "USUBJID": ["S2"],
                "DRUG": ["MAB"],
                "PARAMCD": ["MAB"],
                "ADTM": moments("2026-01-27T08:10"),
                "AVAL": [150.0],
                "MATRIX": "SERUM",
                "DOSENO": [1],
                "BLQFL": None,
                "PREFL": None,
                "EXCLFL": None,
            },
            schema_overrides=dict.fromkeys(("BLQFL", "PREFL", "EXCLFL"), pl.String),
        ),
        "PROFILE": pl.DataFrame(
            {
                "PROFILE": ["S1-1", "S1-2", "S2-1"],
                "DOSEDTM": moments("2026-01-05T09:00", "2026-01-26T09:00", "2026-01-06T09:00"),
                "TAUH": 504.0,
                "PRFLFL": "RICH",
                "DOSEG": 1.0,
                "DOSEGU": "mg/kg",
                "DOSEPCT": 100.0,
            }
        ),
        "ADPP": pl.DataFrame(
            {
                "PROFILE": ["S1-1", "S1-2", "S2-1"],
                "PARAMCD": "CMAX",
                "START": 0.0,
                "END": None,
                "PARAM": "Max Conc",
                "PARCAT1": "MAB",
                "MATRIX": "SERUM",
                "COHORT": "A",
                "CYCLE": [1, 2, 1],
                "SUMFL": ["Y", "Y", "N"],
                "SUMRSN": [None, None, "no sample after the dose"],
                "USUBJID": ["S1", "S1", "S2"],
                "DRUG": "MAB",
                "LEVEL": "A",
                "DOSENO": [1, 2, 1],
                "AVAL": [20.0, 10.0, None],
                "AVALU": "ug/mL",
                "PPREASND": [None, None, "no sample after the dose"],
                "REASON": [None, None, None],
            },
            schema_overrides={"END": pl.Float64, "REASON": pl.String},
        ),
        "IS": known_columns(rows.with_row_index("SRCROW", offset=2)),
    }


COLLECTED = [
    ("S1", "ADASCR", "NEGATIVE", "2026-01-05T08:00"),
    ("S1", "ADASCR", "POSITIVE", "2026-01-26T08:00"),
    ("S1", "ADACNF", "POSITIVE", "2026-01-26T08:00"),
    ("S1", "ADATIT", "40", "2026-01-26T08:00"),
    ("S1", "NAB", "NEGATIVE", "2026-01-26T08:00"),
    ("S2", "ADASCR", "NEGATIVE", "2026-01-06T08:00"),
    ("S2", "ADASCR", "NEGATIVE", "2026-01-27T08:00"),
]
