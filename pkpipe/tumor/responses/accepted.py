"""Which assessments of an evaluator with several readers are the accepted ones (TRACPTFL, RSACPTFL).

Where an independent review has two radiologists and an adjudicator, SDTM flags the records that count
(--ACPTFL; SDTMIG 3.4, TR, TU, RS), reader by reader or time point by time point. Each reader's response
follows from that reader's own lesions, baseline and nadir; of these the accepted ones, time point by time
point, are one series, that of the evaluator. The others are set aside and listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.clinical.lesion_class import reader
from pkpipe.finding.table import all_findings, no_findings
from pkpipe.sentences import sentence
from pkpipe.tumor.check_list import found
from pkpipe.tumor.lesions.sizes_and_states import time_point
from pkpipe.tumor.options import ResponseOptions

READ: Final = ("USUBJID", "READER")
POINT: Final = (*READ, "TPKEY")


@dataclass(frozen=True)
class Accepted:
    """Time points, RS and TU in which the accepted records are their evaluator's; the findings on that."""

    points: pl.DataFrame
    rs: pl.DataFrame
    tu: pl.DataFrame
    findings: pl.DataFrame


@dataclass(frozen=True)
class _Choice:
    """Readers among whom a choice was made, and the time points of each table that were flagged."""

    readers: pl.DataFrame  # USUBJID, READER, WHO, TAKEN (any flag), SEVERAL, ALONE, FIRST
    lesions: pl.DataFrame  # USUBJID, READER, TPKEY
    responses: pl.DataFrame


def accepted(
    points: pl.DataFrame,
    rows: pl.DataFrame,
    rs: pl.DataFrame,
    tu: pl.DataFrame,
    options: ResponseOptions,
) -> Accepted:
    """The accepted assessments as one series of their evaluator, EVALID empty.

    It is asked for an evaluator whose records are flagged and who has several readers; who read a subject
    alone is accepted. A table without the flag goes by the other one.

    Args:
        points: `time_points` of every reader.
        rows: `lesion_rows`, with TRACPTFL.
        rs: RS as `as_typed`.
        tu: TU as `as_typed`.
        options: whose records must be accepted.
    """
    said = rs.with_columns(READER=reader("RSEVAL", "RSEVALID"), TPKEY=time_point("RSDTC"))
    choice = _choice(rows, said, options)
    if choice is None:
        return Accepted(points, rs, tu, no_findings())
    scans = _scans(points, choice)
    answers = _marked(said, choice, choice.responses)
    lesions = _marked(tu.with_columns(READER=reader("TUEVAL", "TUEVALID")), choice, None)
    who = pl.when("CHOSEN").then("WHO").otherwise("READER")
    return Accepted(
        points=scans.filter("KEPT").with_columns(READER=who).select(points.columns),
        rs=_unread(answers, "RSEVALID").select(rs.columns),
        tu=_unread(lesions, "TUEVALID").select(tu.columns),
        findings=all_findings(
            [
                *_aside(scans.filter(pl.col("ROLE") == "POST"), "TR"),
                *_aside(answers.filter(pl.col("RSTESTCD") == "OVRLRESP"), "RS"),
            ]
        ),
    )


def _choice(rows: pl.DataFrame, said: pl.DataFrame, options: ResponseOptions) -> _Choice | None:
    """What was flagged, of the evaluators asked for; None where nothing was."""
    silent = not rows["TRACPTFL"].count() and not said["RSACPTFL"].count()
    if options.accepted == "none" or silent:
        return None
    read = {"TR": _records(rows, "TRACPTFL"), "RS": _records(said, "RSACPTFL")}
    flags = {name: table.filter("FLAG") for name, table in read.items()}
    whose = pl.concat(f.select("WHO") for f in flags.values()).unique()
    if options.accepted == "evaluator":
        whose = whose.filter(pl.col("WHO") == pl.lit(options.evaluator, dtype=pl.String))
    if whose.is_empty():
        return None
    readers = (
        pl.concat(r.select(*READ, "WHO", "FLAG") for r in read.values())
        .join(whose, on="WHO", how="semi")
        .group_by(*READ, "WHO")
        .agg(TAKEN=pl.col("FLAG").any())
        .sort(READ)
    )
    of_subject = ("USUBJID", "WHO")
    readers = readers.with_columns(SEVERAL=pl.len().over(of_subject) > 1)
    readers = readers.with_columns(TAKEN=pl.col("TAKEN") | ~pl.col("SEVERAL"))
    first = pl.col("READER").filter("TAKEN").min().over(of_subject)
    readers = readers.with_columns(
        FIRST=pl.col("READER") == first, ALONE=pl.col("TAKEN").sum().over(of_subject) == 1
    )
    keys = {name: flag.select("WHO", *POINT).unique() for name, flag in flags.items()}
    return _Choice(readers, _or_other(keys, "TR", "RS"), _or_other(keys, "RS", "TR"))


