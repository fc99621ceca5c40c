"""How wide the columns of a printed table are: nothing is broken that need not be, the rows stay low."""

import numpy as np
import pytest

from pkpipe.render.layout import GAP, LINE, ROOM, parts, width_of
from pkpipe.render.printed_page import Grid

WHY = "window completed on 2024-08-29 without DLT"
SHORT = (
    "Dose escalation",
    "2024-08-08",
    "2024-08-29",
    "Evaluable, without DLT",
    "–",
    "–",
    "–",
    "1.00",
)
HEADS = ("Part", "First dose", "Window closes", "Status", "Onset of the DLT", "Related, grade 2 or more",
         "Smallest dose in the window (fraction of planned)", "Examinations not done")  # fmt: skip


def grid(heads, *rows, numeric=()):
    """A table of these texts; numeric: columns of numbers."""
    texts = np.array(rows, dtype=object)
    none = np.full_like(texts, None)
    told = tuple(at in numeric for at in range(len(heads)))
    keys = tuple(map(str, range(len(rows))))
    return Grid("", heads, told, 1, texts, none, none, none, keys, heads)


def lines(table):
    """Lines of each row of a table that is one part, as a page breaks it between words."""
    (part,) = parts(table)
    return [
        max(
            _lines(str(text), width * ROOM - GAP)
            for text, width in zip(row, part.widths, strict=True)
        )
        for row in table.texts
    ]


def _lines(text, room):
    found, taken = 1, 0
    for word in text.split():
        more = width_of(word) + (width_of(" ") if taken else 0)
        found, taken = (
            (found, taken + more) if taken + more <= room else (found + 1, width_of(word))
        )
    return found


def test_the_one_long_text_of_a_row_gets_the_room_that_short_ones_can_do_without():
    row = ("L1", "L1", "BAT8008-BAT1308-01-001", *SHORT, "–", WHY)
    wide = grid(("Level", "Cohort", "Subject", *HEADS, "DLT", "Why"), row)
    assert lines(wide) == [2]


@pytest.mark.parametrize("many", [2, 3, 5])
def test_long_texts_beside_each_other_share_the_room_by_their_length(many):
    texts = [" ".join(["several words"] * (4 * n + 4)) for n in range(many)]
    table = grid(tuple(f"H{n}" for n in range(many)), tuple(texts))
    (part,) = parts(table)
    assert sum(part.widths) <= 1.001
    fewest = max(sum(map(width_of, texts)) / ROOM, width_of(texts[-1]) / LINE)
    assert max(lines(table)) <= 1.5 * fewest + 1


def test_a_table_of_short_texts_has_them_in_one_line_each():
    table = grid(
        ("Level", "Dose", "n"), ("A", "0.01 mg/kg", "3"), ("B", "0.03 mg/kg", "3"), numeric=(2,)
    )
    assert lines(table) == [1, 1]


def test_a_number_with_its_limits_is_never_broken():
    row = ("BAT8008 conjugate (serum), Max Conc (CMAX), ug/mL", "Exposure: median (minimum, maximum)",
           *["26.3 (16.8, 27.4)"] * 4, "no slope: fewer than 5 subjects with it, or without")  # fmt: skip
    table = grid(("Exposure", "Line", "1", "2", "3", "4", "Remark"), row, numeric=(2, 3, 4, 5))
    (part,) = parts(table)
    assert all(w * ROOM >= width_of(row[2]) + GAP - 1 for w in part.widths[2:6])
    assert lines(table)[0] <= 4
