"""What is known of each subject before a rule is applied: one row, every candidate date in a column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.survival.curves.observations import group_starts
from pkpipe.survival.options import FOLLOWS_ON, TteOptions
from pkpipe.survival.times.planned import Planned


@dataclass(frozen=True)
class CandidateDate:
    """A date of each subject that a rule of `endpoints` may ask for, as ADSL or the file of a verb has it."""

    column: str
    means: str = ""  # for the help of `pkpipe tte`
    trace: str = ""  # its name in every trace; empty: not shown there
    unknown_after_cutoff: bool = False  # what happened after the cutoff is not known at the cutoff
    alive: bool = False  # the subject was seen alive on that day
    in_adsl: bool = True  # False: it is made of the responses


# In the order of the trace. A new date is one entry; the rooms, the verbs and their help read this list.
DATES: Final = (
    CandidateDate("TRTSDT", "first dose"),
    CandidateDate("RANDDT", "randomisation"),
    CandidateDate(
        "CLINPDDT",
        "clinical progression without a scan",
        "clinical progression",
        unknown_after_cutoff=True,
        alive=True,
    ),
    CandidateDate("DTHDT", "death", "death", unknown_after_cutoff=True),
    CandidateDate(
        "NACTDT", "new anti-cancer therapy", "new therapy", unknown_after_cutoff=True, alive=True
    ),
    CandidateDate("LSTALVDT", "last known alive"),
    CandidateDate("CUTDT", "data cutoff"),
    CandidateDate("EOSDT", "end of study", unknown_after_cutoff=True),
    CandidateDate(
        "CONFDT",
        "first of a confirmed pair; else derived from RS",
        unknown_after_cutoff=True,
        alive=True,
        in_adsl=False,
    ),
)
# What every trace shows: the dates of the responses among those of the subject.
TRACED: Final = (
    ("progression", "PDDT"),
    *((date.trace, date.column) for date in DATES if date.trace),
    ("last adequate assessment", "LADQDT"),
    ("last assessment", "LASTADT"),
    ("last known alive", "LSTALVDT"),
)
TEXTS: Final = ("BASEFL", "EOSREAS")
RESPONSES: Final = ("CR", "PR")
# Worst first: of several responses on one day the worst counts, an evaluable one beats NE.
WORST: Final = ("PD", "NON-CR/NON-PD", "SD", "NED", "PR", "CR", "NE")
ADEQUATE: Final = WORST[:-1]


def candidate_dates(
    responses: pl.DataFrame, reference: pl.DataFrame, options: TteOptions
) -> pl.DataFrame:
    """One row a subject of the reference, in order of USUBJID, with its candidate dates.

    STARTDT; DTHDT, NACTDT, CLINPDDT up to the cutoff; PDDT first progression; EVDT progression or death,
    whichever is first; LASTADT last assessment of any kind; RSPDT first response before progression;
    SEENDT last day seen alive where LSTALVDT does not say;
    LADQDT last adequate assessment, LADQNACT the last up to new therapy, LADQEV the last before the event;
    NMISS planned assessments missed before the event, MISSED whether that is too many; with a schedule also
    PDVIS, VISDT, VISNACT, VISEV: the planned dates that belong to PDDT and the three adequate ones.
    """
    base = until_cutoff(reference, options)
    rows = _counted(responses, base)
    first = rows.group_by("USUBJID", maintain_order=True).agg(
        PDDT=pl.col("ADT").filter(pl.col("AVALC") == "PD").first(),
        LASTADT=pl.col("ADT").last(),
    )
    base = base.join(first, on="USUBJID", how="left", maintain_order="left")
    base = base.with_columns(EVDT=pl.min_horizontal("PDDT", "DTHDT"), SEENDT=_seen(options))
    planned = Planned.of(options, rows, base)
    rows = rows.join(
        base.select("USUBJID", "STARTDT", "NACTDT", "PDDT", "EVDT"), on="USUBJID", how="left"
    ).with_columns(VISIT=planned.attended(_days(pl.col("ADT"))))
    base = base.join(_last_ones(rows), on="USUBJID", how="left", maintain_order="left")
    base = base.with_columns(RSPDT=_before_end("RSPDT", options))
    return planned.with_missed(base.with_columns(CONFDT=_before_end("CONFDT", options)), options)


def until_cutoff(reference: pl.DataFrame, options: TteOptions) -> pl.DataFrame:
    """The reference with every column used here, in which nothing after the cutoff exists."""
    known, names = set(reference.columns), [date.column for date in DATES]
    table = reference.select(
        "USUBJID",
        *((pl.col(d) if d in known else pl.lit(None)).cast(pl.Date).alias(d) for d in names),
        *((pl.col(t) if t in known else pl.lit(None)).cast(pl.String).alias(t) for t in TEXTS),
    ).sort("USUBJID")
    later = {d: (pl.col(d) > pl.col("CUTDT")).fill_null(value=False) for d in names}
    gone = [date.column for date in DATES if date.unknown_after_cutoff]
    return table.with_columns(
        STARTDT=pl.col(options.start),
        # Who died after the cutoff was alive on it.
        LSTALVDT=pl.when(later["DTHDT"] | later["LSTALVDT"]).then("CUTDT").otherwise("LSTALVDT"),
        EOSREAS=pl.when(~later["EOSDT"]).then(pl.col("EOSREAS").str.to_uppercase()),
        **{d: pl.when(~later[d]).then(d) for d in gone},
    )


def _seen(options: TteOptions) -> pl.Expr:
    """The last day a subject without a date last known alive was seen, as other columns tell (EFF-OS).

    An end of study is no such day: it is the date of a decision or of a lost contact. The scheme
    `last_assessment` has no such rule: the peer ends overall survival on the start date.
    """
    if options.scheme == "last_assessment":
        return pl.lit(None, dtype=pl.Date)
    days = ("LASTADT", *(date.column for date in DATES if date.alive))
    return pl.when(pl.col("LSTALVDT").is_null()).then(pl.max_horizontal(days))


def _counted(responses: pl.DataFrame, base: pl.DataFrame) -> pl.DataFrame:
    """Assessments from the start date up to the cutoff, one a day, in order of time."""
    rank = pl.col("AVALC").replace_strict(
        {word: i for i, word in enumerate(WORST)}, default=None, return_dtype=pl.Int8
    )
    return (
        responses.select("USUBJID", "ADT", "AVALC")
        .with_columns(RANK=rank)
        .drop_nulls(["ADT", "RANK"])
        .join(base.select("USUBJID", "STARTDT", "CUTDT"), on="USUBJID", how="inner")
        .filter(
            pl.col("ADT") >= pl.col("STARTDT"),
            (pl.col("ADT") <= pl.col("CUTDT")).fill_null(value=True),
        )
        .sort("USUBJID", "ADT", "RANK")
        .filter(group_starts(("USUBJID", "ADT")))
        .select("USUBJID", "ADT", "AVALC")
    )


def _days(date: pl.Expr) -> pl.Expr:
    return (date - pl.col("STARTDT")).dt.total_days()


def _last_ones(rows: pl.DataFrame) -> pl.DataFrame:
    """Last adequate assessments up to each limit, their planned dates, and the first response."""
    adt, adequate = pl.col("ADT"), pl.col("AVALC").is_in(ADEQUATE)
    limits = {
        "DT": pl.lit(True),
        "NACT": adt <= pl.col("NACTDT"),
        "EV": adt < pl.col("EVDT"),
    }
    before_pd = (adt < pl.col("PDDT")).fill_null(value=True)
    return rows.group_by("USUBJID", maintain_order=True).agg(
        **{f"LADQ{n}": adt.filter(adequate & when).max() for n, when in limits.items()},
        **{f"VIS{n}": pl.col("VISIT").filter(adequate & when).max() for n, when in limits.items()},
        RSPDT=adt.filter(pl.col("AVALC").is_in(RESPONSES) & before_pd).min(),
    )


def _before_end(column: str, options: TteOptions) -> pl.Expr:
    """A response that counts: from the start on and, unless the scheme follows on, up to new therapy."""
    date = pl.col(column)
    counts = date >= pl.col("STARTDT")
    if options.scheme not in FOLLOWS_ON:
        counts &= (date <= pl.col("NACTDT")).fill_null(value=True)
    return pl.when(counts).then(date)
