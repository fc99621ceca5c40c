"""When no package is made: an error stands in the tables it rests on, or the run shows no decision."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import polars as pl

from pkpipe.clinical.collected import NOT_COLLECTED
from pkpipe.errors import ConfigError, DataError
from pkpipe.finding.table import errors_of, lines_of

DECISION: Final = "T14.1.4.2"
MOST: Final = 20  # findings named one by one


def refuse(run: Path, tables: Mapping[str, pl.DataFrame]) -> None:
    """Pass if a meeting may see the run.

    tables: FINDINGS, DECISION (of the escalation) and DISPLAYS of the run.

    Raises:
        DataError: an error stands, each is named; a decision that is withheld says for what.
        ConfigError: the study file leaves the decision out of its displays.
    """
    errors = errors_of(tables["FINDINGS"])
    if errors.height:
        said = "error stands" if errors.height == 1 else "errors stand"
        head = f"{run}: no package while {errors.height} {said} in the tables it rests on"
        raise DataError("\n  ".join([head, *lines_of(errors, most=MOST)]))
    for reason in _withheld(tables["DECISION"]):
        raise DataError(f"{run}: no package while the decision is withheld: {reason}")
    if DECISION not in tables["DISPLAYS"]["number"]:
        raise ConfigError(
            f"{run}: its study file leaves {DECISION} out of report.displays; a package rests on it"
        )


def _withheld(decision: pl.DataFrame) -> list[str]:
    """Why records keep the decision from being printed; what was not collected does not: it is said."""
    answer = decision.filter((pl.col("SCOPE") == "STUDY") & (pl.col("DECISION") == "NO_DECISION"))
    return [r for r in answer["REASON"].fill_null("") if NOT_COLLECTED not in r]
