"""Models of biomarkers against the concentration in the same sample (14.6.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import polars as pl

from pkpipe.clinical.collected import BIOMARKERS
from pkpipe.displays.bilingual import Words, chinese
from pkpipe.displays.builders import About, Layout, side_by_side
from pkpipe.displays.display import Content, Display, Material, Nothing, Sheet
from pkpipe.displays.pharmacokinetics.reasons import reason_words
from pkpipe.displays.rows_behind import where
from pkpipe.pk.marker_needs import CONCENTRATION

C: Final = pl.col
PAIRS: Final = "pk/PDPAIR"
CURVE_NEEDS: Final = (*BIOMARKERS, *CONCENTRATION)
NO_MODEL: Final = Words(
    "not planned: the study file has no exposure_response.markers",
    "未计划：研究文件无 exposure_response.markers",
)
NO_PAIR: Final = Words(
    "no result with a concentration in the same sample", "无同一样本中有浓度的结果"
)
MODEL_NOTE: Final = Words(
    "Mean result = E0 + Emax C^Hill / (EC50^Hill + C^Hill); in the Emax model Hill is 1. Limits by subject "
    "(Mancl and DeRouen 2001). Chosen is the simplest model unless AICc of another is lower by more than the "
    "margin of the study file.",
    "平均结果 = E0 + Emax C^Hill / (EC50^Hill + C^Hill)；Emax 模型中 Hill 为 1。置信限按受试者稳健估计"
    "（Mancl 与 DeRouen 2001）。除非其他模型的 AICc 更低且超过研究文件规定的差值，否则选用最简单的模型。",
)


MODELS: Final[Mapping[str, Words]] = {
    "NONE": Words("No effect", "无效应模型"),
    "EMAX": Words("Emax", "Emax 模型"),
    "SIGEMAX": Words("Sigmoid Emax", "S 形 Emax 模型"),
}
PARAMETERS: Final[Mapping[str, tuple[Words, str]]] = {
    "N": (Words("Subjects", "受试者"), "count"),
    "NOBS": (Words("Results", "结果数"), "results"),
    "E0": (Words("E0", "E0"), "estimate_figures"),
    "EMAX": (Words("Emax", "Emax"), "estimate_figures"),
    "EC50": (Words("EC50", "EC50"), "estimate_figures"),
    "HILL": (Words("Hill", "Hill"), "estimate_figures"),
    "RSD": (Words("Residual SD", "残差标准差"), "number"),
    "AICC": (Words("AICc", "AICc"), "one_decimal"),
    "SAID": (Words("Remark", "备注"), "text"),
}
CHOSEN: Final = Words("chosen", "选用")


def _models(material: Material) -> Content:
    fits = material["PDEMAX"]
    if fits.is_empty():
        return Nothing(no_model(material))
    return tuple(_fitted(fits))


def no_model(material: Material) -> Words:
    """Why there is no curve: none is planned, or no result has a concentration beside it."""
    plan = material.study.exposure_response
    return NO_MODEL if plan is None or plan.markers is None else NO_PAIR


def _fitted(fits: pl.DataFrame) -> Iterator[Sheet]:
    for part in fits.partition_by("PARAMCD", "PARCAT1", "MATRIX", maintain_order=True):
        first = part.row(0, named=True)
        used = where(part, PARAMCD=C("PARAMCD"), PARCAT1=C("PARCAT1"), MATRIX=C("MATRIX"))
        named = part.with_columns(
            TABLES=pl.lit(PAIRS), ROWS=pl.concat_str(used, pl.lit(" AND USEDFL = 'Y'"))
        )
        stats = named.filter(C("STAT").is_in(list(PARAMETERS))).with_columns(
            COL="STAT",
            STAT=C("STAT").replace_strict({k: stat for k, (_, stat) in PARAMETERS.items()}),
            VALUE="AVAL",
            UNIT="AVALU",
            N="NOBS",
        )
        once = named.unique("MODEL", keep="first", maintain_order=True)
        sizes = [
            once.with_columns(
                COL=pl.lit(n), STAT=pl.lit(PARAMETERS[n][1]), VALUE=C(n).cast(pl.Float64)
            )
            for n in ("N", "NOBS")
        ]
        ok = C("STATUS") == "OK"
        told = chinese(C("REASON"), reason_words(once["REASON"]))
        said = once.with_columns(
            COL=pl.lit("SAID"),
            STAT=pl.lit("text"),
            VALUE=pl.lit(None, dtype=pl.Float64),
            TEXT=pl.when(ok & (C("CHOSENFL") == "Y")).then(pl.lit(CHOSEN.en)).when(~ok).then("REASON")
            .otherwise(pl.lit("–")),
            TEXTZH=pl.when(ok & (C("CHOSENFL") == "Y")).then(pl.lit(CHOSEN.zh)).when(~ok).then(told),
        )  # fmt: skip
        rows = pl.concat([*sizes, stats, said], how="diagonal_relaxed")
        layout = Layout(
            ("MODEL",),
            {"LABELLED": Words("Model", "模型")},
            "COL",
            [(k, words) for k, (words, _) in PARAMETERS.items()],
            {w.en: w for w in MODELS.values()},
        )
        labelled = rows.with_columns(
            LABELLED=C("MODEL").replace_strict({k: w.en for k, w in MODELS.items()})
        )
        matrix, name = first["MATRIX"].lower(), first["PARAM"] or first["PARAMCD"]
        level = f"{100 * first['LEVELCI']:g}" if first["LEVELCI"] else "95"
        title = Words(
            f"{name} ({first['AVALU']}) against {first['PARCAT1']} in {matrix} ({first['CONCU']}), "
            f"{level}% limits",
            f"{name}（{first['AVALU']}）与 {first['PARCAT1']} 浓度（{first['CONCU']}），{level}% 置信限",
        )
        code = "/".join((first["PARAMCD"], first["PARCAT1"], first["MATRIX"]))
        yield side_by_side(labelled, layout, About(code, title, (MODEL_NOTE,)))


DISPLAYS: Final = (
    Display(
        "T14.6.3",
        Words("Models of Biomarkers against Concentration", "生物标志物与浓度关系的模型"),
        "PKC",
        _models,
        ("pk/PDEMAX",),
        CURVE_NEEDS,
        ("SET-PKC",),
        ("exposure_response.markers",),
    ),
)
