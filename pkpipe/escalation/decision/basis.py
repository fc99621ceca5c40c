"""What recorded decisions rest on: the run the meeting saw, its approval, and what changed there since."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.escalation.engine.rules import ESCALATE
from pkpipe.escalation.subjects.evaluability import as_of_each, judged
from pkpipe.protocol.escalation import EscalationPlan
from pkpipe.sentences import sentence

C: Final = pl.col
# Columns of the log by those of APPROVAL.
BASIS: Final = {
    "run": "RUN",
    "run_state": "STATE",
    "proposed": "PROPOSED",
    "approved_by": "APPRBY",
    "approved_on": "APPRDT",
}
SAME: Final = ("LEVEL", "STATE", "DLTFL")
NOBODY: Final = "not dosed"


def with_basis(log: pl.DataFrame, approval: pl.DataFrame | None) -> pl.DataFrame:
    """A log with the run that each decision names and who approved it; empty where it names none."""
    if approval is None:
        empty = {name: pl.Date if name.endswith("_on") else pl.String for name in BASIS}
        return log.with_columns(pl.lit(None, dtype=kind).alias(n) for n, kind in empty.items())
    found = approval.select(C("MANIFEST").alias("manifest"), **{n: C(c) for n, c in BASIS.items()})
    return log.join(found, on="manifest", how="left", maintain_order="left")


def changed_since(
    log: pl.DataFrame, seen: pl.DataFrame | None, records: pl.DataFrame, plan: EscalationPlan
) -> pl.Series:
    """Of each decision the subjects who stand otherwise now than in the run the meeting saw, in words.

    Asked of a decision on the data of that run's cutoff; null: nobody does, or there is no such run.
    """
    rows = log.with_row_index("entry").with_columns(C("entry").cast(pl.String))
    none = pl.Series("changed", [None] * log.height, dtype=pl.String)
    if seen is None or seen.is_empty() or rows.is_empty():
        return none
    same_cutoff = C("run").str.slice(0, 10) == C("cutoff").cast(pl.String)
    asked = rows.filter(C("manifest").is_in(seen["MANIFEST"].unique().to_list()) & same_cutoff)
    then = asked.select("entry", MANIFEST="manifest").join(seen, on="MANIFEST").drop("MANIFEST")
    now = _now(asked, records, plan)
    both = then.join(now, on=["entry", "USUBJID"], how="full", coalesce=True, suffix="_NOW")
    differs = pl.any_horizontal(C(n).ne_missing(C(f"{n}_NOW")) for n in SAME)
    told = (
        both.filter(differs)
        .sort("entry", "USUBJID")
        .with_columns(SAID=sentence("{}: {} > {}", "USUBJID", _words(""), _words("_NOW")))
        .group_by("entry", maintain_order=True)
        .agg(changed=C("SAID").str.join("; "))
    )
    return rows.join(told, on="entry", how="left", maintain_order="left")["changed"]


def _now(asked: pl.DataFrame, records: pl.DataFrame, plan: EscalationPlan) -> pl.DataFrame:
    """The subjects dosed by each decision's cutoff, judged as of it with the data as they are now."""
    about = as_of_each(asked.select(CASE="entry", AS_OF="cutoff"), records)
    dosed = judged(about, plan).filter(C("TRTSDT") <= C("AS_OF"))
    return dosed.select("USUBJID", *SAME, entry="CASE")


def _words(ending: str) -> pl.Expr:
    """A subject's level, state and DLT flag as they stand."""
    state = pl.concat_str(
        C(f"LEVEL{ending}"),
        C(f"STATE{ending}"),
        pl.when(C(f"DLTFL{ending}") == "Y").then(pl.lit("DLT")),
        separator=" ",
        ignore_nulls=True,
    )
    return pl.when(C(f"STATE{ending}").is_null()).then(pl.lit(NOBODY)).otherwise(state)


def with_first_dose(log: pl.DataFrame, records: pl.DataFrame, *, virtual: bool) -> pl.DataFrame:
    """FIRST_DOSE at the level that a decision opened, and KEPT: neither before it nor before its approval.

    virtual: the days of a virtual trial are not those of the clock that signs.
    """
    first = (
        records.filter(C("COUNTS") & C("TRTSDT").is_not_null())
        .group_by(next_level=C("LEVEL"))
        .agg(first_dose=C("TRTSDT").min())
    )
    opens = (C("decision") == ESCALATE) & C("next_level").is_not_null()
    opening = opens & pl.when(opens).then("next_level").is_first_distinct()
    signed = pl.lit(None, dtype=pl.Date) if virtual else C("approved_on")
    due = pl.max_horizontal("date", signed)
    kept = pl.when(C("first_dose") < due).then(pl.lit("N")).otherwise(pl.lit("Y"))
    return (
        log.join(first, on="next_level", how="left", maintain_order="left")
        .with_columns(first_dose=pl.when(opening).then("first_dose"))
        .with_columns(kept=pl.when(C("first_dose").is_not_null()).then(kept))
    )
