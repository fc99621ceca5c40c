"""Stratified tests, delayed entry and competing risks: every number of R survival 3.5-3, to 1e-7 or closer.

The data, the script and its answers are in pkpipe/qualify/answers/survival_declared, with their passport in
its README; `pkpipe qualify` asks them too. Here each row of R's has one row of ours, and none is over.
"""

import polars as pl
import pytest

from pkpipe.qualify.answers import ANSWERS
from pkpipe.qualify.declared_survival import FOLDER, subjects
from pkpipe.qualify.declared_survival import wanted as answers
from pkpipe.survival.comparisons.cox import cox
from pkpipe.survival.comparisons.log_rank import logrank, risk_sets
from pkpipe.survival.competing_events.incidence import incidences
from pkpipe.survival.curves.km import CONFS, curves
from pkpipe.survival.curves.quantiles import medians

pytestmark = pytest.mark.reference
SETS = sorted(path.stem for path in (ANSWERS / FOLDER / "data").glob("*.csv"))
REL = 1e-9
COX = 1e-7


def differences(got: pl.DataFrame, want: pl.DataFrame, on: list[str], names: dict[str, str]):
    """Every number that is not R's: a null on one side only, or further off than the tolerance."""
    joined = want.join(got, on=on, how="left", validate="1:1", maintain_order="left")
    assert joined.height == want.height
    return [
        (theirs, *row)
        for theirs, ours in names.items()
        for row in joined.filter(
            (pl.col(theirs).is_null() != pl.col(ours).is_null())
            | ((pl.col(theirs) - pl.col(ours)).abs() > REL * pl.col(theirs).abs().clip(1.0))
        )
        .select(*on, theirs, ours)
        .rows()
    ]


@pytest.mark.parametrize("dataset", SETS)
def test_curves_with_delayed_entry_are_r_s_at_every_time(dataset):
    want = answers("curves", dataset)
    for conf in CONFS:
        got = curves(subjects(dataset), by=["group"], conf=conf).rename({"TIME": "time"})
        exits = got.filter(pl.col("NEVENT") + pl.col("NCENSOR") > 0)
        assert exits.height == want.height  # a time at which nobody ends is a row of ours alone
        short = conf.replace("-", "")
        names = {"n_risk": "NRISK", "n_event": "NEVENT", "n_censor": "NCENSOR", "surv": "SURV"}
        names |= {"se": "SE", f"lower_{short}": "LOWER", f"upper_{short}": "UPPER"}
        assert differences(exits, want, ["group", "time"], names) == []


@pytest.mark.parametrize("dataset", SETS)
def test_medians_with_delayed_entry_are_r_s(dataset):
    curve = curves(subjects(dataset), by=["group"])
    names = {"median": "ESTIMATE", "lower": "LOWER", "upper": "UPPER"}
    assert (
        differences(medians(curve, ["group"]), answers("medians", dataset), ["group"], names) == []
    )


OF_SEVERAL_KINDS = [s for s in SETS if answers("incidence", s).height]


@pytest.mark.parametrize("dataset", OF_SEVERAL_KINDS)
def test_cumulative_incidences_and_their_errors_are_r_s_at_every_time(dataset):
    want = answers("incidence", dataset)
    kinds = want["kind"].unique().sort().to_list()
    for conf in CONFS:
        got = incidences(subjects(dataset), kinds, ["group"], conf)
        got = got.rename({"TIME": "time", "KIND": "kind"})
        short = conf.replace("-", "")
        names = {"n_risk": "NRISK", "n_event": "NEVENT", "cif": "CIF", "se": "SE"}
        limits = {f"lower_{short}": "LOWER", f"upper_{short}": "UPPER"}
        on = ["group", "kind", "time"]
        assert differences(got, want, on, names) == []
        # R has limits 0 to 0 on the plain scale before the first event of a kind; we have none
        assert differences(got, want.filter(pl.col("cif") > 0), on, limits) == []


def close(got, want, rel):
    return got is not None and abs(got - want) <= rel * max(1.0, abs(want))


COMPARED = [s for s in SETS if answers("logrank", s).height]


@pytest.mark.parametrize("dataset", COMPARED)
def test_stratified_logrank_tests_are_r_s(dataset):
    rows = subjects(dataset)
    for want in answers("logrank", dataset).iter_rows(named=True):
        own = pl.col("KIND") == want["kind"]
        event = pl.lit(want["kind"] == "any") & (pl.col("EVENT") == 1) | own.fill_null(value=False)
        frame = rows.with_columns(EVENT=event.cast(pl.Int64))
        got = logrank(risk_sets(frame, "TIME", "EVENT", "group", ["stratum"]), want["rho"])
        assert got.df == want["df"]
        assert close(got.chisq, want["chisq"], REL), (want, got)
        assert close(got.p, want["p"], COX), (want, got)


@pytest.mark.parametrize("dataset", COMPARED)
def test_stratified_cox_models_are_r_s(dataset):
    table = answers("cox", dataset)
    sets = risk_sets(subjects(dataset), "TIME", "EVENT", "group", ["stratum"])
    for ties in ("efron", "breslow"):
        want = table.filter(ties=ties)
        got = cox(sets, sets.groups[0], ties)
        assert got.reason is None
        first = want.row(0, named=True)
        assert close(got.loglik_null, first["loglik_null"], COX)
        assert close(got.loglik, first["loglik"], COX)
        assert close(got.score_chisq, first["score"], COX)
        assert close(got.wald_chisq, first["wald"], COX)
        mine = got.table(0.95).rename({"GROUP": "group"})
        names = {"coef": "COEF", "se": "SE", "p": "P", "lower": "LOWER", "upper": "UPPER"}
        joined = want.join(mine, on="group", validate="1:1")
        assert joined.height == len(got.groups)
        wrong = [
            (theirs, row)
            for theirs, ours in names.items()
            for row in joined.select(theirs, ours).rows()
            if not close(row[1], row[0], COX)
        ]
        assert wrong == []
