"""Time to event: every subject's dates held against the rules, all subjects at once, each with its trace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from pkpipe.schema.adam.survival import EVENT
from pkpipe.sentences import ENGLISH, SEMICOLON, Say, Words, in_both
from pkpipe.survival.options import TteOptions
from pkpipe.survival.times.candidate_dates import TRACED, candidate_dates
from pkpipe.survival.times.endpoints import LABELS, OS, PFS, START, TTR, Dated, Rule
from pkpipe.survival.times.trace_wording import (
    CANDIDATE,
    CANDIDATES,
    GAP,
    MISSED_COUNT,
    NO_DATE,
    NO_START,
    NONE,
    NOT_COUNTED,
    RESPONSE,
    RULE_WON,
    SEEN,
    SITUATIONS,
    STARTS,
    TRUTH,
)

COLUMNS: Final = {
    "USUBJID": pl.String(),
    "PARAMCD": pl.String(),
    "PARAM": pl.String(),
    "SCHEME": pl.String(),
    "STARTDT": pl.Date(),
    "ADT": pl.Date(),
    "AVAL": pl.Float64(),
    "CNSR": pl.Int64(),
    "EVNTDESC": pl.String(),
    "CNSDTDSC": pl.String(),
    "CNSRRSN": pl.Int64(),
    "TRACE": pl.String(),
    "TRACEZH": pl.String(),
}


def time_to_event(
    responses: pl.DataFrame, reference: pl.DataFrame, options: TteOptions
) -> pl.DataFrame:
    """One row a subject and endpoint; DOR and TTR only for subjects with a response.

    AVAL is in days, end - start + 1 (TIME-8). An end before the start counts as day 1, as both dates are
    known only to the day.

    Args:
        responses: USUBJID, ADT (date), AVALC (CR PR SD NON-CR/NON-PD NED PD NE; others do not count).
        reference: USUBJID, TRTSDT, optional every other date of `candidate_dates.DATES`, EOSREAS (why the
            study ended), BASEFL (`N`: no baseline assessment).
        options: endpoints, scheme, anchor, response, schedule or gap.
    """
    known = candidate_dates(responses, reference, options)
    chosen = "CONFDT" if options.response == "confirmed" else "RSPDT"
    known = known.with_columns(RESPDT=pl.col(chosen))
    responders = known.filter(pl.col("RESPDT").is_not_null())
    pfs = PFS[options.scheme]
    parts = {
        "PFS": lambda: _decided(known, "PFS", pfs, options, "STARTDT"),
        "OS": lambda: _decided(known, "OS", OS, options, "STARTDT"),
        "DOR": lambda: _decided(responders, "DOR", pfs, options, "RESPDT"),
        "TTR": lambda: _decided(responders, "TTR", TTR, options, "STARTDT"),
    }
    wanted = [code for code in parts if code in options.endpoints]
    empty = pl.DataFrame(schema=COLUMNS)
    order = pl.col("PARAMCD").replace_strict(
        {code: i for i, code in enumerate(parts)}, return_dtype=pl.Int8
    )
    return pl.concat([empty, *(parts[code]() for code in wanted)]).sort("USUBJID", order)


def _decided(
    known: pl.DataFrame, code: str, rules: Sequence[Rule], options: TteOptions, start: str
) -> pl.DataFrame:
    """The rows of one endpoint: the first rule that holds gives date, reason and words."""
    place = pl.coalesce(
        pl.when(rule.when.fill_null(value=False)).then(pl.lit(i, dtype=pl.Int16))
        for i, rule in enumerate(rules)
    )
    table = known.with_columns(RULE=place, BEGIN=pl.col(start))
    table = table.with_columns(
        RAWDT=_by_rule([pl.coalesce(r.dated.column, "STARTDT") for r in rules]),
        EVNTDESC=_by_rule([pl.lit(_words(r.event or r.situation, options)) for r in rules]),
        CNSDTDSC=_by_rule([_date_words(r, options) for r in rules]),
        CNSRRSN=_by_rule([pl.lit(r.code, dtype=pl.Int64) for r in rules]),
        SITUATION=_by_rule([pl.lit(r.situation) for r in rules]),
    )
    table = table.with_columns(
        # Where the date is missing at all (no start date) so is the time; the row stays.
        ADT=pl.max_horizontal("RAWDT", "BEGIN"),
        CNSR=(pl.col("CNSRRSN") != EVENT).cast(pl.Int64),
    )
    return table.with_columns(
        PARAMCD=pl.lit(code),
        PARAM=pl.lit(LABELS[code]),
        SCHEME=pl.lit(options.scheme),
        STARTDT="BEGIN",
        AVAL=((pl.col("ADT") - pl.col("BEGIN")).dt.total_days() + 1).cast(pl.Float64),
        **in_both("TRACE", lambda say: _trace(code, options, say)),
    ).select(pl.col(name).cast(kind) for name, kind in COLUMNS.items())


def _by_rule(values: Sequence[pl.Expr]) -> pl.Expr:
    """The value belonging to the rule that won."""
    return pl.coalesce(pl.when(pl.col("RULE") == i).then(v) for i, v in enumerate(values))


def _words(words: str, options: TteOptions) -> str:
    return options.start_words if words == START else words


def _date_words(rule: Rule, options: TteOptions) -> pl.Expr:
    """What the censoring date is; null for an event; the start date where the rule's own is missing."""
    if rule.code == EVENT:
        return pl.lit(None, dtype=pl.String)
    dated: Dated = rule.dated
    return (
        pl.when(pl.col(dated.column).is_not_null())
        .then(pl.lit(_words(dated.words, options)))
        .otherwise(pl.lit(options.start_words))
    )


def _trace(code: str, options: TteOptions, say: Say) -> pl.Expr:
    """One line a subject: the candidate dates and the rule that won."""
    candidates = [
        say(CANDIDATE, say.plain(CANDIDATES[name]), _day(column, NONE, say))
        for name, column in TRACED
    ]
    parts = [
        say(STARTS, _day("BEGIN", NO_START, say)),
        *([say(RESPONSE, "RESPDT")] if code in {"DOR", "TTR"} else []),
        *candidates,
        *([say(SEEN, "SEENDT")] if code == "OS" else []),
        *_missed(code, options, say),
        say(
            RULE_WON,
            pl.lit(options.scheme),
            pl.col("RULE") + 1,
            _said("SITUATION", say),
            _day("ADT", NO_DATE, say),
            _said("EVNTDESC", say),
        ),
    ]
    return pl.concat_str(parts, separator=SEMICOLON[say.place], ignore_nulls=True)


def _missed(code: str, options: TteOptions, say: Say) -> list[pl.Expr]:
    """How many planned assessments were missed before the event, where the scheme asks for it."""
    if code not in {"PFS", "DOR"} or options.scheme not in {"A", "B"}:
        return []
    counted = say(MISSED_COUNT, pl.col("NMISS").cast(pl.String))
    if options.gap is not None:
        truth = pl.col("MISSED").cast(pl.String)
        counted = say(GAP, truth.replace({code: words[say.place] for code, words in TRUTH.items()}))
    told = pl.when(pl.col("EVDT").is_not_null()).then(counted)
    return [told if options.counts_missed else told.fill_null(NOT_COUNTED[say.place])]


def _day(column: str, missing: Words, say: Say) -> pl.Expr:
    return pl.col(column).cast(pl.String).fill_null(missing[say.place])


def _said(column: str, say: Say) -> pl.Expr:
    """What a rule says, as it is stored in English."""
    if say is ENGLISH:
        return pl.col(column)
    return pl.col(column).replace({code: words.zh for code, words in SITUATIONS.items()})
