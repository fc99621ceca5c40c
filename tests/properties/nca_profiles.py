"""Profiles, doses and drawn concentrations that properties of NCA are asked of."""

from __future__ import annotations

import polars as pl
from hypothesis import strategies as st

METHODS = ("linear_up_log_down", "linear", "linear_log")
TIMES = (0.0, 1.0, 4.0, 8.0, 24.0, 48.0, 72.0, 100.0)
CONCS = (0.0, 60.0, 52.0, 45.0, 30.0, 17.0, 11.0, 6.0)
concentration = st.one_of(st.just(0.0), st.floats(0.1, 100.0))


def profile(times=TIMES, concs=CONCS, key=1) -> pl.DataFrame:
    return pl.DataFrame({"ID": [key] * len(times), "TIME": list(times), "CONC": list(concs)})


def dosed(route: str, tau: float | None, dose=100.0, duration=1.0, at=0.0, key=1) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "ID": [key],
            "TIME": [at],
            "DOSE": [dose],
            "ROUTE": [route],
            "DURATION": [duration if route == "iv_infusion" else 0.0],
            "TAU": [tau],
        },
        schema_overrides={"TAU": pl.Float64},
    )