def _records(table: pl.DataFrame, flag: str) -> pl.DataFrame:
    """Time point, WHO (the evaluator, without the name of a reader) and FLAG of every record."""
    who = pl.col("READER").str.split_exact("/", 1).struct.field("field_0")
    return table.select(*POINT, WHO=who, FLAG=(pl.col(flag) == "Y").fill_null(value=False))


def _or_other(keys: dict[str, pl.DataFrame], own: str, other: str) -> pl.DataFrame:
    """The time points flagged in a table; of an evaluator without a flag there, those of the other table.

    LENT: the flag is another table's, whose visits may be named otherwise.
    """
    lent = keys[other].join(keys[own].select("WHO").unique(), on="WHO", how="anti")
    parts = {False: keys[own], True: lent}
    return pl.concat(
        part.with_columns(LENT=pl.lit(value=is_lent)) for is_lent, part in parts.items()
    )


def _marked(table: pl.DataFrame, choice: _Choice, keys: pl.DataFrame | None) -> pl.DataFrame:
    """Adds WHO, CHOSEN (there was a choice) and KEPT; without keys a reader is accepted as a whole."""
    rows = table.join(choice.readers, on=READ, how="left", maintain_order="left")
    if keys is None:
        flagged = pl.col("TAKEN")
    else:
        marked = keys.select(*POINT, KEYED=pl.lit(value=True))
        rows = rows.join(marked, on=POINT, how="left", maintain_order="left")
        lent = pl.col("WHO").is_in(keys.filter("LENT")["WHO"].unique().to_list())
        whole = ~pl.col("SEVERAL") | (lent & pl.col("TAKEN") & pl.col("ALONE"))
        flagged = pl.col("KEYED") | whole
    chosen = pl.col("WHO").is_not_null()
    return rows.with_columns(CHOSEN=chosen, KEPT=~chosen | flagged.fill_null(value=False))


def _scans(points: pl.DataFrame, choice: _Choice) -> pl.DataFrame:
    """Time points marked; where no baseline was flagged it is that of the first accepted reader."""
    marked = _marked(points, choice, choice.lesions)
    before = marked.filter("CHOSEN", "KEPT", pl.col("ROLE") == "BASELINE")
    known = before.select("USUBJID", "WHO", BASED=pl.lit(value=True)).unique()
    marked = marked.join(known, on=("USUBJID", "WHO"), how="left", maintain_order="left")
    lent = "CHOSEN", "FIRST", pl.col("ROLE") != "POST", pl.col("BASED").is_null()
    return marked.with_columns(KEPT=pl.col("KEPT") | pl.all_horizontal(*lent))


def _unread(marked: pl.DataFrame, column: str) -> pl.DataFrame:
    """The rows kept, those of a choice without the name of their reader."""
    return marked.filter("KEPT").with_columns(pl.when(~pl.col("CHOSEN")).then(column).alias(column))


def _aside(marked: pl.DataFrame, table: str) -> list[pl.DataFrame]:
    """Readers set aside, time points of which nobody's record is accepted, and those accepted twice."""
    anyone = pl.col("KEPT").any().over("USUBJID", "WHO", "TPKEY")
    left = marked.with_columns(ANYONE=anyone).filter(~pl.col("KEPT"))
    twice = marked.filter("CHOSEN", "KEPT").with_columns(
        N=pl.col("READER").n_unique().over("USUBJID", "WHO", "TPKEY")
    )
    return [
        found(f"{table}-ASIDE", _counted(left.filter("ANYONE")), "WORDS"),
        found(f"{table}-NOBODY", _counted(left.filter(~pl.col("ANYONE"))), "WORDS"),
        found(f"{table}-BOTH", twice.filter(pl.col("N") > 1), "TPKEY"),
    ]


def _counted(rows: pl.DataFrame) -> pl.DataFrame:
    return (
        rows.group_by(READ, maintain_order=True)
        .agg(pl.col("SRCROW").min(), N=pl.len())
        .with_columns(WORDS=sentence("{}: {} time points", "READER", "N"))
    )
