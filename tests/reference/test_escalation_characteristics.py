"""Operating characteristics and comparators against independent programs."""

from __future__ import annotations

import csv
from dataclasses import replace
from decimal import Decimal, localcontext

import numpy as np
import pytest

from pkpipe.escalation.characteristics.exact import exact_characteristics
from pkpipe.escalation.characteristics.graph import reachable
from pkpipe.escalation.characteristics.scenario import Scenario
from pkpipe.escalation.engine.design import Design
from pkpipe.escalation.engine.interval_designs import (
    boin_boundaries,
    excluded,
    mtpi2_letter,
    mtpi2_masses,
    prob_above,
)
from pkpipe.escalation.engine.selection import isotonic_rates, nearest_to_target
from pkpipe.qualify.answers import ANSWERS
from pkpipe.qualify.dose_decisions import fitted, listed, trial_of

HERE = ANSWERS / "escalation"

pytestmark = pytest.mark.reference


def rows(name):
    with (HERE / name).open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("rational", [False, True], ids=["extended precision", "fractions"])
@pytest.mark.parametrize("row", rows("oc_scenarios.csv"), ids=lambda r: r["scenario"])
def test_every_characteristic_of_a_scenario(row, rational):
    found = exact_characteristics(*trial_of(row), rational=rational)
    got = {(q, level or ""): value for q, level, value, _ in found.iter_rows()}
    want = {
        (r["quantity"], r["level"]): float(r["value"])
        for r in rows("answers.csv")
        if r["scenario"] == row["scenario"]
    }
    assert got.keys() == want.keys()
    assert got == pytest.approx(want, rel=1e-12, abs=1e-15)


def test_the_classical_rule_without_expansion_of_the_level_below():
    design = replace(Design.plain("ABC"), mtd_subjects=3)
    found = exact_characteristics(design, Scenario.of([0.1, 0.25, 0.45]))
    got = {(q, level): v for q, level, v, _ in found.iter_rows()}
    want = {
        ("P_no_tolerable_dose", None): 0.093853,
        ("P_MTD", "A"): 0.362592,
        ("P_MTD", "B"): 0.416190,
        ("P_MAD_reached", "C"): 0.127365,
    }
    assert {k: got[k] for k in want} == pytest.approx(want, abs=5e-7)


def test_the_plain_design_reaches_1901_states_over_one_to_five_levels():
    assert sum(len(reachable(Design.plain("ABCDE"[:k]))) for k in range(1, 6)) == 1901


def test_boin_boundaries():
    for row in rows("comparators/boin_boundaries.csv"):
        got = boin_boundaries(float(row["target"]), int(row["n"]))
        assert (got.lambda_e, got.lambda_d) == pytest.approx(
            (float(row["lambda_e"]), float(row["lambda_d"])), rel=1e-14
        )
        out = "NA" if got.eliminate_if_dlt_ge is None else str(got.eliminate_if_dlt_ge)
        assert (str(got.escalate_if_dlt_le), str(got.deescalate_if_dlt_ge), out) == (
            row["escalate_if_dlt_le"],
            row["deescalate_if_dlt_ge"],
            row["eliminate_if_dlt_ge"],
        )


def test_boin_selects_the_level_nearest_to_the_target_by_isotonic_regression():
    for row in rows("comparators/boin_select_mtd.csv"):
        n, y = (np.array([listed(row[c])], dtype=int) for c in ("n", "dlt"))
        shown = ["----" if np.isnan(p) else f"{p:.2f}" for p in isotonic_rates(n, y)[0]]
        assert "|".join(shown) == row["p_hat"]
        assert nearest_to_target(n, y, n > 0, float(row["target"]))[0] + 1 == int(row["mtd"])


def test_mtpi2_letters_and_masses():
    for row in rows("comparators/mtpi2_table.csv"):
        target, low, high = (float(row[c]) for c in ("target", "epsilon1", "epsilon2"))
        n, y = int(row["n"]), int(row["dlt"])
        letter = mtpi2_letter(target, low, high, n, y)
        assert letter == row["decision"], (n, y)
        out = "U" if excluded(target, n, y) else letter
        assert out == row["decision_with_exclusion"], (n, y)
        want = [
            float(row[c])
            for c in ("upm_under", "upm_equivalent", "upm_over", "prob_p_above_target")
        ]
        got = [*mtpi2_masses(target, low, high, n, y), prob_above(target, n, y)]
        assert got == pytest.approx(want, rel=1e-12)


@pytest.mark.parametrize(
    "row",
    rows("comparators/crm_examples.csv"),
    ids=lambda r: f"{r['example']} {r['model']} {r['method']}",
)
def test_crm_estimates_rates_and_level(row):
    fit = fitted(row)
    near = 1e-11 if row["method"] == "bayes" else 2e-8  # see the passport
    assert fit.estimate == pytest.approx(float(row["estimate"]), abs=near)
    assert fit.estimate == pytest.approx(float(row["dfcrm_estimate"]), abs=2e-5)
    assert fit.p_dlt.tolist() == pytest.approx(listed(row["ptox"]), abs=near)
    assert fit.mtd + 1 == int(row["mtd"]) == int(row["dfcrm_mtd"])
    if row["post_var"] != "NA":
        assert fit.variance == pytest.approx(float(row["post_var"]), abs=near)


def test_the_likelihood_estimate_is_the_root_of_the_score_to_sixteen_digits():
    row = next(
        r
        for r in rows("comparators/crm_examples.csv")
        if (r["example"], r["model"], r["method"]) == ("manual_crm", "empiric", "mle")
    )
    with localcontext() as context:
        context.prec = 40
        skeleton = [Decimal(s) for s in row["skeleton"].split("|")]
        seen = list(zip(listed(row["level"]), listed(row["dlt"]), strict=True))

        def score(b):
            terms = [skeleton[int(level) - 1].ln() * b.exp() for level, _ in seen]
            return sum(
                t if dlt else -t.exp() * t / (1 - t.exp())
                for t, (_, dlt) in zip(terms, seen, strict=True)
            )

        low, high = Decimal(-1), Decimal(1)
        for _ in range(120):
            middle = (low + high) / 2
            low, high = (middle, high) if score(middle) > 0 else (low, middle)
    assert fitted(row).estimate == pytest.approx(float(low), rel=1e-14)
