"""The pharmacokinetics of a run in this process, by the functions of its room: every bit is that of a run.

What was computed stays until a table it rests on, or the ledger, is another one. All profiles of an analyte
are computed together, as the room does: the last bit of a value can depend on how many there are.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.pk.ledger.entries import followed
from pkpipe.pk.ledger.judged import Judged, Observed, judged, observed
from pkpipe.pk.parameters.profile_parameters import summary_kinds
from pkpipe.pk.parameters.terminal_fits import terminal_fits
from pkpipe.pk.summaries.pk_summary_tables import STAT_KEYS, parameter_summary
from pkpipe.protocol.nca import NcaPlan
from pkpipe.review.study_run import INPUTS, Reviewed

C: Final = pl.col
SUMMARY_KEY: Final = (*STAT_KEYS, "STAT")


@dataclass(frozen=True)
class State:
    """What the parameters, fits and summaries of a run are under one ledger."""

    seen: Observed
    found: Judged
    fits: pl.DataFrame
    summary: pl.DataFrame


class Kinetics:
    """The profiles of a run, before and after judgements."""

    def __init__(self, run: Reviewed) -> None:
        self._run = run
        self._lock = threading.RLock()
        self._seen: tuple[object, Observed] | None = None
        self._states: dict[object, State] = {}

    def seen(self) -> Observed:
        """Samples and parameters before anybody judged anything."""
        with self._lock:
            mark = self._run.mark(*INPUTS)
            if self._seen is None or self._seen[0] != mark:
                self._states.clear()
                found = observed(self._inputs(), self._run.study, self._run.plan)
                self._seen = (mark, found)
            return self._seen[1]

    def state(self, ledger: pl.DataFrame) -> State:
        """Everything under these entries.

        Raises:
            DataError: an entry cannot be applied; each is named.
        """
        with self._lock:
            seen = self.seen()
            key = ledger.write_json()
            if key not in self._states:
                while len(self._states) > 4:
                    self._states.pop(next(iter(self._states)))
                before = next(iter(self._states.values()), None)
                self._states[key] = _state(seen, ledger, self._run, self._run.plan, before)
            return self._states[key]

    def under(self, plan: NcaPlan, ledger: pl.DataFrame) -> tuple[State, int]:
        """Everything under another plan, which is not kept; how many entries are about values it changes."""
        with self._lock:
            seen = observed(self._inputs(), self._run.study, plan)
            found = followed(ledger, seen.it, seen.adpp, self._run.study.cutoff)
            kept = ledger.join(
                found.filter(applicable()), on="ENTRY", how="semi", maintain_order="left"
            )
            return _state(seen, kept, self._run, plan), ledger.height - kept.height

    def _inputs(self) -> dict[str, pl.DataFrame]:
        """What the room reads; without the section `nca` it analyses no concentration."""
        names = {name.partition("/")[2]: name for name in INPUTS}
        tables = {short: self._run.table(name) for short, name in names.items()}
        return tables if self._run.study.nca is not None else {**tables, "PC": tables["PC"].clear()}

    def followed(self, ledger: pl.DataFrame) -> pl.DataFrame:
        """Every entry with the record it points to, and whether it can be applied: STALE, N, AGAINST."""
        seen = self.seen()
        return followed(ledger, seen.it, seen.adpp, self._run.study.cutoff)

    def sound(self, ledger: pl.DataFrame) -> pl.DataFrame:
        """The entries that can be applied as they are."""
        if ledger.is_empty():
            return ledger
        found = self.followed(ledger).filter(applicable())
        return ledger.join(found, on="ENTRY", how="semi", maintain_order="left")


def applicable() -> pl.Expr:
    """Whether an entry is neither stale, nor about several records, nor against another one."""
    return ~C("STALE") & (C("N") <= 1) & C("AGAINST").is_null()


def _state(
    seen: Observed,
    ledger: pl.DataFrame,
    run: Reviewed,
    plan: NcaPlan,
    before: State | None = None,
) -> State:
    found = judged(seen, ledger, run.study, plan, None if before is None else before.found)
    fits = terminal_fits(found.adpp, found.it, run.study, plan)
    return State(seen, found, fits, _summary(found.adpp, plan, before))


def _summary(adpp: pl.DataFrame, plan: NcaPlan, before: State | None) -> pl.DataFrame:
    """The summaries; those of an analyte whose values did not move are those of before."""
    if before is None:
        return parameter_summary(adpp, summary_kinds(), plan.summary)
    codes = adpp["PARCAT1"].unique().to_list()
    own = [(adpp.filter(C("PARCAT1") == code), code) for code in codes]
    old = before.found.adpp
    moved = [code for part, code in own if not part.equals(old.filter(C("PARCAT1") == code))]
    values = adpp.filter(C("PARCAT1").is_in(moved))
    again = parameter_summary(values, summary_kinds(), plan.summary)
    kept = before.summary.filter(C("PARCAT1").is_in(codes), ~C("PARCAT1").is_in(moved))
    return pl.concat([kept, again.select(kept.columns)])


def moved(before: State, after: State) -> pl.DataFrame:
    """Every summary that differs: its key, OLD and NEW, and why there is none."""
    key = [*SUMMARY_KEY]
    wide = before.summary.select(*key, "AVALU", OLD="AVAL", WHYOLD="REASON", NOLD="N").join(
        after.summary.select(*key, NEW="AVAL", WHYNEW="REASON", NNEW="N"),
        on=key,
        how="full",
        coalesce=True,
        nulls_equal=True,
        maintain_order="left_right",
    )
    return wide.filter(C("OLD").ne_missing(C("NEW")))
