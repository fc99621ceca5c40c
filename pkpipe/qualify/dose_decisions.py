"""Escalation: decisions, whole trials, conduct, operating characteristics, and the other designs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
import polars as pl

from pkpipe.escalation.characteristics.exact import exact_characteristics
from pkpipe.escalation.characteristics.scenario import Scenario
from pkpipe.escalation.comparators.crm import Fit, bayes, maximum_likelihood
from pkpipe.escalation.conformance.cases import judge_case
from pkpipe.escalation.decision.decision_sentences import answer_frame
from pkpipe.escalation.decision.states_as_text import read_states
from pkpipe.escalation.engine.decide import decide
from pkpipe.escalation.engine.design import Design
from pkpipe.escalation.engine.interval_designs import (
    boin_boundaries,
    excluded,
    mtpi2_letter,
    mtpi2_masses,
    prob_above,
)
from pkpipe.escalation.engine.selection import isotonic_rates, nearest_to_target
from pkpipe.protocol.file_reading.escalation_file import load_plan
from pkpipe.qualify.answers import words_of
from pkpipe.qualify.compared_answers import Requirement, facts, numbers, pairs, texts
from pkpipe.shipped import root

C: Final = pl.col
AREA: Final = "escalation"
FOLDER: Final = "escalation"
OTHERS: Final = "escalation/comparators"
MACHINE: Final = "state machine written from the protocol text; plain 3+3: R escalation 0.2.3"


def _asked(place: int, words: str, source: str, tolerance: str = "equal") -> Requirement:
    return Requirement(f"OQ-ESC-{place}", AREA, words, source, tolerance)


CASES: Final = _asked(1, "Every state gets the expected decision, rules and assumptions", MACHINE)
PATHS: Final = _asked(2, "Every step of every trial gets the expected decision", MACHINE)
CONDUCT: Final = _asked(
    3, "Conduct of worked examples is judged as by hand", "worked by hand from the protocol text"
)
CHARACTERISTICS: Final = _asked(
    *(4, "Operating characteristics of a design are exact"),
    "rational arithmetic; plain 3+3 of three levels: R escalation 0.2.3",
    "relative 1e-9",
)
BOIN: Final = _asked(
    5, "Boundaries and the selected level of BOIN", "R BOIN 2.7.2", "1e-14; counts equal"
)
MTPI2: Final = _asked(
    6, "Decisions and probability masses of mTPI-2", "R escalation 0.2.3", "1e-12; letters equal"
)
CRM: Final = _asked(
    *(7, "Estimate, rates and level of the CRM"),
    "quadrature to 12 digits; maximum likelihood by minimiser",
    "absolute 1e-11 (Bayes), 2e-8 (likelihood)",
)
DFCRM: Final = _asked(8, "Estimate and level of the CRM", "R dfcrm 0.2-2.1", "absolute 2e-5")
ANSWER: Final = ("decision", "next_level", "n_to_enrol", "mtd", "mad", "mode")
REASONS: Final = ("rules", "assumptions")


def checks() -> Iterator[pl.DataFrame]:
    """Every check of the escalation."""
    designs = {
        "3+3": Design.plain("ABCDEF"),
        "BAT6026": Design.of(load_plan(root() / "config" / "bat6026.yaml")),
    }
    for name, design in designs.items():
        cases = words_of(FOLDER, "cases.csv").filter(design=name)
        yield _answered(CASES, design, cases, C("case_id"), (*ANSWER, *REASONS))
        steps = words_of(FOLDER, "trial_paths.csv").filter(design=name)
        step = pl.concat_str("trial_id", pl.lit(" step "), "step")
        yield _answered(PATHS, design, steps, step, ANSWER)
    yield _conduct()
    yield from _characteristics()
    yield from _boin()
    yield from _mtpi2()
    yield from _crm()


def _answered(
    of: Requirement,
    design: Design,
    asked: pl.DataFrame,
    item: pl.Expr,
    columns: tuple[str, ...],
) -> pl.DataFrame:
    rows = asked.select(
        pl.int_range(pl.len()).cast(pl.String).alias("case_id"),
        *("highest_open_level", "current_level", "levels"),
    )
    states, _ = read_states(design, rows, "answers")
    got = answer_frame(states, decide(design, states))
    parts = [
        pl.DataFrame(
            {
                "item": asked.select(pl.concat_str(item, pl.lit(f" {name}"))).to_series(),
                "expected": asked[f"expected_{name}" if name == "decision" else name],
                "got": got[name].cast(pl.String).replace("", None),
            }
        )
        for name in columns
    ]
    return texts(of, pl.concat(parts).with_columns(C("expected").replace("", None)))


def _conduct() -> pl.DataFrame:
    rows = [
        (
            f"{r['case_id']} {r['rule']}",
            r["expected"],
            judge_case(r["rule"], json.loads(r["inputs_json"])),
        )
        for r in words_of(FOLDER, "conformance_cases.csv").iter_rows(named=True)
    ]
    return facts(CONDUCT, rows)


def listed(text: str | None) -> list[float]:
    """Numbers of one cell, a stroke between them."""
    return [float(part) for part in text.split("|")] if text else []


def trial_of(row: Mapping[str, Any]) -> tuple[Design, Scenario]:
    """Design and true chances of one row of oc_scenarios.csv."""
    titration = len(row["titration_levels"] or "")
    design = Design.plain(row["levels"], titration=titration)
    p_dlt, p_grade2 = listed(row["p_dlt"]), listed(row["p_grade2_titration"])
    spared = [*p_grade2, *[None] * (len(p_dlt) - len(p_grade2))]
    return replace(design, mtd_subjects=int(row["mtd_n"])), Scenario.of(p_dlt, spared)


def _characteristics() -> Iterator[pl.DataFrame]:
    answers = words_of(FOLDER, "answers.csv").with_columns(C("value").cast(pl.Float64))
    for row in words_of(FOLDER, "oc_scenarios.csv").iter_rows(named=True):
        found = exact_characteristics(*trial_of(row))
        got = found.select("quantity", "level", got="value")
        want = answers.filter(scenario=row["scenario"])
        both = want.join(
            got, on=["quantity", "level"], how="left", nulls_equal=True, maintain_order="left"
        )
        item = pl.concat_str("scenario", "quantity", "level", separator=" ", ignore_nulls=True)
        rows = both.select(item=item, expected="value", got="got")
        yield numbers(CHARACTERISTICS, rows, 1e-9, least=1e-6)


def _boin() -> Iterator[pl.DataFrame]:
    rates, counts = [], []
    for row in words_of(OTHERS, "boin_boundaries.csv").iter_rows(named=True):
        target = float(row["target"])
        got = boin_boundaries(target, int(row["n"]))
        about = f"target {target:g} n {row['n']}"
        rates += [
            (f"{about} {n}", float(row[n]), float(getattr(got, n)))
            for n in ("lambda_e", "lambda_d")
        ]
        for name in ("escalate_if_dlt_le", "deescalate_if_dlt_ge", "eliminate_if_dlt_ge"):
            value = getattr(got, name)
            counts.append((f"{about} {name}", row[name], "NA" if value is None else str(value)))
    for row in words_of(OTHERS, "boin_select_mtd.csv").iter_rows(named=True):
        n, y = (np.array([listed(row[c])], dtype=int) for c in ("n", "dlt"))
        shown = ["----" if np.isnan(p) else f"{p:.2f}" for p in isotonic_rates(n, y)[0]]
        level = int(nearest_to_target(n, y, n > 0, float(row["target"]))[0]) + 1
        about = f"selected after n {row['n']}, DLT {row['dlt']}:"
        counts += [(f"{about} rates", row["p_hat"], "|".join(shown))]
        counts += [(f"{about} level", row["mtd"], str(level))]
    yield pairs(BOIN, rates, 1e-14)
    yield facts(BOIN, counts)


def _mtpi2() -> Iterator[pl.DataFrame]:
    letters, masses = [], []
    names = ("upm_under", "upm_equivalent", "upm_over", "prob_p_above_target")
    for row in words_of(OTHERS, "mtpi2_table.csv").iter_rows(named=True):
        target, low, high = (float(row[c]) for c in ("target", "epsilon1", "epsilon2"))
        n, y = int(row["n"]), int(row["dlt"])
        letter, about = mtpi2_letter(target, low, high, n, y), f"target {target:g} {y} of {n}"
        letters.append((f"{about} decision", row["decision"], letter))
        out = "U" if excluded(target, n, y) else letter
        letters.append((f"{about} with exclusion", row["decision_with_exclusion"], out))
        got = [*mtpi2_masses(target, low, high, n, y), prob_above(target, n, y)]
        masses += [
            (f"{about} {name}", float(row[name]), float(value))
            for name, value in zip(names, got, strict=True)
        ]
    yield facts(MTPI2, letters)
    yield pairs(MTPI2, masses, 1e-12)


def _crm() -> Iterator[pl.DataFrame]:
    for row in words_of(OTHERS, "crm_examples.csv").iter_rows(named=True):
        fit, near = fitted(row), 1e-11 if row["method"] == "bayes" else 2e-8
        about = f"{row['example']} {row['model']} {row['method']}"
        found = [(f"{about} estimate", float(row["estimate"]), float(fit.estimate))]
        rates = zip(listed(row["ptox"]), fit.p_dlt.tolist(), strict=True)
        found += [(f"{about} rate {i}", p, q) for i, (p, q) in enumerate(rates, start=1)]
        if row["post_var"] != "NA":
            found.append((f"{about} variance", float(row["post_var"]), float(fit.variance or 0)))
        yield pairs(CRM, found, near, least=1.0)
        yield facts(CRM, [(f"{about} level", row["mtd"], str(fit.mtd + 1))])
        theirs = (f"{about} estimate", float(row["dfcrm_estimate"]), float(fit.estimate))
        yield pairs(DFCRM, [theirs], 2e-5, least=1.0)
        yield facts(DFCRM, [(f"{about} level", row["dfcrm_mtd"], str(fit.mtd + 1))])


def fitted(row: Mapping[str, Any]) -> Fit:
    """The CRM of one row of crm_examples.csv."""
    skeleton = np.array(listed(row["skeleton"]))
    level, dlt = (np.array(listed(row[c]), dtype=int) for c in ("level", "dlt"))
    n = np.bincount(level - 1, minlength=len(skeleton))
    y = np.bincount(level - 1, weights=dlt, minlength=len(skeleton)).astype(int)
    fit = {"bayes": bayes, "mle": maximum_likelihood}[row["method"]]
    return fit(skeleton, row["model"], n, y, float(row["target"]))
