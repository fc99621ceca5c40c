"""Results of a biomarker drawn from a curve, and what was found of it."""

import numpy as np
import polars as pl
from support import ROOT

from pkpipe.biomarkers.concentration_pairs import SCHEMA
from pkpipe.biomarkers.concentration_response import (
    CURVE_SCHEMA,
    EMAX_SCHEMA,
    marker_curves,
)
from pkpipe.protocol.file_reading.loader import load_study

STUDY = load_study(ROOT / "config" / "bat6026.yaml")


PLAN = STUDY.exposure_response.markers


CONC = np.geomspace(0.01, 100, 30)


TRUE = {"E0": 3.0, "EMAX": 90.0, "EC50": 0.7}


def pairs(conc, value, per_subject=3, **others):
    """Used pairs, so many consecutive ones of one subject."""
    n = len(conc)
    rows = {
        "USUBJID": [f"S{i // per_subject:02}" for i in range(n)],
        "SRCROW": range(2, n + 2),
        "CONC": [float(c) for c in conc],
        "AVAL": [float(v) for v in value],
    }
    fixed = {"PARAMCD": "RO", "PARCAT1": "MAB", "MATRIX": "SERUM", "KIND": "AVAL", "USEDFL": "Y"}
    fixed |= {"CONCU": "ug/mL", "AVALU": "%"} | others
    frame = pl.DataFrame(rows).with_columns(**{k: pl.lit(v) for k, v in fixed.items()})
    return frame.select(
        (pl.col(c) if c in frame.columns else pl.lit(None, dtype=t).alias(c)).cast(t)
        for c, t in SCHEMA.items()
    )


def effect(conc, hill=1.0, emax=90.0):
    return TRUE["E0"] + emax * conc**hill / (TRUE["EC50"] ** hill + conc**hill)


def noise(n, sd, seed=20261121):
    return np.random.default_rng(seed).normal(0, sd, n)


def curves(conc, value, plan=PLAN, **others):
    found, drawn = marker_curves(pairs(conc, value, **others), plan)
    assert found.schema == EMAX_SCHEMA
    assert drawn.schema == CURVE_SCHEMA
    assert found.filter(pl.col("AVAL").is_null() & pl.col("REASON").is_null()).is_empty()
    return found, drawn


def of(found, model):
    return {r["STAT"]: r for r in found.filter(pl.col("MODEL") == model).to_dicts()}


def failed(found):
    """Status and reason of the curves, which must be the same and without any number."""
    rows = found.filter(pl.col("MODEL") != "NONE")
    assert rows.select("AVAL", "SE", "LOWER", "UPPER").null_count().row(0) == (rows.height,) * 4
    assert set(rows["CHOSENFL"]) == {"N"}
    return set(rows.select("STATUS", "REASON").rows())


LOW, HIGH = 0.0, 95.0  # what a drawn laboratory reports


def cut(value):
    """Results and side (-1, 0, 1) of a laboratory that reports from 0 to 95."""
    side = np.where(value <= LOW, -1, np.where(value >= HIGH, 1, 0))
    return np.clip(value, LOW, HIGH), side
