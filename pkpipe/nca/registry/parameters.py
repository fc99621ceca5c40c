"""The registry: every parameter of the NCA, in the order of the output. To add one is to add one entry."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.nca.further_analyses.excretion import EXCRETION, OF_RATES
from pkpipe.nca.further_analyses.metabolite_ratios import RATIOS
from pkpipe.nca.further_analyses.sparse import OF_BOOTSTRAP, SPARSE
from pkpipe.nca.registry.clearance_and_volume import (
    EFFECTIVE,
    EXTRAVASCULAR,
    INTRAVENOUS,
    STEADY_STATE,
    THRESHOLD,
)
from pkpipe.nca.registry.effect_parameters import EFFECT
from pkpipe.nca.registry.parameter_registry import ANY, Parameter
from pkpipe.nca.registry.profile import AREAS, OBSERVED, OVER_TAU, PARTIALS, TERMINAL
from pkpipe.units import Dimension

C = pl.col


def _per_dose(of: Parameter) -> Parameter:
    """The same parameter divided by the dose."""
    d = of.dimension
    return Parameter(
        f"{of.code}D",
        f"{of.label} Norm by Dose",
        Dimension(d.dose - 1, d.conc, d.time),
        f"{of.code} / DOSE",
        "PKNCA",
        "geometric",
        C(of.code) / C("DOSETAU" if of.needs_tau or of.code in ("CMAX", "CMIN") else "DOSE"),
        of.kinds,
        of.routes,
        of.needs_tau,
        of.option,
    )


NORMALISED: Final = (
    *("CMAX", "CMIN", "CLST", "CLSTP", "CTROUGH", "CAVG"),
    *("AUCLST", "AUCALL", "AUCIFO", "AUCIFP", "AUCTAU"),
    *("AUMCLST", "AUMCALL", "AUMCIFO", "AUMCIFP"),
)
_NATIVE: Final = (
    *OBSERVED,
    *TERMINAL,
    *AREAS,
    *OVER_TAU,
    *PARTIALS,
    *INTRAVENOUS,
    *EXTRAVASCULAR,
    *STEADY_STATE,
    *EFFECTIVE,
    *THRESHOLD,
)
_BY_CODE: Final = {p.code: p for p in _NATIVE}

PARAMETERS: Final[tuple[Parameter, ...]] = (
    *_NATIVE,
    *(_per_dose(_BY_CODE[code]) for code in NORMALISED),
)


def parameter_table() -> pl.DataFrame:
    """The registry as a table: one row a parameter, in the order of the output."""
    return pl.DataFrame(
        {
            "PPTESTCD": [p.code for p in PARAMETERS],
            "PPTEST": [p.label for p in PARAMETERS],
            "DOSE_POWER": [p.dimension.dose for p in PARAMETERS],
            "CONC_POWER": [p.dimension.conc for p in PARAMETERS],
            "TIME_POWER": [p.dimension.time for p in PARAMETERS],
            "PERCENT": [p.dimension.percent for p in PARAMETERS],
            "FORMULA": [p.formula for p in PARAMETERS],
            "SOURCE": [p.source for p in PARAMETERS],
            "KINDS": [
                " ".join(k for k in ("SD", "MD", "PART") if k in p.kinds) for p in PARAMETERS
            ],
            "ROUTES": [" ".join(sorted(p.routes)) for p in PARAMETERS],
            "SUMMARY": pl.Series([p.summary for p in PARAMETERS], dtype=pl.String),
        }
    )


PAGE_HEAD: Final = """# NCA parameters

Written from the registry of `pkpipe.nca` (`parameter_page`); a test compares the two. Times are hours after
the start of the interval. SD: a single dose to infinity. MD: one dosing interval. PART: a partial area.
Powers are those of dose, concentration and time. Source: the programs that set the definition and
whose answers are met (NC: NonCompart; WNL: Phoenix WinNonlin), or pkpipe's own methods.

| Code | Label | Formula | Powers | Kinds | Routes | Summary | Source |
| --- | --- | --- | --- | --- | --- | --- | --- |
"""


def parameter_page() -> str:
    """The registry as a page of Markdown."""
    rows = []
    for row in parameter_table().iter_rows(named=True):
        powers = (
            "%"
            if row["PERCENT"]
            else f"{row['DOSE_POWER']}, {row['CONC_POWER']}, {row['TIME_POWER']}"
        )
        routes = "any" if row["ROUTES"] == " ".join(sorted(ANY)) else row["ROUTES"]
        cells = (row["PPTESTCD"], row["PPTEST"], row["FORMULA"], powers, row["KINDS"], routes)
        rows.append(f"| {' | '.join((*cells, row['SUMMARY'], row['SOURCE']))} |\n")
    return PAGE_HEAD + "".join(rows) + _other_pages()


OTHER_HEADS: Final = (
    "\n## Urine and faeces\n\nRows of CONC with VOLUME and TIMEEND, or with AMOUNT; of every interval. "
    "The rates at their midpoints are\nread as concentrations are.\n\n"
    "| Code | Label | Formula | Summary | Source |\n"
    "| --- | --- | --- | --- | --- |\n",
    "\n## Sparse sampling\n\n`--sparse`: one value a group.\n\n| Code | Label | Formula | Source |\n"
    "| --- | --- | --- | --- |\n",
    "\n## Drug effect\n\n`--effect`: of every interval, by the linear rule. SLOPE1 to SLOPE9 are the lines "
    "that\nare asked for.\n\n"
    "| Code | Label | Formula | Source |\n| --- | --- | --- | --- |\n",
    "\n## Metabolite to parent\n\n`--parent NAME`: each other analyte of the same subject and interval, "
    "times the molar mass of the\nparent over its own where masses are given (CDISC PKPARM).\n\n"
    "| Code | Label | Formula |\n| --- | --- | --- |\n",
)


def _other_pages() -> str:
    """What collections and sparse data give, as Markdown."""
    of_collections = [*EXCRETION, *(p for _, p in OF_RATES)]
    collected = [
        f"| {p.code} | {p.label} | {p.formula} | {p.summary} | {p.source} |\n"
        for p in of_collections
    ]
    ratios = [f"| {code} | {label} | {of} / {of} of the parent |\n" for of, code, label in RATIOS]
    sparse = [f"| {p.code} | {p.label} | {p.formula} | R package PK |\n" for p in SPARSE]
    sparse += [
        f"| {p.code} | {p.label} | {p.formula} (`--bootstrap`) | PK, Efron |\n"
        for p in OF_BOOTSTRAP
    ]
    effect = [f"| {p.code} | {p.label} | {p.formula} | {p.source} |\n" for p in EFFECT]
    parts = (collected, sparse, effect, ratios)
    return "".join(head + "".join(rows) for head, rows in zip(OTHER_HEADS, parts, strict=True))
