"""Laboratory: by visit, shifts of CTCAE grades in both directions, worst grades, abnormal values (14.3.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import polars as pl

from pkpipe.displays.bilingual import Words
from pkpipe.displays.builders import About, Field, Layout, listing, side_by_side
from pkpipe.displays.display import Content, Display, Material, Nothing, Sheet
from pkpipe.displays.groups_side_by_side import cohort_columns, in_cohort
from pkpipe.displays.populations import TREATED
from pkpipe.displays.safety.safety_words import TESTS, visit_words
from pkpipe.displays.safety.values_by_visit import by_visit
from pkpipe.safety.labs import MADE_OF
from pkpipe.schema.adam.common import ALL

C: Final = pl.col
RESULTS: Final = "safety/ADLB"
NEEDS: Final = ("LB", *MADE_OF)
DIRECTIONS: Final[Mapping[str, Words]] = {
    "L": Words("Low values", "降低"),
    "H": Words("High values", "升高"),
}
RANGES: Final[Mapping[int, Words]] = {
    -1: Words("Low", "低"),
    0: Words("Normal", "正常"),
    1: Words("High", "高"),
}
NOTHING_GRADED: Final = Words("no graded value after the first dose", "首次给药后无可分级的数值")
SHIFT_NOTE: Final = Words(
    "Subjects with the worst grade after the first dose, of those who can be judged; a missing baseline "
    "counts as grade 0. Shifts that nobody had are left out.",
    "首次给药后最高级别的受试者，占可评估者；基线缺失按0级计。未出现的变化不列出。",
)
WORST_NOTE: Final = Words(
    "A subject is counted once a test and direction, at the worst CTCAE grade after the first dose, of those "
    "who can be judged.",
    "每名受试者在每项检查及每个方向按首次给药后最高 CTCAE 级别计一次，占可评估者。",
)
RANGE_NOTE: Final = Words(
    "A subject who was low and later high counts in both; a missing baseline counts as normal.",
    "先低后高的受试者两项均计；基线缺失按正常计。",
)


def _by_group(material: Material) -> pl.DataFrame:
    """LBSHIFT with COHORT; everybody stands in ALL."""
    rows = material["LBSHIFT"].filter(
        C("GROUP").is_in(["ALL", "COHORT"]) & C("PARAMCD").is_not_null()
    )
    return rows.with_columns(
        COHORT=pl.when(C("GROUP") == "ALL").then(pl.lit(ALL)).otherwise("GROUPVAL")
    )


def _grid(rows: pl.DataFrame, by: list[str], cohorts: list[str]) -> pl.DataFrame:
    """X in every cohort with somebody to judge; N of the test and direction."""
    held = rows.group_by([*by, "COHORT"]).agg(X=C("X").sum().cast(pl.Float64))
    sizes = rows.group_by("PARAMCD", "DIRECTION", "COHORT").agg(N=C("N").first())
    named = rows.filter(C("COHORT") == ALL).select(by).unique().sort(by)
    codes = pl.DataFrame({"COHORT": cohorts}, schema={"COHORT": pl.String})
    return (
        named.join(codes, how="cross", maintain_order="left")
        .join(sizes, on=["PARAMCD", "DIRECTION", "COHORT"], how="inner", maintain_order="left")
        .join(held, on=[*by, "COHORT"], how="left", maintain_order="left")
        .with_columns(
            X=C("X").fill_null(0.0),
            STAT=pl.lit("share"),
            TABLES=pl.lit(RESULTS),
            OF=pl.concat_str(pl.lit("PARAMCD = '"), C("PARAMCD").str.replace_all("'", "''", literal=True),
                             pl.lit("'")),
        )
        .with_columns(VALUE=100 * C("X") / C("N"))
    )  # fmt: skip


def _shifts(material: Material) -> Content:
    rows, columns = _by_group(material), cohort_columns(material, TREATED)
    by = ["PARAMCD", "DIRECTION", "BGRADE", "WGRADE"]
    grid = _grid(rows, by, [code for code, _ in columns])
    graded = grid.filter(C("DIRECTION") != "R").with_columns(
        ROWS=pl.concat_str(
            "OF", pl.lit(" AND WORST"), "DIRECTION", pl.lit("FL = 'Y' AND ATOXGR"), "DIRECTION",
            pl.lit(" = "), "WGRADE", pl.lit(" AND COALESCE(BTOXGR"), "DIRECTION", pl.lit(", 0) = "),
            "BGRADE", in_cohort(),
        ),
        BASE=pl.concat_str(pl.lit("Grade "), "BGRADE"),
        WORST=pl.concat_str(pl.lit("Grade "), "WGRADE"),
    )  # fmt: skip
    ranged = grid.filter((C("DIRECTION") == "R") & (C("WGRADE") != 0)).with_columns(
        ROWS=pl.concat_str(
            "OF", pl.lit(" AND POSTFL = 'Y' AND ANRIND = '"), _indicator("WGRADE"),
            pl.lit("' AND COALESCE(BNRIND, 'NORMAL') = '"), _indicator("BGRADE"), pl.lit("'"), in_cohort(),
        ),
        BASE=C("BGRADE").replace_strict({k: w.en for k, w in RANGES.items()}, return_dtype=pl.String),
        WORST=C("WGRADE").replace_strict({k: w.en for k, w in RANGES.items()}, return_dtype=pl.String),
    )  # fmt: skip
    layout = ("PARAMCD", "BGRADE", "WGRADE")
    sheets = [
        _sheet(graded.filter(C("DIRECTION") == d), layout, columns, About(d, words, (SHIFT_NOTE,)))
        for d, words in DIRECTIONS.items()
    ]
    title = Words("By the reference range", "按参考值范围")
    sheets.append(_sheet(ranged, layout, columns, About("R", title, (RANGE_NOTE,))))
    return tuple(s for s in sheets if s.cells.height) or Nothing(NOTHING_GRADED)


def _indicator(grade: str) -> pl.Expr:
    return C(grade).replace_strict({-1: "LOW", 0: "NORMAL", 1: "HIGH"}, return_dtype=pl.String)


def _sheet(
    rows: pl.DataFrame, row: tuple[str, ...], columns: list[tuple[str, Words]], about: About
) -> Sheet:
    names = {code: w.en for code, w in TESTS.items()}
    named = rows.with_columns(TEST=C("PARAMCD").replace(names))
    labels = {
        "TEST": Words("Test", "检查项目"),
        **({"BASE": Words("Baseline", "基线")} if "BGRADE" in row else {}),
        "WORST": Words("Worst after the first dose", "首次给药后最差"),
    }
    grades = {f"Grade {n}": Words(f"Grade {n}", f"{n}级") for n in range(5)}
    words = {w.en: w for w in (*TESTS.values(), *RANGES.values(), SEVERE)} | grades
    return side_by_side(named, Layout(row, labels, "COHORT", columns, words), about)


SEVERE: Final = Words("Grade 3 or 4", "3级或4级")


def _worst(material: Material) -> Content:
    rows = _by_group(material).filter(C("DIRECTION") != "R")
    columns = cohort_columns(material, TREATED)
    grades = rows.filter(C("WGRADE") > 0).with_columns(
        CODE=C("WGRADE").cast(pl.String), WORST=pl.concat_str(pl.lit("Grade "), "WGRADE"), AT=C("WGRADE")
    )  # fmt: skip
    severe = rows.filter(C("WGRADE") >= 3).with_columns(
        CODE=pl.lit("3-4"), WORST=pl.lit(SEVERE.en), AT=pl.lit(9, dtype=pl.Int64)
    )
    every = pl.concat([grades, severe])
    # the size of a group is that of all who can be judged, also where nobody has a grade
    sizes = rows.select("PARAMCD", "DIRECTION", "COHORT", "N").unique()
    by = ["PARAMCD", "DIRECTION", "AT", "CODE", "WORST"]
    padded = pl.concat([every, sizes.with_columns(X=pl.lit(0, dtype=pl.Int64))], how="diagonal")
    grid = _grid(padded, by, [code for code, _ in columns]).drop_nulls("CODE")
    shown = grid.with_columns(
        ROWS=pl.concat_str(
            "OF", pl.lit(" AND WORST"), "DIRECTION", pl.lit("FL = 'Y' AND ATOXGR"), "DIRECTION",
            pl.when(C("CODE") == "3-4").then(pl.lit(" >= 3")).otherwise(pl.lit(" = ") + C("CODE")),
            in_cohort(),
        )
    )  # fmt: skip
    sheets = [
        _sheet(shown.filter(C("DIRECTION") == d), ("PARAMCD", "CODE"), columns, About(d, w, (WORST_NOTE,)))
        for d, w in DIRECTIONS.items()
    ]  # fmt: skip
    return tuple(s for s in sheets if s.cells.height) or Nothing(NOTHING_GRADED)


FIELDS: Final = (
    Field("COHORT", Words("Cohort", "队列")),
    Field("USUBJID", Words("Subject", "受试者")),
    Field("PARAMCD", Words("Test", "检查项目"), words=TESTS),
    Field("VISIT", Words("Visit", "访视")),
    Field("ADT", Words("Date", "日期")),
    Field("ADY", Words("Study day", "研究日")),
    Field("AVAL", Words("Value", "数值"), unit="AVALU"),
    Field("AVALU", Words("Unit", "单位")),
    Field("ANRLO", Words("Range from", "参考下限"), unit="AVALU"),
    Field("ANRHI", Words("Range to", "参考上限"), unit="AVALU"),
    Field("BASE", Words("Baseline", "基线"), unit="AVALU"),
    Field("GRADE", Words("CTCAE grade", "CTCAE 级别")),
    Field("BGRADE", Words("Grade at baseline", "基线级别")),
    Field("TO", Words("Direction", "方向"), words=DIRECTIONS),
)
LISTED: Final = 2  # the least grade that is listed


def _abnormal(material: Material) -> Content:
    """Values after the first dose of grade 2 or more that are worse than at baseline."""
    after = material["ADLB"].filter(C("POSTFL") == "Y")
    parts = [
        after.filter(
            (C(f"ATOXGR{d}") >= LISTED) & (C(f"ATOXGR{d}") > C(f"BTOXGR{d}").fill_null(0))
        ).with_columns(
            GRADE=f"ATOXGR{d}", BGRADE=f"BTOXGR{d}", TO=pl.lit(d)
        )
        for d in DIRECTIONS
    ]  # fmt: skip
    rows = pl.concat(parts).sort(
        "COHORT", "USUBJID", "PARAMCD", "ADT", "SRCROW", maintain_order=True
    )
    if rows.is_empty():
        why = Words(
            f"no value of grade {LISTED} or more that is worse than at baseline",
            f"无{LISTED}级及以上且较基线加重的数值",
        )
        return Nothing(why)
    visits = {v: visit_words(v) for v in rows["VISIT"].drop_nulls().unique()}
    fields = tuple(Field(f.name, f.head, words=visits) if f.name == "VISIT" else f for f in FIELDS)
    counts = after["ANRIND"].is_in(["LOW", "HIGH"]).sum()
    note = Words(
        f"Values after the first dose of CTCAE grade {LISTED} or more and worse than at baseline: "
        f"{rows.height}. Outside the reference range are {counts} of {after.height}; all are in safety/ADLB.",
        f"首次给药后 CTCAE {LISTED}级及以上且较基线加重的数值：{rows.height} 个。"
        f"超出参考值范围者 {counts}/{after.height} 个，全部见 safety/ADLB。",
    )
    key = ("USUBJID", "PARAMCD", "ADT", "VISIT", "SRCROW")
    return (listing(rows, fields, RESULTS, key, About(notes=(note,))),)


DISPLAYS: Final = (
    Display(
        "T14.3.4.1",
        Words("Laboratory Results by Visit", "按访视总结的实验室检查"),
        "SAF",
        by_visit("LB"),
        ("safety/BYVISIT",),
        ("LB", "LB.LBSTRESN"),
        ("SET-SAF",),
    ),
    Display(
        "T14.3.4.2",
        Words(
            "Shift of Laboratory CTCAE Grades from Baseline to Worst",
            "实验室检查 CTCAE 级别自基线至最差的变化",
        ),
        "SAF",
        _shifts,
        ("safety/LBSHIFT",),
        NEEDS,
        ("SET-SAF",),
        ("safety.ctcae",),
    ),
    Display(
        "T14.3.4.3",
        Words("Worst CTCAE Grade of Laboratory Results", "实验室检查最高 CTCAE 级别"),
        "SAF",
        _worst,
        ("safety/LBSHIFT",),
        NEEDS,
        ("SET-SAF",),
        ("safety.ctcae",),
    ),
    Display(
        "L14.3.4.4",
        Words("Listing of Abnormal Laboratory Values", "异常实验室检查值列表"),
        "SAF",
        _abnormal,
        (RESULTS,),
        NEEDS,
        ("SET-SAF",),
        ("safety.ctcae",),
    ),
)
