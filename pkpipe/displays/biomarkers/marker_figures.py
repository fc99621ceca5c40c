"""Biomarkers by visit, against concentration, and the time of saturation as figures (14.6)."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.collected import BIOMARKERS
from pkpipe.displays.bilingual import Words
from pkpipe.displays.biomarkers.marker_models import CURVE_NEEDS, no_model
from pkpipe.displays.biomarkers.marker_tables import NOBODY, none_saturated
from pkpipe.displays.display import Content, Display, Material, Nothing
from pkpipe.displays.figures.colours import group_colours
from pkpipe.displays.figures.marker_curves import curve_figure, saturation_figure
from pkpipe.displays.figures.markers import marker_figure

PAIRED: Final = ("PARAMCD", "PARCAT1", "MATRIX")


def _by_visit(material: Material) -> Content:
    colours = group_colours(material.tables, material.study)
    markers = material.study.biomarkers
    pictures = [marker_figure(material["PDSTAT"], marker, colours) for marker in markers]
    return tuple(p for p in pictures if p is not None) or Nothing(NOBODY)


def _curves(material: Material) -> Content:
    colours = group_colours(material.tables, material.study)
    fits = material["PDEMAX"]
    pictures = [
        curve_figure(material.tables, marker, analyte, matrix, colours)
        for marker in material.study.biomarkers
        for _, analyte, matrix in fits.filter(pl.col("PARAMCD") == marker.code)
        .select(PAIRED)
        .unique(maintain_order=True)
        .iter_rows()
    ]
    return tuple(p for p in pictures if p is not None) or Nothing(no_model(material))


def _saturated(material: Material) -> Content:
    colours = group_colours(material.tables, material.study)
    pictures = [
        saturation_figure(material["PDSAT"], marker, colours)
        for marker in material.study.biomarkers
        if marker.saturated_from is not None
    ]
    return tuple(p for p in pictures if p is not None) or Nothing(none_saturated(material))


DISPLAYS: Final = (
    Display(
        "F14.6.1",
        Words("Biomarkers by Visit and Cohort", "按访视和队列的生物标志物"),
        "SAF",
        _by_visit,
        ("pk/PDSTAT",),
        BIOMARKERS,
        ("SET-SAF",),
        ("biomarkers",),
    ),
    Display(
        "F14.6.2",
        Words(
            "Biomarkers against Concentration, with the Model", "生物标志物与浓度的关系及模型曲线"
        ),
        "PKC",
        _curves,
        ("pk/PDPAIR", "pk/PDCURVE"),
        CURVE_NEEDS,
        ("SET-PKC",),
        ("exposure_response.markers",),
    ),
    Display(
        "F14.6.3",
        Words("Time of Receptor Saturation by Cohort", "各队列的受体饱和时间"),
        "SAF",
        _saturated,
        ("pk/PDSAT",),
        BIOMARKERS,
        ("SET-SAF",),
        ("biomarkers.saturated_from",),
    ),
)
