"""The decision page has the beginning of each of its displays and says what it leaves to the whole."""

import dataclasses

import numpy as np

from pkpipe.displays.bilingual import Words
from pkpipe.render.printed_page import Grid, Page
from pkpipe.report.pages.beginnings import beginning


def beside(groups, rows, total=True):
    """A table with so many groups side by side, G1 to Gn and the total of them, and rows R1 to Rn."""
    codes = [f"G{n}" for n in range(1, groups + 1)] + (["ALL"] if total else [])
    texts = [[f"R{r}", *(f"{r}/{code}" for code in codes)] for r in range(1, rows + 1)]
    cells = np.array(texts, dtype=object)
    return Grid(
        *("", ("Row", *codes), (False, *[True] * len(codes)), 1, cells, cells, cells, cells),
        *(tuple(f"R{r}" for r in range(1, rows + 1)), ("ROW", *codes)),
    )


def shown_of(*grids, number="T14.3.1.1"):
    return Page(number, "table", "", "", "", (), "", grids, ())


def test_the_decision_page_has_the_beginning_of_a_large_table_and_says_what_it_leaves_out():
    begun = beginning(shown_of(beside(60, 30), beside(2, 2)), "G3")
    (grid,) = begun.display.grids
    assert grid.columns == ("ROW", *(f"G{n}" for n in range(1, 12)), "ALL")
    assert grid.texts[-1, -1] == "12/ALL"
    assert grid.keys == tuple(f"R{n}" for n in range(1, 13))
    assert begun.left == Words(
        "Here: 12 of 30 rows, 12 of 61 groups side by side, 1 of 2 tables",
        "此处：12/30行，12/61个并列组，1/2个表",
    )


def test_a_table_that_the_decision_page_has_whole_needs_no_word():
    begun = beginning(shown_of(beside(11, 12)), "")
    assert begun.left is None
    assert begun.display.grids[0].height == 12


def test_the_level_last_dosed_is_among_the_rows_and_groups_kept():
    kept = beginning(shown_of(beside(60, 60)), "G40").display.grids[0]
    assert kept.columns == ("ROW", *(f"G{n}" for n in range(32, 43)), "ALL")
    rows = beginning(shown_of(beside(3, 60)), "R40").display.grids[0].keys
    assert rows == tuple(f"R{n}" for n in range(31, 43))
    last = beginning(shown_of(beside(3, 60)), "R60").display.grids[0].keys
    assert last == tuple(f"R{n}" for n in range(49, 61))


def test_what_pending_subjects_could_change_stands_beside_the_proposal():
    begun = beginning(shown_of(*[beside(1, 1)] * 3, number="T14.1.4.2"), "")
    assert len(begun.display.grids) == 2
    assert begun.left.en == "Here: 2 of 3 tables"


def test_of_the_response_the_decision_page_has_the_confirmed_one_and_the_rates():
    keys = (
        "evaluable/CBOR_CR",
        "evaluable/BOR_CR",
        "evaluable/ORR",
        "evaluable/DCR",
        "treated/ORR",
    )
    table = dataclasses.replace(beside(2, 5), keys=keys)
    begun = beginning(shown_of(table, number="T14.2.1.1"), "")
    assert begun.display.grids[0].keys == ("evaluable/CBOR_CR", "evaluable/ORR", "evaluable/DCR")
    assert begun.left.en == "Here: 3 of 5 rows"
