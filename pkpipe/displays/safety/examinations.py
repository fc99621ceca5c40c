"""Vital signs, ECG, physical examination, and the abnormal values a registry asks for (14.3.5 to 14.3.8)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import polars as pl

from pkpipe.displays.bilingual import Words, same
from pkpipe.displays.builders import About
from pkpipe.displays.counted import Line, count_sheet, counted, groups_of
from pkpipe.displays.display import Content, Display, Material, Nothing
from pkpipe.displays.groups_side_by_side import each_and_all
from pkpipe.displays.populations import TREATED
from pkpipe.displays.safety.abnormal_values import (
    ABNORMALITIES,
    NEW_FINDING,
    SAID,
    TABLES,
    criteria_of,
    sheet_of,
)
from pkpipe.displays.safety.safety_words import BODY
from pkpipe.displays.safety.values_by_visit import NO_VALUE, sheets_of
from pkpipe.safety.abnormal import ABNORMAL

C: Final = pl.col
CRITERIA: Final = Words("Limits of the study", "研究规定的界限")
REGISTERED: Final = Words(
    "Abnormal: beyond a limit the study file states, outside the reference range, or called abnormal; out of "
    "the subjects with such a value after the first dose.",
    "异常：超出研究文件规定的界限、超出参考值范围或被判定为异常；分母为首次给药后有该项数值的受试者。",
)
SYSTEM: Final = Words("Body system", "身体系统")
FOUND: Final = Words("Abnormal", "异常")
SIGNIFICANT: Final = Words("Clinically significant", "有临床意义")
EXAMINED: Final = Words(
    "Subjects with an abnormal finding after the first dose, also where it was so before, of all who were "
    "examined after it.",
    "首次给药后有异常发现的受试者（包括给药前已存在者），分母为首次给药后接受检查者。",
)
NO_FINDING: Final = Words("no abnormal finding after the first dose", "首次给药后无异常发现")


def _vital_signs(material: Material) -> Content:
    return _with_limits(material, "VS")


def _electrocardiogram(material: Material) -> Content:
    return _with_limits(material, "EG")


def _with_limits(material: Material, domain: str) -> Content:
    """Subjects beyond the limits that the study states, then values by visit."""
    codes = [c.code for c in criteria_of(material, domain)]
    limits = sheet_of(material, codes, About("limits", CRITERIA))
    sheets = (*((limits,) if limits.cells.height else ()), *sheets_of(material, domain))
    return sheets or Nothing(NO_VALUE)


def _physical(material: Material) -> Content:
    """Subjects with an abnormal finding by body system, and with a clinically significant one."""
    rows = material["ADPE"].filter(C("POSTFL") == "Y")
    abnormal = C("AVALC").str.contains(ABNORMAL).fill_null(value=False) | (C("PECLSIG") == "Y")
    found = rows.filter(abnormal)
    if found.is_empty():
        return Nothing(NO_FINDING)
    names = dict(rows.select("PARAMCD", "PARAM").unique("PARAMCD").sort("PARAMCD").iter_rows())
    why = material.lost("PE.PECLSIG")
    lines = _lines("", "", abnormal, Words("Any body system", "任一身体系统"), why)
    for code, name in names.items():
        of = f" AND PARAMCD = '{code.replace(chr(39), chr(39) * 2)}'"
        holds = (C("PARAMCD") == code) & abnormal
        lines += _lines(code, of, holds, BODY.get(code, same(name or code)), why)
    groups = groups_of(material, TREATED)
    examined = each_and_all(rows.select("USUBJID").unique().join(groups.members, on="USUBJID"))
    sizes = examined.group_by("COHORT").agg(N=pl.len().cast(pl.Int64))
    groups = replace(groups, sizes=sizes)
    table = counted(rows, lines, groups, TABLES["PE"])
    return (count_sheet(table, lines, groups, About(notes=(EXAMINED,)), SYSTEM),)


def _lines(code: str, of: str, holds: pl.Expr, system: Words, why: Words) -> list[Line]:
    """Any abnormal finding of a body system, and a clinically significant one; why: nobody can say which."""
    told = f"POSTFL = 'Y' AND PECLSIG = 'Y'{of}"
    significant = holds & (C("PECLSIG") == "Y")
    return [
        Line(
            code or "ANY", FOUND, holds, f"POSTFL = 'Y' AND ({SAID} OR PECLSIG = 'Y'){of}", system
        ),
        Line(f"{code or 'ANY'}/CS", SIGNIFICANT, significant, told, reason=why),
    ]


def _registered(material: Material) -> Content:
    codes = [c for c in ABNORMALITIES if c != NEW_FINDING]
    own = [c.code for c in criteria_of(material, "LB")]
    return (sheet_of(material, [*codes, NEW_FINDING, *own], About(notes=(REGISTERED,))),)


DISPLAYS: Final = (
    Display(
        "T14.3.5.1",
        Words("Vital Signs", "生命体征"),
        "SAF",
        _vital_signs,
        ("safety/BYVISIT", "safety/CRITSUM"),
        ("VS", "VS.VSSTRESN"),
        ("SET-SAF",),
        ("safety.criteria",),
    ),
    Display(
        "T14.3.6.1",
        Words("Electrocardiogram", "心电图"),
        "SAF",
        _electrocardiogram,
        ("safety/BYVISIT", "safety/CRITSUM"),
        ("EG", "EG.EGSTRESN"),
        ("SET-SAF",),
        ("safety.criteria",),
    ),
    Display(
        "T14.3.7.1",
        Words("Physical Examination: Abnormal Findings", "体格检查异常"),
        "SAF",
        _physical,
        (TABLES["PE"],),
        ("PE", "PE.PESTRESC|PE.PECLSIG"),
        ("SET-SAF",),
    ),
    Display(
        "T14.3.8.1",
        Words(
            "Participants with Abnormal Vital Signs, Physical Examination, Laboratory and Auxiliary Tests",
            "生命体征、体格检查、实验室检查及辅助检查异常的受试者",
        ),
        "SAF",
        _registered,
        ("safety/CRITSUM",),
        (),
        ("SET-SAF",),
        ("safety.criteria",),
    ),
)
