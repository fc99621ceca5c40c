"""Antibodies against the drug: how many, titres, neutralising, onset and course; every subject (14.5.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import polars as pl

from pkpipe.clinical.collected import ANTIBODIES
from pkpipe.displays.antibodies.antibody_measures import (
    CLASSES,
    DENOMINATORS,
    EVALUABLE,
    EVERY_CLASS,
    MEASURES,
    NOT_EVALUABLE,
    SUBJECTS,
    measured,
    members,
    of_subjects,
)
from pkpipe.displays.bilingual import NONE, Words, reason_in_chinese
from pkpipe.displays.builders import About, Layout, side_by_side
from pkpipe.displays.display import Content, Display, Material, Nothing, Sheet
from pkpipe.displays.groups_side_by_side import cohort_columns, each_and_all, in_cohort

C: Final = pl.col
MOST_NAMED: Final = 20  # subjects in a footnote
INCIDENCE: Final = (
    *("SAMPLED", "PREVAL", "BASEPOS", "INCID", "INDUCD", "ENHANC", "TRUNAFF", "NEG0"),
)
NEUTRALISING: Final = ("NABPOS", "NABMISS", "NABINC")
COURSE: Final = ("TIMADA", "ADADUR", "PERSADA", "TRANADA", "INDTADA")
UNPLANNED: Final = Words(
    "not planned: the study file has no immunogenicity section", "未计划：研究文件无 immunogenicity 部分"
)  # fmt: skip
NOBODY: Final = Words(
    "no subject with treatment-emergent antibodies", "无治疗期间出现抗药抗体的受试者"
)
EACH_ONE: Final = Words(
    "subjects with a post-dose ADA result, each once", "有给药后结果的受试者，每人计一次"
)
TREATED: Final = Words("treated subjects", "接受治疗的受试者")
SUMS: Final = Words(
    "The classes add up to the subjects with a post-dose result. Prevalence counts a positive sample at any "
    "time, so a subject positive at baseline and unaffected is in it and is not treatment-emergent.",
    "各分类之和等于有给药后结果的受试者人数。流行率包括任意时间点的阳性样本，因此基线阳性且未受治疗影响者计入流行率，"
    "但不属于治疗期间出现。",
)  # fmt: skip
RANGES: Final = Words("Median (minimum, maximum).", "中位数（最小值，最大值）。")


def about(drug: str, *notes: Words) -> About:
    """The table of one drug."""
    title = Words(f"Antibodies against {drug}", f"抗 {drug} 抗体")
    return About(drug, title, tuple(n for n in notes if n != NONE))


def drugs(material: Material) -> list[str]:
    """Drugs with an assay."""
    return material["ADASUM"]["DRUG"].unique(maintain_order=True).to_list()


def _prevalence(material: Material) -> Content:
    if material.study.immunogenicity is None:
        return Nothing(UNPLANNED)
    counted = _cells(measured(material, INCIDENCE))
    rows = pl.concat([counted, _classes(material)], how="diagonal")
    return tuple(
        _sheet(rows, drug, material, (SUMS, _neither(material, drug))) for drug in drugs(material)
    )


def _cells(rows: pl.DataFrame) -> pl.DataFrame:
    """Counts as shares, medians with their range; where there is no number, why."""
    counts = ~C("PARAMCD").is_in(["TIMADA", "ADADUR", "PEAKTITR"])
    return rows.with_columns(
        STAT=pl.when(counts).then(pl.lit("share")).otherwise(pl.lit("median_range")),
        VALUE=pl.when(counts).then("PCT").otherwise("AVAL"),
        X=pl.when(counts).then(C("X").cast(pl.Float64)),
        N=pl.when(counts).then("N").otherwise("X"),
        LOWER="MIN",
        UPPER="MAX",
        TEXT=pl.when(C("X").is_null()).then("REASON"),
        TEXTZH=pl.when(C("X").is_null()).then(reason_in_chinese(C("REASON"))),
    )


def _sheet(
    rows: pl.DataFrame,
    drug: str,
    material: Material,
    notes: tuple[Words, ...] = (),
) -> Sheet:
    labels = {"PARAM": Words("Subjects", "受试者"), "DENOM": Words("Out of", "分母")}
    words = {w.en: w for w in (EACH_ONE, TREATED, *map(class_words, EVERY_CLASS))}
    words |= {
        w.en: w for w in map(_titre, rows["PARAM"].unique().str.extract(r" of (\S+)$").drop_nulls())
    }
    layout = Layout(
        ("PARAMCD",),
        labels,
        "COHORT",
        cohort_columns(material, EVALUABLE),
        {m.words.en: m.words for m in MEASURES.values()} | DENOMINATORS | words,
    )
    return side_by_side(rows.filter(C("DRUG") == drug), layout, about(drug, *notes))


def class_words(code: str) -> Words:
    """The line of a class that every subject is in once."""
    said = EVERY_CLASS[code]
    return Words(f"Class: {said.en[0].lower()}{said.en[1:]}", f"分类：{said.zh}")


def _titre(number: str) -> Words:
    return Words(f"Peak titre of {number}", f"最高滴度为 {number}")


def _classes(material: Material) -> pl.DataFrame:
    """Each subject in one class: those with a result after the first dose, then the others."""
    subjects = each_and_all(of_subjects(material["ADAB"], "ADACLASS"))
    judged = C("VALUE").is_in(list(CLASSES))
    sizes = subjects.group_by("DRUG", "COHORT").agg(JUDGED=judged.sum(), TREATED=pl.len())
    kinds = pl.DataFrame(
        [(k, class_words(k).en, EACH_ONE.en) for k in CLASSES]
        + [(k, class_words(k).en, TREATED.en) for k in NOT_EVALUABLE],
        schema=["VALUE", "PARAM", "DENOM"],
        orient="row",
    )
    counted = subjects.group_by("DRUG", "COHORT", "VALUE").agg(
        X=C("USUBJID").n_unique().cast(pl.Float64)
    )
    of_judged = C("VALUE").is_in(list(CLASSES))
    negative = measured(material, ("NEG",)).filter(C("X").is_null())
    unknown = negative.select("DRUG", "COHORT", LOST="REASON")
    unproven = C("VALUE").is_in(["NEGATIVE", "INCONCLUSIVE"]) & C("LOST").is_not_null()
    return (
        kinds.join(sizes, how="cross", maintain_order="left")
        .join(counted, on=["DRUG", "COHORT", "VALUE"], how="left", maintain_order="left")
        .join(unknown, on=["DRUG", "COHORT"], how="left", maintain_order="left")
        .with_columns(
            X=pl.when(~unproven).then(C("X").fill_null(0.0)),
            N=pl.when(of_judged).then("JUDGED").otherwise("TREATED"),
            REASON=pl.when(unproven).then("LOST"),
        )
        .filter(of_judged | (C("X").max().over("DRUG", "VALUE") > 0))
        .select(
            *("DRUG", "COHORT", "PARAM", "DENOM", "X", "REASON"),
            TEXT="REASON",
            TEXTZH=reason_in_chinese(C("REASON")),
            PARAMCD=pl.lit("CLASS ") + C("VALUE"),
            N=C("N").cast(pl.Int64),
            VALUE=pl.when(C("N") > 0).then(100 * C("X") / C("N")),
            STAT=pl.lit("share"),
            TABLES=pl.lit(SUBJECTS),
            ROWS=pl.concat_str(
                pl.lit("DRUG = '"), "DRUG", pl.lit("' AND PARAMCD = 'ADACLASS' AND AVALC = '"),
                "VALUE", pl.lit("'"), in_cohort(),
            ),
        )
    )  # fmt: skip


def _neither(material: Material, drug: str) -> Words:
    """Who is neither treatment-emergent nor negative, by name."""
    own = of_subjects(material["ADAB"], "ADACLASS").filter(C("DRUG") == drug).sort("USUBJID")
    others = own.filter(~C("VALUE").is_in(["INDUCED", "BOOSTED", "NEGATIVE"])).drop_nulls("VALUE")
    if others.is_empty():
        return NONE
    said = others.head(MOST_NAMED).select("USUBJID", "VALUE").rows()
    more = others.height - len(said)
    every = EVERY_CLASS
    en = "; ".join(f"{who} ({every[kind].en.lower()})" for who, kind in said)
    zh = "；".join(f"{who}（{every[kind].zh}）" for who, kind in said)
    return Words(
        f"{drug}: neither treatment-emergent nor negative: {en}{f'; and {more} more' if more else ''}. "
        "All subjects are in L16.2.5.5.",
        f"{drug}：既非治疗期间出现亦非阴性：{zh}{f'；另有 {more} 名' if more else ''}。"
        "全部受试者见 L16.2.5.5。",
    )


def _of_emergent(codes: tuple[str, ...], *notes: Words) -> Callable[[Material], Content]:
    def make(material: Material) -> Content:
        if material.study.immunogenicity is None:
            return Nothing(UNPLANNED)
        rows = _cells(measured(material, codes))
        shown = [d for d in drugs(material) if _any_emergent(material, d)]
        return tuple(_sheet(rows, d, material, notes) for d in shown) or Nothing(NOBODY)

    return make  # fmt: skip


def _any_emergent(material: Material, drug: str) -> bool:
    found = of_subjects(material["ADAB"], "EMERPOS").filter(C("DRUG") == drug)
    return bool((found["VALUE"] == "Y").any())


def _titres(material: Material) -> Content:
    """Median and range of the peak titre, then subjects by the titre they reached."""
    if material.study.immunogenicity is None:
        return Nothing(UNPLANNED)
    median = _cells(measured(material, ("PEAKTITR",)))
    rows = pl.concat([median, *_by_titre(material)], how="diagonal")
    shown = [d for d in drugs(material) if _any_emergent(material, d)]
    return tuple(_sheet(rows, d, material, (RANGES,)) for d in shown) or Nothing(NOBODY)


def _by_titre(material: Material) -> Iterator[pl.DataFrame]:
    peaks = material["ADAB"].filter((C("PARAMCD") == "PEAKTITR") & C("AVAL").is_not_null())
    emergent = of_subjects(material["ADAB"], "EMERPOS").filter(C("VALUE") == "Y")
    of = peaks.join(emergent, on=["USUBJID", "DRUG"], how="semi")
    both = each_and_all(of.select("USUBJID", "DRUG", "COHORT", "AVAL"))
    counted = both.group_by("DRUG", "COHORT", "AVAL").agg(
        X=C("USUBJID").n_unique().cast(pl.Float64)
    )
    sizes = each_and_all(emergent).group_by("DRUG", "COHORT").agg(N=pl.len().cast(pl.Int64))
    seen = of.select("DRUG", "AVAL").unique().sort("DRUG", "AVAL")
    grid = seen.join(sizes, on="DRUG", how="inner", maintain_order="left")
    yield (
        grid.join(counted, on=["DRUG", "COHORT", "AVAL"], how="left", maintain_order="left")
        .join(members(material, emergent=True), on=["DRUG", "COHORT"], how="left", maintain_order="left")
        .sort("DRUG", "AVAL", maintain_order=True)
        .with_columns(X=C("X").fill_null(0.0), TITRE=C("AVAL").cast(pl.String).str.strip_suffix(".0"))
        .select(
            *("DRUG", "COHORT", "X", "N"),
            PARAMCD=pl.lit("PEAK ") + C("TITRE"),
            PARAM=pl.lit("Peak titre of ") + C("TITRE"),
            DENOM=pl.lit("subjects with treatment-emergent ADA"),
            VALUE=100 * C("X") / C("N"),
            STAT=pl.lit("share"),
            TABLES=pl.lit(SUBJECTS),
            ROWS=pl.concat_str(
                pl.lit("DRUG = '"), "DRUG", pl.lit("' AND PARAMCD = 'PEAKTITR' AND AVAL = "),
                "TITRE", pl.lit(" AND "), "AMONG",
            ),
        )
    )  # fmt: skip


def _display(
    number: str, en: str, zh: str, make: Callable[[Material], Content], *rules: str
) -> Display:
    sources = ("immunogenicity/ADASUM", SUBJECTS)
    return Display(
        number, Words(en, zh), "ADA", make, sources, ANTIBODIES, rules, ("immunogenicity",)
    )


DISPLAYS: Final = (
    _display(
        "T14.5.1.1",
        "Anti-Drug Antibodies: Prevalence, Incidence and Classes",
        "抗药抗体：流行率、发生率与分类",
        _prevalence,
        *("ADA-3", "ADA-7", "ADA-8", "ADA-9", "ADA-13"),
    ),
    _display(
        "T14.5.1.2", "Peak Titre of Anti-Drug Antibodies", "抗药抗体最高滴度", _titres, "ADA-11"
    ),
    _display(
        "T14.5.1.3",
        "Neutralising Antibodies",
        "中和抗体",
        _of_emergent(NEUTRALISING),
        *("ADA-12", "ADA-13"),
    ),
    _display(
        "T14.5.1.4",
        "Onset, Duration and Persistence of Anti-Drug Antibodies",
        "抗药抗体的出现时间、持续时间与持续性",
        _of_emergent(COURSE, RANGES),
        *("ADA-10", "ADA-11"),
    ),
)
