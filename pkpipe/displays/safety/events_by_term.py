"""Subjects with an adverse event, counted by class and term, and by worst grade."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from pkpipe.displays.bilingual import Words, lost, reason_in_chinese
from pkpipe.displays.builders import About, Layout, side_by_side
from pkpipe.displays.display import Content, Material, Nothing, Sheet
from pkpipe.displays.groups_side_by_side import cohort_columns, each_and_all, in_cohort
from pkpipe.displays.populations import TREATED
from pkpipe.schema.adam.common import ALL

C: Final = pl.col
EVENTS: Final = "safety/ADAE"
EMERGENT: Final = "TRTEMFL = 'Y'"
TERM, CLASS = Words("Preferred term", "首选术语"), Words("System organ class", "系统器官分类")
GRADES: Final[Mapping[str, Words]] = {
    "ANY": Words("Any grade", "任一级别"),
    **{str(n): Words(f"Grade {n}", f"{n}级") for n in range(1, 6)},
    "NOT GRADED": Words("Not graded", "未分级"),
}
BY_TERM: Final = ("AESOC", "AEDECOD")
ANY_TERM: Final = Words("Any term", "任一术语")
ANY_CLASS: Final = Words("Any class", "任一分类")
NOT_CODED: Final = Words("Not coded", "未编码")
NO_EVENT: Final = Words("no such event", "无此类事件")
WORST: Final = Words(
    "A subject is counted once a term, at its worst grade.",
    "每名受试者在每个术语按最高级别计一次。",
)
ONCE: Final = Words(
    "A subject is counted once a term and once a class.",
    "每名受试者在每个术语和每个分类中只计一次。",
)


@dataclass(frozen=True)
class Choice:
    """A choice of events that are counted by class and term: as polars and as SQL finds them."""

    holds: pl.Expr
    sql: str
    line: str = ""  # of AESUM, which says in whose events nobody can tell; "": everybody can


def emergent_and(flag: str, line: str) -> Choice:
    return Choice((C("TRTEMFL") == "Y") & (C(flag) == "Y"), f"{EMERGENT} AND {flag} = 'Y'", line)


ANY: Final = Choice(C("TRTEMFL") == "Y", EMERGENT, "TEAE")
SEVERE: Final = Choice(ANY.holds & (C("AETOXGR") >= 3), f"{EMERGENT} AND AETOXGR >= 3", "TEAE_G3")
CHANGED: Final = Choice(
    ANY.holds & pl.any_horizontal(C(f) == "Y" for f in ("DISCFL", "INTRFL", "REDFL")),
    f"{EMERGENT} AND (DISCFL = 'Y' OR INTRFL = 'Y' OR REDFL = 'Y')",
    "TEAE_INT",
)
IMMUNE: Final = Choice(C("IRTEMFL") == "Y", "IRTEMFL = 'Y'", "IRAE")


def by_term(choice: Choice) -> Callable[[Material], Content]:
    def make(material: Material) -> Content:
        events = _of_treated(material).filter(choice.holds)
        withheld = _withheld(material, choice.line)
        if events.is_empty():
            whole = withheld.filter(C("COHORT") == ALL)["REASON"]
            return Nothing(lost(whole[0]) if whole.len() else NO_EVENT)
        return (_terms(events, choice.sql, withheld, material),)

    return make


def _withheld(material: Material, line: str) -> pl.DataFrame:
    """COHORT and REASON of the groups of whose events the overview says that nobody can tell."""
    everybody = C("GROUP") == "ALL"
    return (
        material["AESUM"]
        .filter(everybody | (C("GROUP") == "COHORT"), C("PARAMCD") == line, C("X").is_null())
        .select(COHORT=pl.when(everybody).then(pl.lit(ALL)).otherwise("GROUPVAL"), REASON="REASON")
    )


def _of_treated(material: Material) -> pl.DataFrame:
    """Events of the safety set; an event that is not coded stands under its own words."""
    treated = material["ADSL"].filter(TREATED).select("USUBJID")
    return (
        material["ADAE"]
        .join(treated, on="USUBJID", how="semi")
        .with_columns(
            AESOC=C("AESOC").fill_null(NOT_CODED.en), AEDECOD=pl.coalesce("AEDECOD", "AETERM")
        )
    )


def _terms(events: pl.DataFrame, sql: str, withheld: pl.DataFrame, material: Material) -> Sheet:
    """Subjects with an event in each cohort: any, by class, and term within it, the most frequent first."""
    columns = cohort_columns(material, TREATED)
    grid = _ordered(_counted(events, [code for code, _ in columns]))
    told = C("REASON").is_null()
    rows = (
        grid.join(_sizes(material), on="COHORT", how="left", maintain_order="left")
        .join(withheld, on="COHORT", how="left", maintain_order="left")
        .with_columns(X=pl.when(told).then("X"))
    ).with_columns(
        STAT=pl.lit("share"),
        VALUE=100 * C("X") / C("N"),
        TEXT=C("REASON"),
        TEXTZH=reason_in_chinese(C("REASON")),
        TABLES=pl.lit(EVENTS),
        ROWS=pl.concat_str(pl.lit(sql), *(_condition(n) for n in BY_TERM), in_cohort()),
        CLASS=pl.when(C("AEDECOD").is_null()).then(C("AESOC").fill_null(ANY_CLASS.en)),
        TERM=C("AEDECOD").fill_null(ANY_TERM.en),
    )
    layout = Layout(
        BY_TERM,
        {"CLASS": CLASS, "TERM": TERM},
        "COHORT",
        columns,
        {w.en: w for w in (ANY_TERM, ANY_CLASS, NOT_CODED)},
    )
    return side_by_side(rows, layout, About(notes=(ONCE,)))


def _counted(events: pl.DataFrame, cohorts: list[str]) -> pl.DataFrame:
    """X in every class, term and cohort; empty class: any event; empty term: any event of the class."""
    both = each_and_all(events)
    parts = [
        both.group_by("COHORT", *by).agg(X=C("USUBJID").n_unique().cast(pl.Float64))
        for by in ((), ("AESOC",), BY_TERM)
    ]
    counted = pl.concat(parts, how="diagonal")
    named = counted.select(BY_TERM).unique(maintain_order=True)
    grid = named.join(pl.DataFrame({"COHORT": cohorts}), how="cross")
    on = [*BY_TERM, "COHORT"]
    return grid.join(
        counted, on=on, how="left", maintain_order="left", nulls_equal=True
    ).with_columns(C("X").fill_null(0.0))


def _ordered(grid: pl.DataFrame) -> pl.DataFrame:
    """Any event first; classes and their terms by how many subjects of all have them."""
    everybody = C("X").filter(C("COHORT") == ALL).first()
    ranked = grid.with_columns(
        _TERM=everybody.over(list(BY_TERM)),
        _CLASS=everybody.filter(C("AEDECOD").is_null()).first().over("AESOC"),
    )
    by = [C("AESOC").is_not_null(), -C("_CLASS"), C("AESOC")]
    within = [C("AEDECOD").is_not_null(), -C("_TERM"), C("AEDECOD")]
    return ranked.sort(*by, *within, maintain_order=True)


def _condition(name: str) -> pl.Expr:
    """The part of an SQL condition that names the class or term; nothing where any will do."""
    source = {
        "AESOC": f"COALESCE(AESOC, '{NOT_CODED.en}')",
        "AEDECOD": "COALESCE(AEDECOD, AETERM)",
    }
    quoted = C(name).str.replace_all("'", "''", literal=True)
    named = pl.concat_str(pl.lit(f" AND {source[name]} = '"), quoted, pl.lit("'"))
    return pl.when(C(name).is_null()).then(pl.lit("")).otherwise(named)


def _sizes(material: Material) -> pl.DataFrame:
    treated = each_and_all(material["ADSL"].filter(TREATED))
    return treated.group_by("COHORT").agg(N=C("USUBJID").n_unique().cast(pl.Int64))


def worst_grades(material: Material) -> Content:
    """Terms by worst grade, a table a cohort and one for everybody."""
    grades = ("ANY", "1", "2", "3", "4", "5", "NOT GRADED")
    counted = material["AESOC"].with_columns(
        COHORT=pl.when(C("GROUP") == "ALL").then(pl.lit(ALL)).otherwise("GROUPVAL"),
    )
    sheets = []
    for code, head in cohort_columns(material, TREATED):
        group = "ALL" if code == ALL else "COHORT"
        rows = counted.filter((C("GROUP") == group) & (C("COHORT") == code))
        sheets.append(_graded(rows, code, head, grades))
    return tuple(sheet for sheet in sheets if sheet.cells.height) or Nothing(NO_EVENT)


def _graded(rows: pl.DataFrame, code: str, head: Words, grades: tuple[str, ...]) -> Sheet:
    held = [g for g in grades if g in rows["GRADE"]]
    if "ANY" in held:  # the grades there can be stand in every table
        held = [g for g in grades if g in held or g in {"1", "2", "3", "4", "5"}]
    named = rows.select(*BY_TERM, "N", "ORDER").unique(BY_TERM, keep="first", maintain_order=True)
    grid = named.join(pl.DataFrame({"GRADE": held}, schema={"GRADE": pl.String}), how="cross")
    on = [*BY_TERM, "GRADE"]
    filled = grid.join(
        rows.select(*on, "X", "REASON"), on=on, how="left", nulls_equal=True, maintain_order="left"
    ).with_columns(X=pl.coalesce("X", pl.when(C("REASON").is_null()).then(0)))
    flag = pl.when(C("AEDECOD").is_null()).then(pl.lit("AOCSIFL")).otherwise(pl.lit("AOCPIFL"))
    at_worst = pl.concat_str(pl.lit(" AND "), flag, pl.lit(" = 'Y' AND AETOXGR = "), "GRADE")
    not_graded = pl.concat_str(pl.lit(" AND "), flag, pl.lit(" = 'Y' AND AETOXGR IS NULL"))
    cells = filled.with_columns(
        STAT=pl.lit("share"),
        VALUE=100 * C("X") / C("N"),
        TEXT=pl.when(C("X").is_null()).then(C("REASON")),
        TABLES=pl.lit(EVENTS),
        COHORT=pl.lit(code),
        CLASS=pl.when(C("AEDECOD").is_null()).then(C("AESOC")),
        TERM=C("AEDECOD").fill_null(ANY_TERM.en),
        WORST=pl.when(C("GRADE") == "ANY")
        .then(pl.lit(""))
        .when(C("GRADE") == "NOT GRADED")
        .then(not_graded)
        .otherwise(at_worst),
    ).with_columns(
        ROWS=pl.concat_str(
            pl.lit(EMERGENT), *(_condition(n) for n in BY_TERM), "WORST", in_cohort()
        )
    )
    layout = Layout(
        BY_TERM,
        {"CLASS": CLASS, "TERM": TERM},
        "GRADE",
        [(g, GRADES[g]) for g in held],
        {ANY_TERM.en: ANY_TERM},
    )
    return side_by_side(cells, layout, About(code, head, (WORST,)))
