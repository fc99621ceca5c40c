"""Treatments against each other: geometric means, their ratio and its limits (14.4.8)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final

import polars as pl

from pkpipe.clinical.collected import CONCENTRATIONS
from pkpipe.displays.bilingual import Words
from pkpipe.displays.builders import Layout, side_by_side
from pkpipe.displays.display import Content, Display, Material, Nothing, Sheet
from pkpipe.displays.pharmacokinetics.analytes import PARAMETER, Measured, by_analyte
from pkpipe.displays.pharmacokinetics.parameter_words import named
from pkpipe.displays.pharmacokinetics.steady_state import not_planned
from pkpipe.displays.rows_behind import of_subjects, one_of, quoted_each, where
from pkpipe.pk.parameters.treatment_comparisons import KEYS, used_rows
from pkpipe.protocol.ratio_options import TreatedProfiles, TreatmentComparison

C: Final = pl.col
CODE: Final = "nca.compare"
NOTHING_YET: Final = Nothing(Words("no profile to compare yet", "尚无可比较的药时曲线"))
CROSSOVER: Final = Words(
    "Least squares of the logarithm on subject, period and treatment, all fixed; CV is that within a "
    "subject. The only value of a subject is not used.",
    "对数值按受试者、周期和处理（均为固定效应）作最小二乘；CV为受试者内变异。仅有一个值的受试者不采用。",
)
NO_PERIODS: Final = Words(
    "Least squares of the logarithm on subject and treatment, both fixed, without an effect of the period; "
    "CV is that within a subject. The only value of a subject is not used.",
    "对数值按受试者和处理（均为固定效应）作最小二乘，不含周期效应；CV为受试者内变异。"
    "仅有一个值的受试者不采用。",
)
Which = tuple[str, ...] | None
TEST, REFERENCE = ("TEST",), ("REFERENCE",)
# Column, how it is written, whose values it rests on; a variance is that of the whole model.
NUMBERS: Final[tuple[tuple[str, str, Which], ...]] = (
    ("NTEST", "count", TEST),
    ("NREF", "count", REFERENCE),
    ("GMTEST", "gmean", TEST),
    ("GMREF", "gmean", REFERENCE),
    ("RATIO", "ratio", (*TEST, *REFERENCE)),
    ("CV", "percent", None),
)
PARALLEL: Final = {
    "unequal": Words(
        "Parallel groups: t limits of the difference of logarithms with a variance each (Welch); CV is that "
        "between subjects.",
        "平行组：对数差值的t置信限，两组方差各自估计（Welch）；CV为受试者间变异。",
    ),
    "equal": Words(
        "Parallel groups: t limits of the difference of logarithms with one variance; CV is that between "
        "subjects.",
        "平行组：对数差值的t置信限，两组共用一个方差；CV为受试者间变异。",
    ),
}


def comparisons(material: Material) -> Content:
    """A table a comparison and analyte: parameter and treatment down; means, ratio and CV across."""
    plans = material.study.nca.compare if material.study.nca else {}
    if not plans:
        return not_planned(CODE)
    made = tuple(sheet for name, of in plans.items() for sheet in _sheets(material, name, of))
    return made or NOTHING_YET


def _sheets(material: Material, name: str, of: TreatmentComparison) -> Iterator[Sheet]:
    told = material["PKRATIO"].filter(COMPARE=name)
    used = used_rows(material["ADPP"], of)
    used = used.with_columns(WHO=C("WHO").list.eval(quoted_each(pl.element())).list.join(", "))
    rows = told.join(used, on=[*KEYS, "TEST"], how="left", nulls_equal=True, maintain_order="left")
    for measured, own in by_analyte(rows, material.study):
        yield _of_analyte(own, measured, name, of)


def _of_analyte(
    rows: pl.DataFrame, measured: Measured, name: str, of: TreatmentComparison
) -> Sheet:
    names = {code: named(code) for code in rows["PARAMCD"].unique(maintain_order=True)}
    window = pl.when(C("WINDOW").is_not_null()).then(pl.concat_str(pl.lit(", "), "WINDOW"))
    shown = {code: words.en for code, words in names.items()}
    based = rows.with_columns(
        PARAMW=pl.concat_str(C("PARAMCD").replace(shown), window.fill_null(""))
    )
    parts = [_column(based, of, *column) for column in NUMBERS]
    limits = f"({100 * of.confidence:g} % CI)"
    columns = [
        ("NTEST", Words("n, treatment", "n，受试")),
        ("NREF", Words("n, reference", "n，参比")),
        ("GMTEST", Words("Geometric mean, treatment", "几何均值，受试")),
        ("GMREF", Words("Geometric mean, reference", "几何均值，参比")),
        ("RATIO", Words(f"Ratio, % {limits}", f"比值，% {limits}")),
        ("CV", Words("CV, %", "CV，%")),
    ]
    labels = {
        "PARAMW": PARAMETER,
        "TEST": Words("Treatment", "处理"),
        "AVALU": Words("Unit", "单位"),
    }
    words = {
        told: Words(told, told.replace(names[code].en, names[code].zh, 1))
        for told, code in based.select("PARAMW", "PARAMCD").unique(maintain_order=True).iter_rows()
    }
    layout = Layout(("PARAMCD", "WINDOW", "TEST"), labels, "COLUMN", columns, words)
    heading = measured.about.title
    title = Words(
        f"{name}, against {of.reference}: {heading.en}",
        f"{name}，与{of.reference}比较：{heading.zh}",
    )
    about = replace(
        measured.about, code=f"{name}.{measured.about.code}", title=title, notes=(_note(rows, of),)
    )
    return side_by_side(pl.concat(parts, how="diagonal"), layout, about)


def _column(
    rows: pl.DataFrame, of: TreatmentComparison, column: str, stat: str, which: Which
) -> pl.DataFrame:
    """The numbers of one column, each with the values it rests on; a variance with its own row."""
    cells = rows.with_columns(
        COLUMN=pl.lit(column), STAT=pl.lit(stat), VALUE=C(column).cast(pl.Float64)
    )
    if which is None:
        own = {k: C(k) for k in ("COMPARE", *KEYS, "TEST")}
        behind = cells.with_columns(TABLES=pl.lit("pk/PKRATIO"), ROWS=where(cells, **own))
    else:
        behind = cells.with_columns(TABLES=pl.lit("pk/ADPP"), ROWS=_behind(cells, of, which))
    return behind if column == "RATIO" else behind.drop("LOWER", "UPPER")


def _behind(rows: pl.DataFrame, of: TreatmentComparison, which: Sequence[str]) -> pl.Expr:
    """Values of the treatment, of the reference or of both, as a condition on ADPP."""
    keys = {k: C(k) for k in ("PARCAT1", "MATRIX", "PARAMCD")}
    of_test = {
        test: _profiles(of, {{"TEST": test, "REFERENCE": of.reference}[side] for side in which})
        for test in of.names
    }
    area = pl.concat_str(pl.lit(" AND "), where(rows, START=C("START"), END=C("END")))
    return pl.concat_str(
        where(rows, **keys, SUMFL="Y"),
        pl.when(C("WINDOW").is_not_null()).then(area).otherwise(pl.lit("")),
        pl.lit(" AND AVAL > 0 AND "),
        C("TEST").replace_strict(of_test),
        of_subjects("WHO"),
    )


def _profiles(of: TreatmentComparison, treatments: Collection[str]) -> str:
    """The profiles of these treatments, as a condition on ADPP."""
    return f"({' OR '.join(_held(p) for p in of.treatments if p.treatment in treatments)})"


def _held(part: TreatedProfiles) -> str:
    cycles = "" if part.cycles is None else f"CYCLE IN ({', '.join(map(str, part.cycles))})"
    words = {"COHORT": part.cohorts, "LEVEL": part.levels}
    held = [one_of(name, values) for name, values in words.items() if values is not None]
    return " AND ".join(filter(None, (*held, cycles))) or "TRUE"


def _note(rows: pl.DataFrame, of: TreatmentComparison) -> Words:
    if rows["DESIGN"][0] == "parallel":
        return PARALLEL[of.variances]
    return CROSSOVER if of.periods else NO_PERIODS


DISPLAYS: Final = (
    Display(
        "T14.4.8.1",
        Words("Ratios of Geometric Means between Treatments", "处理间几何均值之比"),
        "PKP",
        comparisons,
        ("pk/PKRATIO",),
        CONCENTRATIONS,
        ("PK-RATIO",),
        (CODE,),
        if_planned=True,
    ),
)
