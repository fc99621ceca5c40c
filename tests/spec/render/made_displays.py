"""A small made set of displays: a table of two parts, a listing, a figure and an empty one."""

import polars as pl

from pkpipe.displays.bilingual import NONE, Words, same
from pkpipe.displays.display import Column, Display, Material, Nothing, Picture, Sheet, cells
from pkpipe.displays.edition import STATUS, VIRTUAL, Edition
from pkpipe.displays.formats import written
from pkpipe.displays.result_rows import tables_of

OF = Edition(
    "X-001", same("A trial of X"), "2026-03-31", STATUS["draft"], VIRTUAL, "0.1.0", "abc123"
)
REAL = Edition(
    "X-001", same("A trial of X"), "2026-03-31", STATUS["final"], NONE, "0.1.0", "abc123"
)
HOSTILE = (
    "{\\field{\\*\\fldinst PAGE}} a_b^c",
    "two\nlines",
    "µ ≥ 3 × 10⁻⁶ é",
    "=cmd|' /C calc'!A0",
    "#x $y$ *z* [w] @v <u>",
    "tab\there \\ back",
    "a hidden \u202e turn",
)
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="144pt" height="72pt" viewBox="0 0 144 72">'
    '<rect width="144" height="72" style="fill: #336699"/></svg>'
)
HEADS = {"A": Words("A\n(N=3)", "A组\n(N=3)"), "B": Words("B\n(N=4)", "B组\n(N=4)")}


def rows(*given):
    """Cells of (row, column, statistic, value, x, n, text, Chinese)."""
    names = ("ROW", "COL", "STAT", "VALUE", "X", "N", "TEXT", "TEXTZH")
    kinds = (
        pl.String,
        pl.String,
        pl.String,
        pl.Float64,
        pl.Float64,
        pl.Int64,
        pl.String,
        pl.String,
    )
    frame = pl.DataFrame(given, schema=dict(zip(names, kinds, strict=True)), orient="row")
    done = written(cells(frame.with_columns(ROWS=pl.lit("COHORT = 'A'"))))
    order = pl.Enum(frame["ROW"].unique(maintain_order=True))
    return done.sort(pl.col("ROW").cast(order), maintain_order=True)


def label(row, text, chinese=None):
    return (row, "PARAM", "label", None, None, None, text, chinese)


def share(row, column, x, n):
    return (row, column, "share", 100 * x / n, float(x), n, None, None)


def mean(row, column, value):
    return (row, column, "mean", value, None, 3, None, None)


def sheet(content, columns, code="", title=NONE):
    first = Column("PARAM", Words("Term", "术语"), numeric=False)
    return Sheet((first, *columns), content, code, title, (Words("A note: µ", "注：恶心"),))


def two_columns():
    return tuple(Column(key, head) for key, head in HEADS.items())


TABLE = (
    sheet(
        rows(
            label("NAUSEA", "Nausea", "恶心"), share("NAUSEA", "A", 1, 3), share("NAUSEA", "B", 2, 4),
            label("RASH", "Rash", "皮疹"), share("RASH", "A", 0, 3),
            label("CMAX", "Cmax"), mean("CMAX", "A", 1234.5), mean("CMAX", "B", 0.0123456),
        ),
        two_columns(), "ONE", Words("Analyte one", "分析物一"),
    ),
    sheet(rows(label("X", "Only row"), mean("X", "B", 2.5e-9)), two_columns(), "TWO"),
)  # fmt: skip
WIDE = (
    sheet(
        rows(label("R", "Row"), *(share("R", f"C{i}", i, 40) for i in range(40))),
        tuple(Column(f"C{i}", Words(f"Cohort {i}", f"队列 {i}")) for i in range(40)),
    ),
)
TEXTS = (sheet(rows(*(label(f"R{i}", text) for i, text in enumerate(HOSTILE))), two_columns()),)
PICTURES = (
    Picture(SVG, "one", Words("Caption one", "说明一"), "A", Words("Picture one", "图一")),
    Picture(SVG, "two"),
)
EMPTY = Nothing(Words("not collected: AE", "未收集：AE"))


def display(number, en, zh):
    return Display(
        number, Words(en, zh), "SAF", lambda _: EMPTY, ("safety/ADAE",), rule=("SET-SAF",)
    )


CONTENTS = [
    (display("T14.3.1.1", "Overview", "总结"), TABLE),
    (display("T14.3.1.2", "Wide", "宽表"), WIDE),
    (display("L14.3.2.2", "Hostile {text} \\ _x^2", "列表"), TEXTS),
    (display("F14.2.1", "Figure", "图"), PICTURES),
    (display("T14.3.1.9", "Nothing", "空表"), EMPTY),
]


def tables(contents=CONTENTS):
    """The tables of the room of displays, as a run has them; subjects: three of four treated."""
    adsl = pl.DataFrame(
        {"USUBJID": ["1", "2", "3", "4"], "SAFFL": ["Y", "Y", "Y", "N"], "SAFRS": [None] * 4},
        schema_overrides={"SAFRS": pl.String},
    )
    material = Material({"ADSL": adsl}, None, None)
    return tables_of(contents, material, "0" * 12)


def texts_of(made, number, column="TEXT"):
    """The texts of the cells of a display by their id."""
    ard = made["ARD"].filter(pl.col("DISPLAY") == number)
    return dict(zip(ard["ID"], ard[column], strict=True))
