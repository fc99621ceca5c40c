"""The figures of pharmacokinetics (F14.4): from single subjects to means, doses, troughs and ratios."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import polars as pl

from pkpipe.clinical.collected import CONCENTRATIONS
from pkpipe.displays.bilingual import Words
from pkpipe.displays.display import Content, Display, Material, Nothing, Picture
from pkpipe.displays.figures import concentration_curves as curves
from pkpipe.displays.figures.colours import group_colours
from pkpipe.displays.figures.conjugates import molar_figure, ratio_figure
from pkpipe.displays.figures.dose_and_trough import dose_figure, trough_figure
from pkpipe.displays.figures.individual_profiles import individual
from pkpipe.displays.figures.terminal_fits import terminal_fits
from pkpipe.displays.pharmacokinetics.analytes import NO_ANALYSIS, NO_ANALYTE, level_words
from pkpipe.displays.pharmacokinetics.conjugates import NOT_PLANNED, RATIOS
from pkpipe.protocol.drugs import Analyte
from pkpipe.protocol.study import Study

Draw = Callable[[Material, Analyte, dict[str, str]], list[Picture]]
C: Final = pl.col


def _each(draw: Draw, empty: Words, *, of_analysis: bool = False) -> Callable[[Material], Content]:
    """The drawings of every analyte in the order of the study file; of_analysis: of its parameters."""

    def make(material: Material) -> Content:
        study = material.study
        if not study.analytes:
            return NO_ANALYTE
        if of_analysis and study.nca is None:
            return NO_ANALYSIS
        made = [
            picture
            for analyte in study.analytes
            for picture in draw(material, analyte, level_words(study, analyte.drug))
        ]
        return tuple(made) or Nothing(empty)

    return make


def _individual(m: Material, analyte: Analyte, levels: dict[str, str]) -> list[Picture]:
    return individual(m["ADPC"], analyte, levels)


def _spaghetti(m: Material, analyte: Analyte, levels: dict[str, str]) -> list[Picture]:
    colours = group_colours(m.tables, m.study)
    return curves.spaghetti(m["ADPC"], m["PKCONC"], analyte, levels, colours)


def _means(m: Material, analyte: Analyte, levels: dict[str, str]) -> list[Picture]:
    return curves.mean_curves(m["PKCONC"], analyte, levels, group_colours(m.tables, m.study))


def _fits(m: Material, analyte: Analyte, _levels: dict[str, str]) -> list[Picture]:
    return terminal_fits(m["LZFIT"], m["ADPP"], analyte)


def _doses(m: Material, analyte: Analyte, _levels: dict[str, str]) -> list[Picture]:
    return dose_figure(m.tables, analyte)


def _troughs(m: Material, analyte: Analyte, levels: dict[str, str]) -> list[Picture]:
    assert m.study.nca is not None
    least = m.study.nca.summary.min_n_spread
    colours = group_colours(m.tables, m.study)
    return trough_figure(m["ADPP"], analyte, levels, colours, least)


def conjugated(study: Study) -> Iterator[tuple[str, list[Analyte]]]:
    """Each drug of which several parts are measured, and its parts."""
    for drug in study.drugs:
        parts = [a for a in study.analytes_of(drug.code) if a.molecular_weight]
        if len({a.role for a in parts}) > 1:
            yield drug.code, parts


def _together(material: Material) -> Content:
    made = [
        picture
        for drug, parts in conjugated(material.study)
        for picture in molar_figure(
            material["PKCONC"], drug, parts, level_words(material.study, drug)
        )
    ]
    return tuple(made) or _no_parts(material)


def _ratios(material: Material) -> Content:
    colours = group_colours(material.tables, material.study)
    made = [
        picture
        for drug, parts in conjugated(material.study)
        for picture in ratio_figure(
            material["ADCSUM"], drug, parts[0], level_words(material.study, drug), colours, RATIOS
        )
    ]
    return tuple(made) or _no_parts(material)


def _no_parts(material: Material) -> Nothing:
    return NO_COURSE if list(conjugated(material.study)) else NOT_PLANNED


NO_COURSE: Final = Nothing(Words("no cycle with a course yet", "尚无完整采样的周期"))
NO_RESULT: Final = Words("no quantifiable result yet", "尚无可定量结果")
NO_FULL: Final = Words("no cycle with a course yet", "尚无完整采样的周期")


def _display(
    number: str, title: Words, make: Callable[[Material], Content], *sources: str, set_: str = "PKC"
) -> Display:
    return Display(number, title, set_, make, sources, CONCENTRATIONS, ("NCA-AUC",), ("nca",))


DISPLAYS: Final = (
    _display(
        "F14.4.1",
        Words("Individual Concentration-Time Profiles", "个体血药浓度-时间曲线"),
        _each(_individual, NO_RESULT),
        "pk/ADPC",
    ),
    _display(
        "F14.4.2",
        Words("Concentration-Time Profiles by Dose", "按剂量的血药浓度-时间曲线（全部受试者）"),
        _each(_spaghetti, NO_FULL),
        *("pk/ADPC", "pk/PKCONC"),
    ),
    _display(
        "F14.4.3",
        Words("Mean Concentration-Time Profiles", "平均血药浓度-时间曲线"),
        _each(_means, NO_FULL, of_analysis=True),
        "pk/PKCONC",
    ),
    _display(
        "F14.4.4",
        Words("Terminal Fits by Profile", "末端消除相拟合图"),
        _each(
            _fits,
            Words("no profile with a terminal fit yet", "尚无可拟合末端消除相的数据"),
            of_analysis=True,
        ),
        *("pk/LZFIT", "pk/ADPP"),
        set_="PKP",
    ),
    _display(
        "F14.4.5",
        Words("Parameters against Dose", "药代动力学参数与剂量的关系"),
        _each(_doses, Words("fewer than two full profiles", "完整数据少于两份"), of_analysis=True),
        *("pk/ADPP", "pk/PROFILE", "pk/DOSEPROP"),
        set_="PKP",
    ),
    _display(
        "F14.4.6",
        Words("Trough Concentrations by Cycle", "各周期谷浓度"),
        _each(
            _troughs,
            Words("troughs of fewer than two cycles", "有谷浓度的周期少于两个"),
            of_analysis=True,
        ),
        "pk/ADPP",
        set_="PKP",
    ),
    _display(
        "F14.4.7",
        Words("Conjugate and Its Parts on a Molar Scale", "抗体偶联药物及其组分的摩尔浓度"),
        _together,
        "pk/PKCONC",
    ),
    _display(
        "F14.4.8",
        Words("Molar Ratios over Time", "摩尔比随时间变化"),
        _ratios,
        "pk/ADCSUM",
    ),
)
