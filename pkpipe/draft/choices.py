"""Choices of the analysis that no data show: those of the methods, for the analysis plan to confirm."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import polars as pl

from pkpipe.draft.delivered import Delivery
from pkpipe.draft.key_lines import guessed, left_open, line, sure
from pkpipe.draft.measured import assays, earliest, predose_hours
from pkpipe.draft.study_and_cohorts import Dosing
from pkpipe.schema.codelists import CAUSALITY, UNRELATED

C: Final = pl.col
PLAN: Final = "analysis plan"
SLOW: Final = ("antibody", "adc")
Choice = tuple[str, object, str]
"""A key, its value, and where the value is from."""

NCA: Final[tuple[Choice, ...]] = (
    ("auc_method", "linear_up_log_down", "methods 5.2"),
    ("blq", {"first": "zero", "middle": "drop", "last": "keep"}, "methods CONC-NCA"),
    (
        "start",
        {"infusion": "zero", "extravascular": "zero", "bolus": "back_extrapolate"},
        "methods NCA-P2",
    ),
    ("predose_to_start", True, "methods NCA-P2"),
    ("predose_window", "window", "h before the dose; the protocol's window of predose samples"),
    ("trough_window", "window", "h; as above"),
    ("allowed_late_hours", "late", "h that a dose may be late and still close a profile"),
    (
        "lambda_z",
        {
            "min_points": 3,
            "r2adj_tolerance": 0.0001,
            "cmax": "exclude",
            "during_infusion": "exclude",
            "rising": "ignore",
        },
        "methods 5.3, NCA-P3",
    ),
    ("tau_edge", {"min_coverage": 0.8}, "methods 5.2"),
    (
        "accept",
        {"r2adj_min": 0.8, "span_min": 2, "extrapolated_max": 20, "half_life_within_window": True},
        "methods 5.3",
    ),
    ("time_basis", "actual", "methods TIME-5"),
    ("single_dose_profiles", True, "methods 5.4: the first profile is taken to infinity"),
    (
        "summary",
        {
            "window": "protocol",
            "blq_share_max_geometric": 0.3333,
            "blq_share_max_mean": 0.5,
            "min_n_spread": 3,
            "dose_deviation_max_percent": 10,
        },
        "methods TIME-4, CONC-SUM, DOSE-3",
    ),
)
IMMUNOGENICITY: Final[tuple[Choice, ...]] = (
    ("missing_baseline", "separate", "Shankar 2014: a line of its own"),
    ("boosted", {"ratio": 4}, "FDA 2019: two dilution steps of a two-fold series"),
    ("persistent_days", 112, "Shankar 2014: 16 weeks"),
    ("short_followup", "indeterminate", "Shankar 2014 is read in two ways"),
)
RESPONSE: Final[tuple[Choice, ...]] = (
    ("criteria", ["RECIST 1.1"], "the protocol names them"),
    ("anchor", "treatment", "randomization where the trial is randomised"),
    ("confirmation", True, "RECIST 1.1: where response is the endpoint and nobody is randomised"),
    ("sd_min_days", 42, "RECIST 1.1: 6 to 8 weeks"),
    ("sd_window_days", 0, PLAN),
    ("confirm_days", 28, "RECIST 1.1: at least 4 weeks"),
    ("max_ne", 1, PLAN),
    ("accept_sd", False, PLAN),
    ("clinical_benefit_weeks", 24, PLAN),
    ("too_small_mm", 5, "RECIST 1.1"),
)
SURVIVAL: Final[tuple[Choice, ...]] = (
    ("endpoints", ["PFS", "OS", "DOR", "TTR"], PLAN),
    ("scheme", "A", "FDA 2018, documented progression"),
    ("sensitivity", [], PLAN),
    ("response", "confirmed", "methods EFF-DOR"),
    ("conf", "log-log", "methods KM-2"),
    ("level", 0.95, "methods KM-2"),
    ("landmarks_months", [3, 6, 12], PLAN),
    ("min_at_risk", 3, PLAN),
    ("min_n_curve", 5, PLAN),
    ("month_days", 30.4375, "methods TIME-8"),
)


def analysis(delivery: Delivery, drugs: list[Dosing], like: str) -> Iterator[str]:
    """Every section of choices that the tables give a reason for."""
    if delivery.has("PC", "PCTESTCD"):
        yield from _nca(like, max(predose_hours(like), earliest(delivery)))
        yield ""
    found = assays(delivery, drugs)
    if found:
        yield from _immunogenicity(found)
        yield ""
    if delivery.has("RS") or delivery.has("TR"):
        yield from _response(delivery)
        yield ""
        yield from _survival()
        yield ""
    yield from _safety(delivery)


def _nca(like: str, hours: float) -> Iterator[str]:
    yield "nca:"
    for name, value, why in NCA:
        given = {"window": hours, "late": 72 if like in SLOW else 4}.get(str(value), value)
        yield line(2, name, given, why)


def _immunogenicity(found: list[tuple[Dosing, dict[str, str | None]]]) -> Iterator[str]:
    yield "immunogenicity:"
    yield "  assays:"
    for drug, steps in found:
        told = ", ".join(f"{step}: {test or 'null'}" for step, test in steps.items())
        why = (
            line(0, "x", "y", "ISTESTCD, each step by the words of its test")
            .partition("y")[2]
            .strip()
        )
        yield f"    - {{drug: {drug.code}, {told}, mrd_titre: null, drug_tolerance: null}} {why}"
    yield from _lines(IMMUNOGENICITY)


def _response(delivery: Delivery) -> Iterator[str]:
    rows = delivery.table("RS") if delivery.has("RS") else delivery.table("TR")
    column = "RSEVAL" if "RSEVAL" in rows.columns else "TREVAL"
    readers = rows[column].drop_nulls().unique().sort().to_list() if column in rows.columns else []
    leads = next(
        (r for r in readers if r.upper() == "INVESTIGATOR"), (readers or ["INVESTIGATOR"])[0]
    )
    yield "response:"
    yield line(2, "evaluator", leads.upper(), f"{column}: {', '.join(readers) or 'not there'}")
    derived = delivery.has("TR", "TRSTRESN")
    why = "lesions are collected" if derived else "only responses are collected"
    yield line(2, "primary", "derived" if derived else "reported", why)
    yield from _lines(RESPONSE)


def _survival() -> Iterator[str]:
    yield "survival:"
    yield from _lines(SURVIVAL)


def _lines(choices: Iterable[Choice]) -> Iterator[str]:
    return (line(2, name, value, why) for name, value, why in choices)


def _safety(delivery: Delivery) -> Iterator[str]:
    yield "safety:"
    yield left_open(2, "meddra", "safety.meddra")
    graded = delivery.has("AE", "AETOXGR")
    yield left_open(
        2, "ctcae", "safety.ctcae", "" if graded else "AE has no AETOXGR: none is an answer"
    )
    yield left_open(2, "teae_days", "safety.teae_days")
    yield line(2, "teae_window_days", 0, "no visit window is added")
    yield left_open(2, "teae_ends_with_new_therapy", "safety.teae_ends_with_new_therapy")
    yield guessed("  irae_days: null", "no immune-related events are followed longer")
    if not delivery.has("AE", "AEREL"):
        yield sure(2, "related_values", [], "AE has no AEREL")
        return
    words = delivery.table("AE")["AEREL"].drop_nulls().unique().sort().to_list()
    related = [word for word in words if _related(word)]
    yield line(2, "related_values", related, f"AEREL: {', '.join(words)}")


def _related(word: str) -> bool:
    term = pl.select(CAUSALITY.term(pl.lit(word))).item()
    return term is not None and term not in UNRELATED
