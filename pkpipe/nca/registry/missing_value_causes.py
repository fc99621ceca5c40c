"""Why a parameter has no value: its own cause, or that of what it is computed from."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import polars as pl

from pkpipe.nca import reasons
from pkpipe.nca.laid_out.sorted_arrays import Bytes
from pkpipe.nca.registry.parameter_registry import Parameter, computing_levels

# What of the doses a parameter may need, and why it is not known.
OF_DOSES: Final = {
    "DOSE": reasons.NO_DOSE_AMOUNT,
    "DOSETAU": reasons.NO_DOSE_AMOUNT,
    "INPUT": reasons.NO_DURATION,
    "INPUTTAU": reasons.NO_DURATION,
    "ALONE": reasons.LATER_DOSE,
}


@cache
def levels_of(chosen: tuple[Parameter, ...]) -> list[list[str]]:
    """Codes in the order they are computed in: each level needs only those before it."""
    return computing_levels({p.code: p for p in chosen})


def causes(values: pl.DataFrame, parameters: tuple[Parameter, ...]) -> dict[str, Bytes]:
    """Why each parameter has no value, as a number of `reasons`, 0 where it has one."""
    found: dict[str, Bytes] = {}
    by_code = {p.code: p for p in parameters}
    columns = values
    nothing = np.zeros(values.height, np.int8)
    for level in levels_of(parameters):
        for code in level:
            parameter = by_code[code]
            series = columns.get_column(code)
            if not series.null_count():  # the usual case, and nobody asks why
                found[code] = nothing
                continue
            missing = series.is_null().to_numpy()
            cause = _inherited(parameter, found, columns)
            last = _by_itself(parameter, columns)
            cause = np.where(cause == reasons.NONE, last, cause)
            found[code] = np.where(missing, cause, reasons.NONE).astype(np.int8)
    return found


def _by_itself(parameter: Parameter, columns: pl.DataFrame) -> int | Bytes:
    """The cause where all it needs is there: its own, or a division by zero, or numbers beyond any."""
    if parameter.missing != reasons.DIVISION:
        return parameter.missing
    is_zero = np.zeros(columns.height, bool)
    for need in parameter.needs:
        if need in columns.columns:  # a null is NaN here, which is not 0
            is_zero |= columns.get_column(need).to_numpy() == 0
    return np.where(is_zero, reasons.DIVISION, reasons.OVERFLOW).astype(np.int8)


def _inherited(parameter: Parameter, found: dict[str, Bytes], columns: pl.DataFrame) -> Bytes:
    """The cause of the first need that has one, or what the kernel said."""
    cause: Bytes = np.zeros(columns.height, np.int8)
    if parameter.why is not None:
        cause = columns.get_column(parameter.cause_column).to_numpy().astype(np.int8)
    for need in parameter.needs:
        more = _of_doses(need, columns) if need in OF_DOSES else found.get(need)
        if more is not None:
            cause = np.where(cause == reasons.NONE, more, cause)
    return cause


def _of_doses(need: str, columns: pl.DataFrame) -> Bytes:
    """Why an amount, a mean input time or the tail of one dose is not known."""
    why = pl.lit(OF_DOSES[need])
    if OF_DOSES[need] == reasons.NO_DURATION:
        why = pl.when("NO_DURATION").then(why).otherwise(reasons.NO_DOSE_AMOUNT)
    if need != "ALONE":
        why = pl.when("MIXED").then(reasons.MIXED_ROUTES).otherwise(why)
    cause = columns.select(pl.when(f"NO_{need}").then(why).otherwise(reasons.NONE))
    return cause.to_series().to_numpy().astype(np.int8)
