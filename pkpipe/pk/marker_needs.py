"""What numbers rest on: of biomarkers a result, of their curves and of ratios a concentration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.clinical.collected import BIOMARKERS, CONCENTRATIONS, Collected, withheld

CONCENTRATION: Final = ("PC", "PC.PCSTRESN")
# Table: what it rests on, and the numbers that are none without it.
NEEDED_BY_TABLE: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "PDSTAT": (BIOMARKERS, ("N", "MEAN", "SD", "MEDIAN", "MIN", "MAX")),
    "PDSAT": (BIOMARKERS, ("N", "OBSDAY", "SATDAY", "SATPCT")),
    "PDSATSUM": (
        BIOMARKERS,
        ("NEXAM", "N", "NEVER", "OBSMED", "SATMED", "PCTMED", "PCTMIN", "PCTMAX"),
    ),
    "PDPAIR": (CONCENTRATION, ("CONC", "CONCDTM", "APARTM", "BLQFL", "USEDFL")),
    "PDEMAX": (
        (*BIOMARKERS, *CONCENTRATION),
        (
            *("N", "NOBS", "NCUT", "CONCLO", "CONCHI", "AVAL"),
            *("SE", "DF", "LOWER", "UPPER", "CHOSENFL"),
        ),
    ),
    "ADCSUM": (CONCENTRATIONS, ("N", "NNC", "NBLQ", "NOUT")),
}


def as_collected(tables: dict[str, pl.DataFrame], known: Collected) -> dict[str, pl.DataFrame]:
    """The tables of the room, without the numbers that nobody can know."""
    return tables | {
        name: withheld(tables[name], known.reason(*needs), numbers)
        for name, (needs, numbers) in NEEDED_BY_TABLE.items()
    }
