"""Best overall response of every subject, unconfirmed and confirmed (REC-6 to REC-8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.sentences import sentence
from pkpipe.tumor.lesions.segments import BY_READER, ever_before, first_match, starts
from pkpipe.tumor.options import ResponseOptions
from pkpipe.tumor.responses.confirmation import with_confirmation


@dataclass(frozen=True)
class BestRule:
    """An assessment that meets it makes this best response; the first rule met by any is the best."""

    response: str
    when: pl.Expr
    words: str


_KIND = pl.col("CLASS")
_LATE = pl.col("LATE")
_NOT_BETTER: Final = (
    BestRule("SD", _KIND.is_in(("CR", "PR", "SD")) & _LATE, "CR, PR or SD from day {from} on"),
    BestRule("NON", (_KIND == "NON") & _LATE, "non-CR/non-PD from day {from} on"),
    BestRule("PD", _KIND == "PD", "progression"),
    BestRule("UPD", _KIND == "UPD", "unconfirmed progression"),
    BestRule("NE", pl.lit(True), "assessed, but not evaluable or before day {from}"),
)
UNCONFIRMED: Final = (
    BestRule("CR", _KIND == "CR", "a complete response at any time"),
    BestRule("PR", _KIND == "PR", "a partial response at any time"),
    *_NOT_BETTER,
)
# Eisenhauer 2009, table 3 with its footnote: after CR any disease is progression by re-growth, so SD
# can only be reached up to then. Whether the CR was right is asked about (RS-CR-THEN).
_GROWN: Final = pl.col("REGROWN")
CONFIRMED: Final = (
    BestRule("CR", pl.col("CONF") == "CR", "a confirmed complete response"),
    BestRule("PR", pl.col("CONF") == "PR", "a confirmed partial response"),
    *(
        BestRule(r.response, r.when & ~_GROWN, r.words) if r.response in {"SD", "NON"} else r
        for r in _NOT_BETTER[:2]
    ),
    BestRule("PD", _GROWN, "disease again after a complete response"),
    *_NOT_BETTER[2:],
)
RESPONSES: Final = ("CR", "PR")
CONTROL: Final = ("CR", "PR", "SD", "NON")


def best_responses(
    rows: pl.DataFrame, subjects: pl.DataFrame, options: ResponseOptions
) -> pl.DataFrame:
    """One row a subject and reader: every subject-level response with its date, and the reason in words.

    rows: `counted`.  subjects: USUBJID, READER of whoever shall have a row.  BOR and CBOR hold classes.
    """
    window = rows.filter(pl.col("ANL01FL").is_not_null() & pl.col("ANL02FL").is_not_null())
    window = window.with_columns(
        LATE=pl.col("DAY").is_null() | (pl.col("DAY") >= options.stable_from),
        LONG=_long(options),
    )
    window = window.with_columns(G=starts(BY_READER).cum_sum() - 1)
    window = with_confirmation(window.with_columns(REGROWN=_regrown(options)), options)
    summary = (
        subjects.select(BY_READER)
        .unique(maintain_order=True)
        .join(_picked(window, "BOR", UNCONFIRMED), on=BY_READER, how="left")
        .join(_picked(window, "CBOR", CONFIRMED), on=BY_READER, how="left")
        .join(_firsts(window), on=BY_READER, how="left")
        .join(_last(rows), on=BY_READER, how="left")
        .join(_not_counted(rows), on=BY_READER, how="left")
        .join(_confirmed_progression(window), on=BY_READER, how="left")
        .with_columns(pl.col("BOR", "CBOR").fill_null(options.no_assessment))
        .with_columns(_dated_back("PD"), *(_dated_back(n, of=n) for n in ("BOR", "CBOR")))
    )
    return _reasoned(summary, options).sort(BY_READER)


def _long(options: ResponseOptions) -> pl.Expr:
    """True where lasting stable disease would be clinical benefit; null if no duration was chosen."""
    if options.clinical_benefit_weeks is None:
        return pl.lit(None, dtype=pl.Boolean)
    days = 7 * options.clinical_benefit_weeks - options.sd_window_days
    return pl.col("DAY") >= days


def fallen_back() -> pl.Expr:
    """True where disease is reported after a complete response; columns G and CLASS, sorted by time."""
    after = ever_before(_KIND == "CR", pl.col("G"))
    return (after & _KIND.is_in(("PR", "SD", "NON"))).fill_null(value=False)


def _regrown(options: ResponseOptions) -> pl.Expr:
    if options.criteria == "iRECIST" or options.reappearance == "sum":
        return pl.lit(value=False)
    return fallen_back()


def _picked(window: pl.DataFrame, name: str, rules: tuple[BestRule, ...]) -> pl.DataFrame:
    """The best response by these rules, dated by its first assessment."""
    position = first_match((rule.when, pl.lit(i)) for i, rule in enumerate(rules))
    ranked = window.with_columns(RANK=position.cast(pl.Int32))
    first = ranked.sort("G", "RANK", maintain_order=True).filter(starts(("G",)))
    kinds = {i: rule.response for i, rule in enumerate(rules)}
    return first.select(
        *BY_READER,
        pl.col("RANK").replace_strict(kinds, return_dtype=pl.String).alias(name),
        pl.col("ADT").alias(f"{name}DT"),
        pl.col("DAY").alias(f"{name}DAY"),
        pl.col("ROWID").alias(f"{name}ROW"),
        *([pl.col("CONFDT").alias(f"{name}CONFDT")] if name == "CBOR" else []),
    )


def _firsts(window: pl.DataFrame) -> pl.DataFrame:
    """First response, first confirmed response, first stable disease that counts, first progression."""
    response = _KIND.is_in(RESPONSES)
    benefit = response | (_KIND.is_in(CONTROL) & pl.col("LONG"))
    events = {
        "RSP": response,
        "CRSP": pl.col("CONF").is_not_null(),
        "SDM": _KIND.is_in(CONTROL) & _LATE,
        "CBR": benefit,
        "PD": _KIND == "PD",
    }
    dates = {f"{n}DT": pl.col("ADT").filter(when).first() for n, when in events.items()}
    row_ids = {f"{n}ROW": pl.col("ROWID").filter(when).first() for n, when in events.items()}
    return window.group_by(BY_READER, maintain_order=True).agg(
        **dates,
        **row_ids,
        UNCONF=pl.col("UNCONF").filter(response).first(),
        FIRSTRSP=_KIND.filter(response).first(),
        REGROWNDT=pl.col("ADT").filter("REGROWN").first(),
        NCOUNT=pl.len(),
    )


def _confirmed_progression(window: pl.DataFrame) -> pl.DataFrame:
    """Of the first confirmed immune progression: CONFPDDT its day, IUPDDT the day of the iUPD it confirms.

    The date of progression is that of the iUPD which was confirmed (Seymour 2017). Where the lesions do not
    tell which one that is (IPDDT), it is the first of those in a row before, with at most NE between.
    """
    kind, day = pl.col("CLASS"), pl.col("ADT")
    run = (~kind.is_in(("UPD", "NE", "PD"))).cast(pl.Int64).cum_sum()
    rows = window.with_columns(RUN=run)
    first = rows.filter(kind == "PD").unique("G", keep="first", maintain_order=True)
    waiting = rows.filter(kind == "UPD").group_by("G", "RUN").agg(WAITED=day.min())
    return first.join(waiting, on=("G", "RUN"), how="left").select(
        *BY_READER, CONFPDDT=day, IUPDDT=pl.coalesce("IPDDT", "WAITED")
    )


def _dated_back(name: str, of: str | None = None) -> pl.Expr:
    """A date that is that of the confirming iCPD as the date of the iUPD it confirms."""
    date = pl.col(f"{name}DT")
    which = (date == pl.col("CONFPDDT")) & pl.col("IUPDDT").is_not_null()
    if of is not None:
        which &= pl.col(of) == "PD"
    return pl.when(which).then("IUPDDT").otherwise(date).alias(f"{name}DT")


def _last(rows: pl.DataFrame) -> pl.DataFrame:
    """The last counted assessment of any kind, after progression too."""
    return (
        rows.filter(pl.col("ANL01FL").is_not_null())
        .group_by(BY_READER, maintain_order=True)
        .agg(
            LSTA=pl.col("CLASS").last(),
            LSTADT=pl.col("ADT").last(),
            LSTAROW=pl.col("ROWID").last(),
        )
    )


def _not_counted(rows: pl.DataFrame) -> pl.DataFrame:
    """Per subject, why assessments did not count: `2 before treatment, 1 no date`."""
    return (
        rows.filter(pl.col("ANL01FL").is_null())
        .group_by(*BY_READER, "ANLRSN", maintain_order=True)
        .len()
        .group_by(BY_READER, maintain_order=True)
        .agg(IGNORED=sentence("{} {}", "len", "ANLRSN").str.join(", "))
    )


def _reasoned(summary: pl.DataFrame, options: ResponseOptions) -> pl.DataFrame:
    """Adds REASON: how the confirmed best response came about, and what was not counted."""
    start = options.stable_from
    to_confirmed = pl.when(pl.col("CRSPDT").is_not_null()).then(
        sentence("response of {} confirmed on {}", "CBORDT", "CBORCONFDT")
    )
    to_unconfirmed = pl.when(pl.col("RSPDT").is_not_null()).then(
        sentence("{} of {} not confirmed: {}", "FIRSTRSP", "RSPDT", "UNCONF")
    )
    stable = pl.col("CBOR").is_in(("SD", "NON"))
    then = (
        pl.when(stable & pl.col("CBORDAY").is_null())
        .then(sentence("{} on {}, no anchor date: no minimum duration asked", "CBOR", "CBORDT"))
        .when(stable)
        .then(sentence("{} on day {} >= {}", "CBOR", "CBORDAY", pl.lit(start)))
        .when((pl.col("CBOR") == "PD") & pl.col("REGROWNDT").eq_missing(pl.col("CBORDT")))
        .then(sentence("disease again on {} after CR: progression by re-growth", "CBORDT"))
        .when((pl.col("CBOR") == "PD") & (pl.col("CONFPDDT") > pl.col("CBORDT")))
        .then(sentence("progression on {}, confirmed on {}", "CBORDT", "CONFPDDT"))
        .when(pl.col("CBOR") == "PD")
        .then(sentence("progression on {}", "CBORDT"))
        .when(pl.col("CBOR") == "UPD")
        .then(sentence("unconfirmed progression on {}", "CBORDT"))
        .when(pl.col("NCOUNT") > 0)
        .then(pl.lit(f"no evaluable assessment from day {start} on"))
        .otherwise(pl.lit("no counted assessment"))
    )
    main = pl.coalesce(
        to_confirmed,
        pl.concat_str(to_unconfirmed, pl.lit("; "), then),
        then,
    )
    ignored = sentence("; not counted: {}", "IGNORED").fill_null("")
    return summary.with_columns(REASON=pl.concat_str(main, ignored))
