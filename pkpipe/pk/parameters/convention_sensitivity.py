"""CONVSENS: what moves, and by how much, when the parameters are computed under other conventions.

Every declared combination of BLQ rule, area rule, slope rule and time basis is set against the plan's own.
All profiles of all analytes, every time basis and every combination of rules go through the kernel
together, in one pass. What a sparse profile, a payload or an unknown dose cannot give is left out as
in ADPP; acceptance limits are not applied, so that a value is followed and not its verdict.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from pkpipe.nca import Options, nca_wide_variants
from pkpipe.pk.parameters.profile_parameters import kernel_doses, kernel_options, on_basis
from pkpipe.pk.parameters.reported import NEEDS_DOSE
from pkpipe.pk.samples.placed import Placed
from pkpipe.protocol.blq_options import Blq, BlqAroundPeak
from pkpipe.protocol.nca import NcaPlan, Sensitivity
from pkpipe.protocol.study import Study

AXES: Final = ("BLQRULE", "AUCRULE", "SLOPERUL", "TIMEBAS")
PLANNED: Final = "as planned"
KEYS: Final = ("PARCAT1", "MATRIX", "LEVEL", "COHORT", "CYCLE", "PARAMCD", *AXES)
SCHEMA: Final = pl.Schema(
    dict.fromkeys(("PARCAT1", "MATRIX", "LEVEL", "COHORT"), pl.String())
    | {"CYCLE": pl.Int64()}
    | dict.fromkeys(("PARAMCD", *AXES), pl.String())
    | dict.fromkeys(("NCHANGE", "N", "NMOVED", "NGAINED", "NLOST"), pl.Int64())
    | dict.fromkeys(("GMRATIO", "MINRATIO", "MAXRATIO"), pl.Float64())
)


@dataclass(frozen=True)
class Rules:
    """One combination of rules with the names it is reported under."""

    names: tuple[str, str, str]
    options: Options


def convention_sensitivity(
    it: Placed, struck: pl.DataFrame, study: Study, plan: NcaPlan
) -> pl.DataFrame:
    """One row a parameter, group and combination in which at least one value moved, came or went.

    COHORT `ALL`: all subjects at that level. NCHANGE: how many of the four choices differ from the plan.
    GMRATIO, MINRATIO, MAXRATIO: the values over those of the plan, in profiles that have both.
    `struck`: PROFILE and PARAMCD of what the exclusion ledger keeps out.
    """
    choices = plan.sensitivity
    rich = it.profiles.filter(pl.col("PRFLFL") == "RICH")
    if choices is None or rich.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    samples = _on_every_basis(it.drawn, rich, plan, choices)
    doses, intervals = _asked(rich, [PLANNED, *_other_bases(plan, choices)])
    rules = list(_rules(study, plan, choices))
    values = _values(samples, doses, intervals, rules, choices)
    about = rich.join(_payloads(study), on=["PARAMCD", "MATRIX"], how="left").select(
        "PROFILE",
        "MATRIX",
        "LEVEL",
        "COHORT",
        "CYCLE",
        PARCAT1="PARAMCD",
        UNDOSED=pl.col("DOSE").is_null() | pl.col("PAYLOAD"),
    )
    compared = _compared(values, about, choices).join(
        struck, on=["PROFILE", "PARAMCD"], how="anti", maintain_order="left"
    )
    both = pl.concat([compared, compared.with_columns(COHORT=pl.lit("ALL"))])
    return _counted(both, choices)


def _payloads(study: Study) -> pl.DataFrame:
    return pl.DataFrame(
        [(a.code, a.matrix, a.dose_unknown) for a in study.analytes],
        schema={"PARAMCD": pl.String, "MATRIX": pl.String, "PAYLOAD": pl.Boolean},
        orient="row",
    )


def _rules(study: Study, plan: NcaPlan, choices: Sensitivity) -> Iterator[Rules]:
    """Every combination of BLQ, area and slope rule, the plan's own first."""
    own = kernel_options(study, plan).model_dump(exclude={"accept", "partial_areas"})
    blq: list[tuple[str, Any]] = [(PLANNED, own["blq"])]
    blq += [(_name(rule), rule) for rule in choices.blq]
    area = [(PLANNED, plan.auc_method), *((m, m) for m in choices.auc_method)]
    slope: list[tuple[str, dict[str, Any]]] = [(PLANNED, {})]
    slope += [(n, c.model_dump(exclude_none=True)) for n, c in choices.lambda_z.items()]
    for (b, blq_rule), (a, method), (s, change) in itertools.product(blq, area, slope):
        mapping = own | {
            "blq": blq_rule,
            "auc_method": method,
            "lambda_z": own["lambda_z"] | change,
        }
        yield Rules((b, a, s), Options.from_mapping(mapping))


def _name(rule: Blq) -> str:
    if isinstance(rule, str):
        return rule
    if isinstance(rule, BlqAroundPeak):
        return f"before TMAX {rule.before_tmax} / after TMAX {rule.after_tmax}"
    return f"{rule.first} / {rule.middle} / {rule.last}"


