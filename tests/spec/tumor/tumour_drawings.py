"""Trials drawn as tables: a row a visit, a column a lesion; or a word a response and its day."""

from __future__ import annotations

import datetime as dt

import polars as pl

from pkpipe.tumor.options import ResponseOptions
from pkpipe.tumor.response_analysis import Outcome, analysed

FIRST_DOSE = dt.date(2024, 1, 1)
KINDS = {"NEW": "NEW", "NT": "NON-TARGET", "N": "TARGET", "T": "TARGET"}


def day(number: int) -> str:
    """The date so many days after the first dose."""
    return (FIRST_DOSE + dt.timedelta(days=number)).isoformat()


def cells(text: str) -> list[list[str]]:
    return [[c.strip() for c in line.split("|")] for line in text.strip().splitlines()]


def kind_of(lesion: str) -> str:
    return next(kind for prefix, kind in KINDS.items() if lesion.startswith(prefix))


def lesions(text: str, subject: str = "1", reader: str = "INVESTIGATOR") -> pl.DataFrame:
    """TR of one subject. Columns T1: target, N1: target node (short axis), NT1: non-target, NEW1: new lesion.

    A cell is a size in mm, a state, or `-` for not done; an empty cell is no record.
    """
    (_, _, *names), *rows = cells(text)
    records = [
        record(subject, reader, visit, when, name, value)
        for visit, when, *values in rows
        for name, value in zip(names, values, strict=True)
        if value
    ]
    return pl.DataFrame(records, orient="row", infer_schema_length=None).with_columns(
        pl.col("TRSTRESN").cast(pl.Float64), pl.col("TRSTAT").cast(pl.String)
    )


def record(
    subject: str, reader: str, visit: str, when: str, lesion: str, value: str
) -> dict[str, object]:
    number = value.replace(".", "", 1).isdigit()
    kind = kind_of(lesion)
    sized = "LPERP" if lesion[0] == "N" and kind == "TARGET" else "LDIAM"
    return {
        "USUBJID": subject,
        "TRLNKID": lesion,
        "TRGRPID": kind,
        "TRTESTCD": sized if kind == "TARGET" else "TUMSTATE",
        "TRSTRESN": float(value) if number else None,
        "TRSTRESC": None if value == "-" else value,
        "TRSTAT": "NOT DONE" if value == "-" else None,
        "VISIT": visit or None,
        "TRDTC": when if "-" in when[1:] else day(int(when)),
        "TREVAL": reader,
    }


def places(tr: pl.DataFrame) -> pl.DataFrame:
    """TU that names the nodes of `lesions`."""
    targets = (
        tr.filter(pl.col("TRGRPID") == "TARGET").select("USUBJID", "TRLNKID", "TREVAL").unique()
    )
    return targets.select(
        "USUBJID",
        TULNKID="TRLNKID",
        TULOC=pl.when(pl.col("TRLNKID").str.starts_with("N"))
        .then(pl.lit("LYMPH NODE"))
        .otherwise(pl.lit("LIVER")),
        TUSTRESC=pl.lit("TARGET"),
        TUEVAL="TREVAL",
    )


def reference(**dates: int | None) -> pl.DataFrame:
    """REF of subject 1: days after the first dose."""
    given = {"TRTSDT": 0, **dates}
    values = {
        name: None if number is None else FIRST_DOSE + dt.timedelta(days=number)
        for name, number in given.items()
    }
    return pl.DataFrame(
        {"USUBJID": "1", **{n: pl.Series([v], dtype=pl.Date) for n, v in values.items()}}
    )


def followed(text: str, **options: object) -> Outcome:
    """The analysis of one subject drawn as lesions."""
    tr = lesions(text)
    return analysed(tr, places(tr), None, reference(), ResponseOptions.model_validate(options))


def responses(outcome: Outcome, column: str = "OVRLRESP") -> list[str | None]:
    """One response a time point after baseline."""
    return outcome.points.filter(pl.col("ROLE") == "POST")[column].to_list()


def spelled(text: str, subject: str = "1") -> pl.DataFrame:
    """RS of one subject: `PR42 NE70 PR98` are responses with their days after the first dose."""
    words = [w.split("@") if "@" in w else split(w) for w in text.split()]
    return pl.DataFrame(
        {
            "USUBJID": subject,
            "RSTESTCD": "OVRLRESP",
            "RSSTRESC": [w[0] for w in words],
            "RSEVAL": "INVESTIGATOR",
            "RSDTC": [w[1] if "-" in w[1][1:] else day(int(w[1])) for w in words],
            "RSSEQ": list(range(1, len(words) + 1)),
        }
    )


def split(word: str) -> list[str]:
    tail = len(word.rstrip("0123456789").removesuffix("-"))
    return [word[:tail], word[tail:]]


def best(text: str, ref: pl.DataFrame | None = None, **options: object) -> dict[str, object]:
    """Best responses of one subject spelled as responses."""
    chosen = ResponseOptions.model_validate(options)
    outcome = analysed(None, None, spelled(text), reference() if ref is None else ref, chosen)
    return outcome.reported.best.row(0, named=True)
