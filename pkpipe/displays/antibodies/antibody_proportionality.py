"""Dose proportionality of all profiles, and without those that antibodies affect (14.5.2.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import polars as pl

from pkpipe.clinical.collected import ANTIBODIES, CONCENTRATIONS
from pkpipe.displays.antibodies.antibody_impact import NOT_PLANNED as NO_IMPACT
from pkpipe.displays.bilingual import Words
from pkpipe.displays.builders import Layout, side_by_side
from pkpipe.displays.display import Content, Display, Material, Nothing, Sheet
from pkpipe.displays.formats import TEXT
from pkpipe.displays.pharmacokinetics.analytes import PARAMETER, Measured, by_analyte
from pkpipe.displays.pharmacokinetics.parameter_words import named
from pkpipe.displays.pharmacokinetics.proportionality import (
    MODEL,
    NOT_FITTED,
    NOT_PLANNED,
    cycle_words,
    dose_words,
    verdict,
)
from pkpipe.displays.rows_behind import where
from pkpipe.nca.further_analyses.power_model import KEYS

C: Final = pl.col
MODELS: Final = "immunogenicity/ADADOSE"
KNOWN: Final = ("PARAMCD", "MODEL", "SCOPE", "CYCLE")
LEFT_OUT: Final = Words(
    "Left out are values of profiles on or after the onset of antibodies. A model without them is of fewer "
    "subjects, so its limits are wider; the two are not tested against each other.",
    "剔除抗体出现当时或之后的数据。剔除后模型的受试者较少，置信区间更宽；两个模型之间不作检验。",
)


def _proportionality(material: Material) -> Content:
    """A table an analyte: parameter, profiles and doses down; n, slope and verdict of both models across."""
    study = material.study
    if study.immunogenicity is None or study.immunogenicity.impact is None:
        return Nothing(NO_IMPACT)
    if study.nca is None or study.nca.dose_proportionality is None:
        return NOT_PLANNED
    confidence = study.nca.dose_proportionality.confidence
    made = tuple(
        _of_analyte(own, measured, confidence)
        for measured, own in by_analyte(material["ADADOSE"], study)
    )
    return made or NOT_FITTED


def _of_analyte(rows: pl.DataFrame, measured: Measured, confidence: float) -> Sheet:
    told = rows.with_columns(ROWS=where(rows, SUBSET=C("SUBSET"), **{k: C(k) for k in KEYS}))
    # the words of a line are those of the model of all profiles: without them its doses may be fewer
    every = told.filter(C("SUBSET") == "ALL").select(*KNOWN, *_ABOUT)
    both = told.drop(*_ABOUT).join(every, on=list(KNOWN), nulls_equal=True, maintain_order="left")
    made = [cell for row in both.iter_rows(named=True) for cell in _cells(row)]
    cells = pl.DataFrame(made, infer_schema_length=None).with_columns(TABLES=pl.lit(MODELS))
    limits = f"({100 * confidence:g} % CI)"
    columns = [
        column
        for subset, en, zh in (("ALL", "all profiles", "全部数据"), ("WITHOUT", "without", "剔除后"))
        for column in (
            (f"{subset}.NOBS", Words(f"n, {en}", f"数据数，{zh}")),
            (f"{subset}.BETA", Words(f"Slope b {limits}, {en}", f"斜率 b {limits}，{zh}")),
            (f"{subset}.STRICT", Words(f"Strict (0.80 to 1.25), {en}", f"严格（0.80～1.25），{zh}")),
        )
    ]  # fmt: skip
    labels = {
        "PARAMW": PARAMETER,
        "CYCLEW": Words("Profiles", "数据"),
        "DOSES": Words("Dose range", "剂量范围"),
    }
    words = {word.en: word for row in both.iter_rows(named=True) for word in _line(row).values()}
    layout = Layout(KNOWN, labels, "COLUMN", columns, words)
    return side_by_side(cells, layout, replace(measured.about, notes=(MODEL, LEFT_OUT)))


_ABOUT: Final = ("DMIN", "DMAX", "DOSEU")


def _line(row: Mapping[str, Any]) -> dict[str, Words]:
    return {
        "PARAMW": named(row["PARAMCD"]),
        "CYCLEW": cycle_words(row["CYCLE"]),
        "DOSES": dose_words(row),
    }


def _cells(row: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The three cells of one model in its line."""
    line = {k: row[k] for k in (*KNOWN, "REASON", "ROWS")} | {
        name: word.en for name, word in _line(row).items()
    }
    plain = dict.fromkeys(("VALUE", "LOWER", "UPPER", "TEXT", "TEXTZH"))
    base, subset = line | plain | {"N": row["N"]}, row["SUBSET"]
    number = None if row["NOBS"] is None else float(row["NOBS"])
    yield base | {"COLUMN": f"{subset}.NOBS", "STAT": "values", "VALUE": number}
    slope = {"VALUE": row["BETA"], "LOWER": row["LOWER"], "UPPER": row["UPPER"]}
    yield base | slope | {"COLUMN": f"{subset}.BETA", "STAT": "estimate3"}
    said = verdict(row, "STRICT", (row["STRLO"], row["STRHI"]))
    yield base | said | {"COLUMN": f"{subset}.STRICT", "STAT": TEXT}


DISPLAYS: Final = (
    Display(
        "T14.5.2.4",
        Words(
            "Dose Proportionality with and without Profiles Affected by Antibodies",
            "剔除受抗体影响数据前后的剂量比例关系",
        ),
        "PKP",
        _proportionality,
        (MODELS,),
        (*ANTIBODIES, *CONCENTRATIONS),
        ("ADA-14", "PK-PROP"),
        ("immunogenicity.impact", "nca.dose_proportionality"),
    ),
)
