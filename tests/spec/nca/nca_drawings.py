"""Profiles drawn in a line: `0:0 1:60 24:45 48:<` is time:concentration, `<` a BLQ, `-` a missing result."""

from __future__ import annotations

from typing import Any

import polars as pl

from pkpipe.nca import Options, nca
from pkpipe.units import StudyUnits

UNITS = StudyUnits("ug/mL", "mg")


def samples(drawn: str, key: str = "a", lloq: float | None = None) -> pl.DataFrame:
    """Concentrations of one profile."""
    cells = [word.split(":") for word in drawn.split()]
    conc = [None if c in {"-", "<"} else float(c) for _, c in cells]
    return pl.DataFrame(
        {
            "ID": [key] * len(cells),
            "TIME": [float(t) for t, _ in cells],
            "CONC": conc,
            "BLQ": [int(c == "<") for _, c in cells],
            "LLOQ": [lloq] * len(cells),
        },
        schema_overrides={"CONC": pl.Float64, "LLOQ": pl.Float64, "ID": pl.String, "BLQ": pl.Int64},
    )


def doses(*times: float, route: str = "iv_infusion", **more: Any) -> pl.DataFrame:
    """Doses of 100 at these times; an infusion lasts one hour."""
    default = 1.0 if route == "iv_infusion" else 0.0
    return pl.DataFrame(
        {
            "ID": [more.get("key", "a")] * len(times),
            "TIME": [float(t) for t in times],
            "DOSE": [more.get("dose", 100.0)] * len(times),
            "ROUTE": [route] * len(times),
            "DURATION": [more.get("duration", default)] * len(times),
            "TAU": [more.get("tau")] * len(times),
        },
        schema_overrides={"TAU": pl.Float64, "TIME": pl.Float64},
    )


def intervals(*rows: tuple[float, float | None, str], key: str = "a") -> pl.DataFrame:
    """START, END, KIND."""
    return pl.DataFrame(
        [(key, float(s), e, k) for s, e, k in rows],
        schema={"ID": pl.String, "START": pl.Float64, "END": pl.Float64, "KIND": pl.String},
        orient="row",
    )


def results(
    conc: pl.DataFrame | str,
    dose: pl.DataFrame | None = None,
    asked: pl.DataFrame | None = None,
    **options: Any,
) -> pl.DataFrame:
    """The long table."""
    conc = samples(conc) if isinstance(conc, str) else conc
    dose = doses(0) if dose is None else dose
    return nca(conc, dose, Options.from_mapping(options), keys=["ID"], intervals=asked, units=UNITS)


def values(*args: Any, **options: Any) -> dict[str, float | None]:
    """Code to value of a single interval."""
    found = results(*args, **options)
    assert not found.get_column("PPTESTCD").is_duplicated().any()
    return dict(found.select("PPTESTCD", "PPSTRESN").iter_rows())


def reasons(*args: Any, **options: Any) -> dict[str, str | None]:
    """Code to the reason why there is no value."""
    return dict(results(*args, **options).select("PPTESTCD", "PPREASND").iter_rows())
