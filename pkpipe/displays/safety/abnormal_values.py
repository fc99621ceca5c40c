"""Subjects with abnormal values as CRITSUM counts them, each count with the rows it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import polars as pl

from pkpipe.displays.bilingual import Words, reason_in_chinese, same
from pkpipe.displays.builders import NOTHING_MORE, About, Layout, side_by_side
from pkpipe.displays.display import Material, Sheet
from pkpipe.displays.groups_side_by_side import cohort_columns, in_cohort
from pkpipe.displays.populations import TREATED
from pkpipe.protocol.safety import Criterion
from pkpipe.schema.adam.common import ALL

C: Final = pl.col
TABLES: Final = {"VS": "safety/ADVS", "EG": "safety/ADEG", "LB": "safety/ADLB", "PE": "safety/ADPE"}
AFTER: Final = "POSTFL = 'Y'"
# Words of a result that say abnormal, as pkpipe/safety/abnormal.py finds them.
SAID: Final = (
    "(AVALC ILIKE 'abnormal%' OR AVALC ILIKE 'clinically significant%' OR AVALC LIKE '%异常%')"
)
OUTSIDE: Final = "ANRIND IN ('LOW', 'HIGH')"
WORSE: Final = " OR ".join(
    f"(ATOXGR{d} >= 3 AND ATOXGR{d} > COALESCE(BTOXGR{d}, 0))" for d in ("L", "H")
)
NEW_FINDING: Final = "PE_CS"
# Lines that every study has (pkpipe/safety/abnormal.py), beside the criteria of its file.
ABNORMALITIES: Final[Mapping[str, Words]] = {
    "VS_ABN": Words("Vital signs: any abnormal value", "生命体征：任一异常值"),
    "PE_ABN": Words("Physical examination: any abnormal finding", "体格检查：任一异常发现"),
    NEW_FINDING: Words(
        "Physical examination: new clinically significant abnormality", "体格检查：新出现的有临床意义的异常"
    ),
    "LB_ABN": Words(
        "Laboratory: any value outside the reference range", "实验室检查：任一超出参考值范围的数值"
    ),
    "LB_NEW": Words(
        "Laboratory: any value outside the range that was not so at baseline",
        "实验室检查：任一基线时未超出参考值范围的异常值",
    ),
    "LB_G3": Words(
        "Laboratory: any CTCAE grade 3 or more, worse than at baseline",
        "实验室检查：任一较基线加重的 CTCAE 3级及以上",
    ),
    "EG_ABN": Words("Auxiliary tests (ECG): any abnormal value", "辅助检查（心电图）：任一异常值"),
}  # fmt: skip


def criteria_of(material: Material, *domains: str) -> list[Criterion]:
    """The criteria of the study file for these domains."""
    plan = material.study.safety
    return [] if plan is None else [c for c in plan.criteria if c.domain in domains]


def sheet_of(material: Material, codes: Iterable[str], about: About = NOTHING_MORE) -> Sheet:
    """These lines of CRITSUM with a group in each column, in the order given."""
    order = {code: place for place, code in enumerate(codes)}
    words = {
        **ABNORMALITIES,
        **{c.code: same(c.label) for c in criteria_of(material, "VS", "EG", "LB")},
    }
    behind = _behind(material)
    held = C("PARAMCD").is_in(list(order)) & C("GROUP").is_in(["ALL", "COHORT"])
    rows = (
        material["CRITSUM"]
        .filter(held)
        .with_columns(
            COHORT=pl.when(C("GROUP") == "ALL").then(pl.lit(ALL)).otherwise("GROUPVAL"),
            LABEL=C("PARAMCD").replace_strict(
                {k: w.en for k, w in words.items()}, default=C("PARAM")
            ),
            STAT=pl.lit("share"),
            VALUE="PCT",
            X=C("X").cast(pl.Float64),
            TEXT=pl.when(C("X").is_null()).then("REASON"),
            TEXTZH=pl.when(C("X").is_null()).then(reason_in_chinese(C("REASON"))),
            TABLES=_told(behind, 0),
        )
        .with_columns(ROWS=pl.concat_str(_told(behind, 1), in_cohort()))
        .sort(C("PARAMCD").replace_strict(order, return_dtype=pl.Int64), maintain_order=True)
    )
    layout = Layout(
        ("PARAMCD",),
        {"LABEL": Words("Subjects with, after the first dose", "首次给药后出现以下情况的受试者")},
        "COHORT",
        cohort_columns(material, TREATED),
        {w.en: w for w in words.values()},
    )
    return side_by_side(rows, layout, about)


def _told(behind: Mapping[str, tuple[str, str]], part: int) -> pl.Expr:
    said = {code: both[part] for code, both in behind.items()}
    return C("PARAMCD").replace_strict(said, default=None, return_dtype=pl.String)


def _behind(material: Material) -> dict[str, tuple[str, str]]:
    """By line of CRITSUM: the table and the condition that finds the values counted."""
    own = {
        c.code: (TABLES[c.domain], f"{AFTER} AND {_met(c)}")
        for c in criteria_of(material, "VS", "EG", "LB")
    }
    laboratory = {"LB_ABN": OUTSIDE, "LB_NEW": f"{OUTSIDE} AND COALESCE(BNRIND, '') <> ANRIND",
                  "LB_G3": f"({WORSE})"}  # fmt: skip
    return {
        **own,
        **{k: (TABLES["LB"], f"{AFTER} AND {sql}") for k, sql in laboratory.items()},
        **{f"{d}_ABN": (TABLES[d], f"{AFTER} AND {_any(material, d)}") for d in ("VS", "EG")},
        "PE_ABN": (TABLES["PE"], f"{AFTER} AND ({SAID} OR PECLSIG = 'Y')"),
        NEW_FINDING: (TABLES["PE"], f"{AFTER} AND PECLSIG = 'Y'{_not_before(material)}"),
    }


def _met(criterion: Criterion) -> str:
    """The limit as the study states it; of a change from baseline the same comparison."""
    test = criterion.test.replace("'", "''")
    unit = criterion.unit.upper().replace("'", "''")
    value = f"AVAL {criterion.operator} {criterion.value!r}"
    told = f"PARAMCD = '{test}' AND UPPER(AVALU) = '{unit}' AND {value}"
    if criterion.change is None:
        return told
    change = criterion.change if criterion.operator.startswith(">") else -criterion.change
    return f"{told} AND CHG {criterion.operator} {change!r}"


def _any(material: Material, domain: str) -> str:
    limits = [f"({_met(c)})" for c in criteria_of(material, domain)]
    return "(" + " OR ".join([*limits, f"(AVAL IS NULL AND {SAID})"]) + ")"


def _not_before(material: Material) -> str:
    """What was significant at baseline already is no new finding."""
    before = material["ADPE"].filter((C("ABLFL") == "Y") & (C("PECLSIG") == "Y"))
    pairs = before.select("USUBJID", "PARAMCD").unique().sort("USUBJID", "PARAMCD")
    told = [
        f" AND NOT (USUBJID = '{who.replace(chr(39), chr(39) * 2)}' AND PARAMCD = '{what}')"
        for who, what in pairs.iter_rows()
    ]
    return "".join(told)
