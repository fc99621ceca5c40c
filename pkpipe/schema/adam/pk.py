"""Derived tables of `pk`, biomarkers among them, in the order they are written."""

from __future__ import annotations

from typing import Final

from pkpipe.schema.adam import biomarkers, conjugates, pk_models, pk_parameters, pk_samples

TABLES: Final = (
    *pk_samples.TABLES,
    *pk_parameters.TABLES,
    *pk_models.TABLES,
    *conjugates.TABLES,
    *biomarkers.TABLES,
)
