"""Concentration with the antibody titre by subject, and troughs by status (14.5)."""

from __future__ import annotations

from typing import Final

from pkpipe.clinical.collected import ANTIBODIES, CONCENTRATIONS
from pkpipe.displays.antibodies.antibody_tables import drugs
from pkpipe.displays.bilingual import Words
from pkpipe.displays.display import Content, Display, Material, Nothing
from pkpipe.displays.figures.antibodies import drawn_analyte, titre_figures
from pkpipe.displays.figures.troughs_by_ada_status import troughs_by_status

NO_TITRE: Final = Words("no subject with a positive sample", "无阳性样本的受试者")
NO_TROUGH: Final = Words(
    "no trough of a dose level in which somebody has antibodies", "有抗体受试者的剂量水平无谷浓度"
)


def _titres(material: Material) -> Content:
    drawn = [
        picture
        for drug in drugs(material)
        if (analyte := drawn_analyte(material.study, drug)) is not None
        for picture in titre_figures(material.tables, drug, analyte)
    ]
    return tuple(drawn) or Nothing(NO_TITRE)


def _troughs(material: Material) -> Content:
    analytes = [drawn_analyte(material.study, drug) for drug in drugs(material)]
    pictures = [troughs_by_status(material["ADAPK"], a) for a in analytes if a is not None]
    return tuple(p for p in pictures if p is not None) or Nothing(NO_TROUGH)


DISPLAYS: Final = (
    Display(
        "F14.5.1",
        Words("Concentration with Antibody Titre by Subject", "各受试者的药物浓度与抗体滴度"),
        "ADA",
        _titres,
        ("pk/ADPC", "immunogenicity/ADASAMP"),
        (*ANTIBODIES, *CONCENTRATIONS),
        ("ADA-14",),
        ("immunogenicity",),
    ),
    Display(
        "F14.5.2",
        Words("Trough Concentration by Antibody Status", "按抗体状态的谷浓度"),
        "ADA",
        _troughs,
        ("immunogenicity/ADAPK",),
        (*ANTIBODIES, *CONCENTRATIONS),
        ("ADA-14",),
        ("immunogenicity",),
    ),
)
