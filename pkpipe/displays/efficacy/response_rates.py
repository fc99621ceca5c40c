"""Best overall response, response and disease control rates with exact limits (14.2.1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import polars as pl

from pkpipe.clinical.response import is_leading
from pkpipe.displays.bilingual import NONE, Words, chinese
from pkpipe.displays.builders import About, Layout, side_by_side
from pkpipe.displays.display import Content, Display, Material, Nothing, Sheet
from pkpipe.displays.efficacy.efficacy_words import (
    BEST,
    BEST_RESPONSES,
    BLOCKS,
    CONTROL,
    EXACT,
    IMMUNE,
    NONE_PLANNED,
    NOT_THESE,
    RATES,
    RATES_BLOCK,
    REASONS,
    reason,
)
from pkpipe.displays.groups_side_by_side import group_columns
from pkpipe.displays.rows_behind import of_subjects
from pkpipe.protocol.efficacy import ResponsePlan
from pkpipe.schema.adam.common import ALL

C: Final = pl.col
RESPONSES: Final = "tumor/ADRS"
TREATED, EVALUABLE = C("SAFFL") == "Y", C("RSPFL") == "Y"
RECIST, IRECIST = "RECIST 1.1", "iRECIST"
DENOMINATORS: Final = {
    "evaluable": (EVALUABLE, Words("Response-evaluable subjects", "疗效可评估受试者")),
    "treated": (TREATED, Words("Treated subjects", "接受治疗的受试者")),
}
SOURCES: Final = {
    "derived": Words("Derived from the lesions", "由病灶测量推导"),
    "reported": Words("As the reader reported it", "评估者报告"),
}
# Kinds of best response that a rate counts, and where it is found in ADRS.
RESPONSES_COUNTED: Final = {
    "CORR": ("CBOR", ("CR", "PR")),
    "ORR": ("BOR", ("CR", "PR")),
    "DCR": ("CBOR", ("CR", "PR", "SD", "NON")),
}
GROUPINGS: Final = {
    "COHORT": NONE,
    "LEVEL": Words("by dose level", "按剂量水平"),
    "TUMTYPE": Words("by tumour type", "按瘤种"),
    "PART": Words("by part", "按研究阶段"),
}


def rates(criteria: str) -> Callable[[Material], Content]:
    """The display of one criterion set: a table a source, of the leading one also by other groups."""

    def make(material: Material) -> Content:
        plan = material.study.response
        if plan is None:
            return Nothing(NONE_PLANNED)
        if criteria not in plan.criteria:
            return Nothing(NOT_THESE)
        found = material["RSPSUM"].filter(C("CRIT") == criteria)
        if found.is_empty() or found["X"].count() == 0:
            return Nothing(reason(next(iter(found["REASON"].drop_nulls()), "no assessment")))
        sources = sorted(found["SRC"].unique(), key=lambda src: (src != plan.primary, src))
        return tuple(
            _sheet(found.filter(C("SRC") == src), material, plan, (criteria, src, grouping))
            for src in sources
            for grouping in _asked(material, leading=src == sources[0])
        )

    return make


def _asked(material: Material, *, leading: bool) -> list[str]:
    """Groupings to show: cohorts, and of the leading source those that say more than the cohorts do."""
    if not leading:
        return ["COHORT"]
    return ["COHORT", *telling(material, TREATED)]


def telling(material: Material, holds: pl.Expr) -> list[str]:
    """Groupings other than cohorts that put subjects together in another way than the cohorts."""
    subjects = material["ADSL"].filter(holds)
    cohorts = subjects["COHORT"].n_unique()
    return [
        name
        for name in ("LEVEL", "TUMTYPE", "PART")
        if subjects[name].drop_nulls().n_unique() > 1
        and (name == "TUMTYPE" or subjects[name].n_unique() < cohorts)
    ]


def _sheet(
    rows: pl.DataFrame, material: Material, plan: ResponsePlan, about: tuple[str, str, str]
) -> Sheet:
    criteria, source, grouping = about
    columns = group_columns(material, grouping, TREATED, EVALUABLE)
    groups = [grouping, ALL] if grouping == "COHORT" else [grouping]
    shown = rows.filter(C("GROUP").is_in(groups), C("PARAMCD").is_in(_codes(plan)))
    denominators = _denominators(shown)
    found = pl.concat([shown.filter(C("DENOM") == d) for d in denominators])
    base = _series(material, plan, criteria, source)
    placed = _placed(found, plan, criteria, denominators)
    where = _members(material, grouping, denominators)
    cells = placed.join(where, on=["DENOM", "GROUPVAL"], how="left", maintain_order="left")
    known = C("X").is_not_null() & (C("N") > 0)
    cells = cells.with_columns(
        STAT=pl.when(C("PARAMCD").is_in(list(RATES)))
        .then(pl.lit("rate"))
        .otherwise(pl.lit("share")),
        VALUE=C("PCT"),
        N=C("N"),
        TEXT=pl.when(~known).then(C("REASON")),
        TEXTZH=pl.when(~known).then(chinese(C("REASON"), REASONS)),
        UNIT=pl.lit("%"),
        TABLES=pl.lit(RESPONSES),
        ROWS=pl.concat_str(pl.lit(base), "WHICH", C("AT").fill_null("")),
    )
    words = {w.en: w for w in (*BLOCKS.values(), *_blocks().values())}
    words |= {w.en: w for w in (*RATES.values(), *_kind_words(criteria).values())}
    layout = Layout(
        ("DENOM", "PARAMCD"),
        {"HEAD": Words("Response", "疗效"), "PARAM": Words("Category", "类别")},
        "GROUPVAL",
        columns,
        words,
    )
    title = SOURCES[source]
    if grouping != "COHORT":
        by = GROUPINGS[grouping]
        title = Words(f"{title.en}, {by.en}", f"{title.zh}，{by.zh}")
    code = source if grouping == "COHORT" else f"{source}/{grouping}"
    return side_by_side(cells, layout, About(code, title))


def _codes(plan: ResponsePlan) -> list[str]:
    """Lines in reading order: the primary rate first."""
    best = list(BEST) if plan.confirmation else list(reversed(list(BEST)))
    orr = ["CORR", "ORR"] if plan.confirmation else ["ORR", "CORR"]
    return [*(f"{b}_{kind}" for b in best for kind in BEST_RESPONSES), *orr, "DCR", "CBR"]


def _denominators(rows: pl.DataFrame) -> list[str]:
    """The set the display is about; treated subjects too where they are not the same."""
    sizes = rows.group_by("GROUP", "GROUPVAL").agg(same=C("N").n_unique() == 1)
    return ["evaluable"] if sizes["same"].all() else list(DENOMINATORS)


def _placed(
    rows: pl.DataFrame, plan: ResponsePlan, criteria: str, denominators: Sequence[str]
) -> pl.DataFrame:
    """Rows in reading order with HEAD, PARAM and WHICH, the part of the condition that picks the event."""
    codes = _codes(plan)
    kinds = _kind_words(criteria)
    names = {f"{b}_{k}": kinds[k].en for b in BEST for k in BEST_RESPONSES} | {
        code: words.en for code, words in RATES.items()
    }
    order = {code: place for place, code in enumerate(codes)}
    placed = rows.sort(
        C("DENOM").replace_strict({d: i for i, d in enumerate(denominators)}),
        C("PARAMCD").replace_strict(order),
        maintain_order=True,
    )
    first = {f"{b}_{next(iter(BEST_RESPONSES))}": b for b in BEST}
    first[next(code for code in codes if code in RATES)] = RATES_BLOCK
    head = C("PARAMCD").replace_strict({c: BLOCKS[b].en for c, b in first.items()}, default="")
    if len(denominators) > 1:
        of = pl.concat_str("DENOM", pl.lit("/"), "PARAMCD")
        blocks = _blocks()
        heads = {f"{d}/{c}": blocks[d, b].en for d in denominators for c, b in first.items()}
        head = of.replace_strict(heads, default="")
    return placed.with_columns(
        HEAD=head,
        PARAM=C("PARAMCD").replace_strict(names),
        WHICH=C("PARAMCD").replace_strict({code: _which(code) for code in codes}),
    )


def _blocks() -> dict[tuple[str, str], Words]:
    """What heads a block of lines of a set, where several sets stand in one table."""
    return {
        (denominator, best): Words(
            f"{of.en}: {said.en[0].lower()}{said.en[1:]}", f"{of.zh}：{said.zh}"
        )
        for denominator, (_, of) in DENOMINATORS.items()
        for best, said in BLOCKS.items()
    }


def _kind_words(criteria: str) -> dict[str, Words]:
    own = IMMUNE if criteria == IRECIST else {}
    return {kind: own.get(kind, words) for kind, (words, _) in BEST_RESPONSES.items()}


def _which(code: str) -> str:
    """The part of an SQL condition on ADRS that finds whom a line counts."""
    if code == "CBR":
        return " AND PARAMCD = 'CBR' AND AVALC = 'Y'"
    best, _, kind = code.partition("_")
    name, kinds = RESPONSES_COUNTED.get(code, (best, (kind,)))
    words = dict.fromkeys(w for k in kinds for w in BEST_RESPONSES[k][1])
    listed = ", ".join(f"'{w}'" for w in words)
    return f" AND PARAMCD = '{name}' AND AVALC IN ({listed})"


def _series(material: Material, plan: ResponsePlan, criteria: str, source: str) -> str:
    """The condition that finds the responses of the reader who leads."""
    readers = material["ADRS"].filter(is_leading(plan))["EVALID"]
    one = None if readers.null_count() or readers.is_empty() else str(readers.min())
    which = "EVALID IS NULL" if one is None else f"EVALID = {_quoted(one)}"
    return (
        f"CRIT = '{criteria}' AND SRC = '{source}' AND EVAL = {_quoted(plan.leads[0])} AND {which}"
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _members(material: Material, grouping: str, denominators: Sequence[str]) -> pl.DataFrame:
    """DENOM, GROUPVAL and AT: the part of an SQL condition that finds the subjects of a denominator.

    ADRS has cohort and level; subjects of other groups, and those outside the denominator, are named.
    """
    subjects = material["ADSL"].with_columns(
        _Q=pl.concat_str(
            pl.lit("'"), C("USUBJID").str.replace_all("'", "''", literal=True), pl.lit("'")
        )
    )
    assessed = subjects.join(material["ADRS"].select("USUBJID").unique(), on="USUBJID", how="semi")
    parts = []
    for denominator in denominators:
        inside = DENOMINATORS[denominator][0].fill_null(value=False)
        for group in (grouping, ALL) if grouping == "COHORT" else (grouping,):
            value = pl.lit(ALL) if group == ALL else C(group)
            out = C("_Q").filter(~inside).sort().str.join(", ")
            names = C("_Q").filter(inside).sort().str.join(", ")
            parts.append(
                assessed.group_by(GROUPVAL=value)
                .agg(OUT=out, IN=names)
                .select(
                    "GROUPVAL",
                    DENOM=pl.lit(denominator),
                    AT=_at(group),
                )
            )
    return pl.concat(parts).filter(C("GROUPVAL").is_not_null())


def _at(group: str) -> pl.Expr:
    if group in {"TUMTYPE", "PART"}:
        return of_subjects("IN")
    value = C("GROUPVAL").str.replace_all("'", "''", literal=True)
    named = pl.concat_str(pl.lit(f" AND {group} = '"), value, pl.lit("'"))
    of_group = pl.lit("") if group == ALL else named
    without = pl.concat_str(pl.lit(" AND USUBJID NOT IN ("), "OUT", pl.lit(")"))
    return pl.concat_str(of_group, pl.when(C("OUT") == "").then(pl.lit("")).otherwise(without))


def _display(number: str, title: Words, criteria: str) -> Display:
    return Display(
        number,
        title,
        "RSP",
        rates(criteria),
        ("tumor/RSPSUM",),
        (),
        ("REC-6", "REC-8", "REC-9"),
        ("response",),
        (EXACT, CONTROL),
    )


DISPLAYS: Final = (
    _display(
        "T14.2.1.1",
        Words(
            "Best Overall Response, Objective Response Rate and Disease Control Rate (RECIST 1.1)",
            "最佳总体疗效、客观缓解率和疾病控制率（RECIST 1.1）",
        ),
        RECIST,
    ),
    _display(
        "T14.2.1.2",
        Words(
            "Best Overall Response, Objective Response Rate and Disease Control Rate (iRECIST)",
            "最佳总体疗效、客观缓解率和疾病控制率（iRECIST）",
        ),
        IRECIST,
    ),
)
