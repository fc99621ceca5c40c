"""The registry: every parameter of the NCA, in the order of the output. To add one is to add one entry."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.nca.disposition import EFFECTIVE, EXTRAVASCULAR, INTRAVENOUS, STEADY_STATE
from pkpipe.nca.profile import AREAS, OBSERVED, OVER_TAU, PARTIALS, TERMINAL
from pkpipe.nca.registry import Parameter
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
        C(of.code) / C("DOSE"),
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