def _other_bases(plan: NcaPlan, choices: Sensitivity) -> list[str]:
    return [b for b in choices.time_basis if b != plan.time_basis]


def _on_every_basis(
    drawn: pl.DataFrame, rich: pl.DataFrame, plan: NcaPlan, choices: Sensitivity
) -> pl.DataFrame:
    own = drawn.filter(pl.col("PROFILE").is_in(rich["PROFILE"].implode()))
    named = [(PLANNED, plan.time_basis), *((b, b) for b in _other_bases(plan, choices))]
    parts = [
        on_basis(own, plan.model_copy(update={"time_basis": basis})).with_columns(
            TIMEBAS=pl.lit(name)
        )
        for name, basis in named
    ]
    return pl.concat(parts, how="diagonal").select(
        "PROFILE", "TIMEBAS", "TIME", "CONC", "BLQ", "LLOQ", "LAMZFL"
    )


def _asked(rich: pl.DataFrame, bases: list[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    both = rich.join(pl.DataFrame({"TIMEBAS": bases}), how="cross")
    doses = kernel_doses(both, ["PROFILE", "TIMEBAS"])
    intervals = both.select(
        "PROFILE",
        "TIMEBAS",
        START=pl.lit(0.0),
        END=pl.lit(None, dtype=pl.Float64),
        KIND="KIND",
    )
    return doses, intervals


def _values(
    samples: pl.DataFrame,
    doses: pl.DataFrame,
    intervals: pl.DataFrame,
    rules: list[Rules],
    choices: Sensitivity,
) -> pl.DataFrame:
    """Every parameter of every profile under every combination of rules: one pass of the kernel."""
    keys = ["PROFILE", "TIMEBAS"]
    wide = nca_wide_variants(
        samples, doses, [r.options for r in rules], keys=keys, intervals=intervals
    )
    codes = [c for c in choices.parameters if c in wide.columns]
    long = wide.select("VARIANT", *keys, *codes).unpivot(
        codes, index=["VARIANT", *keys], variable_name="PARAMCD", value_name="AVAL"
    )
    named = pl.DataFrame(
        [(i, *r.names) for i, r in enumerate(rules)],
        schema={"VARIANT": pl.Int64} | dict.fromkeys(AXES[:3], pl.String),
        orient="row",
    )
    return (
        long.join(named, on="VARIANT", how="left", maintain_order="left")
        .with_columns(pl.col("AVAL").fill_nan(None))
        .drop("VARIANT")
    )


def _compared(values: pl.DataFrame, about: pl.DataFrame, choices: Sensitivity) -> pl.DataFrame:
    """Each value beside the plan's, for what the profile can give at all."""
    changed = [(pl.col(axis) != PLANNED).cast(pl.Int64) for axis in AXES]
    rows = values.with_columns(NCHANGE=pl.sum_horizontal(changed))
    base = rows.filter(pl.col("NCHANGE") == 0).select("PROFILE", "PARAMCD", BASE="AVAL")
    limit = choices.moves_percent / 100
    return (
        rows.filter(pl.col("NCHANGE") > 0)
        .join(base, on=["PROFILE", "PARAMCD"], how="left", maintain_order="left")
        .join(about, on="PROFILE", how="left", maintain_order="left")
        .filter(~(pl.col("UNDOSED") & pl.col("PARAMCD").is_in(NEEDS_DOSE)))
        .with_columns(
            # a value that was or becomes 0 has moved, by no ratio
            RATIO=pl.when((pl.col("BASE") > 0) & (pl.col("AVAL") > 0)).then(
                pl.col("AVAL") / pl.col("BASE")
            ),
            MOVED=(
                (pl.col("AVAL") - pl.col("BASE")).abs() > limit * pl.col("BASE").abs()
            ).fill_null(value=False),
            GAINED=pl.col("BASE").is_null() & pl.col("AVAL").is_not_null(),
            LOST=pl.col("BASE").is_not_null() & pl.col("AVAL").is_null(),
        )
    )


def _counted(rows: pl.DataFrame, choices: Sensitivity) -> pl.DataFrame:
    order = {code: i for i, code in enumerate(choices.parameters)}
    return (
        rows.group_by(*KEYS, "NCHANGE", maintain_order=True)
        .agg(
            N=pl.col("BASE").count(),
            NMOVED=pl.col("MOVED").sum(),
            NGAINED=pl.col("GAINED").sum(),
            NLOST=pl.col("LOST").sum(),
            GMRATIO=pl.col("RATIO").log().mean().exp(),
            MINRATIO=pl.col("RATIO").min(),
            MAXRATIO=pl.col("RATIO").max(),
        )
        .filter(pl.sum_horizontal("NMOVED", "NGAINED", "NLOST") > 0)
        .sort(
            *KEYS[:5],
            pl.col("PARAMCD").replace_strict(order, return_dtype=pl.Int64),
            "NCHANGE",
            *AXES,
            nulls_last=True,
        )
        .select(SCHEMA.names())
        .cast(SCHEMA)
    )
