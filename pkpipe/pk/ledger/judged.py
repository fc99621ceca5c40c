"""What is computed from the samples as collected, and again after people judged them.

The room and the review page call the same two functions, so that a value shown after a click is the value of
the next run to its last bit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from pkpipe.pk.conjugates.parameter_ratios import with_release_limited
from pkpipe.pk.ledger.applied import STRUCK, judged_by_hand, struck, without
from pkpipe.pk.ledger.effects import effects
from pkpipe.pk.ledger.entries import EFFECTS, resolved
from pkpipe.pk.parameters.profile_parameters import parameters
from pkpipe.pk.parameters.steady_state import GROUP, steady_state, troughs, with_apparent
from pkpipe.pk.samples.doses import dose_times
from pkpipe.pk.samples.placed import Placed, placed
from pkpipe.protocol.nca import NcaPlan
from pkpipe.protocol.study import Study


@dataclass(frozen=True)
class Observed:
    """Every sample in its profile, and the parameters, before anybody judged anything."""

    it: Placed
    adpp: pl.DataFrame


@dataclass(frozen=True)
class Judged:
    """The same after the exclusion ledger; `effects` and `struck` are empty without entries."""

    it: Placed
    adpp: pl.DataFrame
    steady: pl.DataFrame
    effects: pl.DataFrame
    struck: pl.DataFrame


def observed(tables: Mapping[str, pl.DataFrame], study: Study, plan: NcaPlan) -> Observed:
    """Samples of PC at the doses of ADEX, in profiles, with their parameters."""
    doses = dose_times(tables["ADEX"], study)
    it = placed(tables["PC"], tables["ADSL"], doses, study, plan)
    return Observed(it, parameters(it.drawn, it.profiles, study, plan))


def judged(
    seen: Observed,
    ledger: pl.DataFrame | None,
    study: Study,
    plan: NcaPlan,
    before: Judged | None = None,
) -> Judged:
    """The ledger applied, then what depends on all parameters of a trial.

    before: another judgement under the same plan; the trend of its troughs is taken for an analyte whose
    troughs are the same.

    Raises:
        DataError: an entry is stale, or wrong in itself.
    """
    it, adpp = seen.it, seen.adpp
    effect, out = pl.DataFrame(schema=EFFECTS), pl.DataFrame(schema=STRUCK)
    if ledger is not None and ledger.height:
        entries = resolved(ledger, it, adpp, study.cutoff)
        it = without(it, entries, plan)
        adpp = judged_by_hand(_again(seen.adpp, it, entries, study, plan), it, entries)
        effect, out = effects(seen.adpp, seen.it, adpp, entries), struck(entries)
    steady = _trend(adpp, plan, before)
    adpp = with_apparent(adpp, steady, plan.steady_state)
    adpp = with_release_limited(adpp, study, plan.conjugate)
    return Judged(it, adpp, steady, effect, out)


def _trend(adpp: pl.DataFrame, plan: NcaPlan, before: Judged | None) -> pl.DataFrame:
    """The trend of troughs; an analyte's rests on its own troughs alone."""
    if before is None:
        return steady_state(adpp, plan.steady_state)
    made_of = [*GROUP, "USUBJID", "DOSENO", "AVAL"]
    now, then = (troughs(values).select(made_of) for values in (adpp, before.adpp))
    differ = pl.concat(
        one.join(other, on=made_of, how="anti", nulls_equal=True)
        for one, other in ((now, then), (then, now))
    )
    moved = pl.col("PARCAT1").is_in(differ["PARCAT1"].unique().implode())
    again = steady_state(adpp.filter(moved), plan.steady_state)
    kept = before.steady.filter(~moved)
    return pl.concat([kept, again]).sort(*GROUP, "SCOPE", "FROMDOSE", nulls_last=True)


def _again(
    before: pl.DataFrame, it: Placed, entries: pl.DataFrame, study: Study, plan: NcaPlan
) -> pl.DataFrame:
    """The parameters computed anew, of each subject and analyte that an entry is about; others did not move.

    A profile rests on its own samples alone, so that it has the same bits with others or by itself.
    """
    named = entries.select("USUBJID", "PARCAT1").unique()
    touched = it.profiles.join(
        named.rename({"PARCAT1": "PARAMCD"}),
        on=["USUBJID", "PARAMCD"],
        how="semi",
        maintain_order="left",
    )
    again = parameters(it.drawn, touched, study, plan)
    kept = before.join(named, on=["USUBJID", "PARCAT1"], how="anti", maintain_order="left")
    order = ("PARCAT1", "USUBJID")
    return pl.concat([kept, again]).sort(*order, nulls_last=True, maintain_order=True)
