"""How a table fits a page or a slide: a number and its percent stay in one line."""

import numpy as np
import pytest

from pkpipe.meeting.decision_page import ACROSS, SIZE, unbroken
from pkpipe.meeting.fitting import GAP, widths
from pkpipe.render.layout import width_of
from pkpipe.render.printed_page import Grid

RATE = "12/12 (100.0 %)"


def overview(groups):
    """Adverse events of so many groups and the total."""
    heads = (
        "Subjects with at least one",
        *(f"expansion {n} mg/kg\n(N=12)" for n in range(groups)),
        "Total",
    )
    texts = np.array([["Related, grade 3 or higher", *[RATE] * (groups + 1)]], dtype=object)
    none = np.full_like(texts, None)
    values = np.array([[None, *[100.0] * (groups + 1)]], dtype=object)
    numeric = (False, *[True] * (groups + 1))
    return Grid("", heads, numeric, 1, texts, none, values, none, ("TEAE_G3",), heads)


@pytest.mark.parametrize("groups", [2, 7, 9, 16])
def test_on_the_page_no_rate_is_broken_however_many_groups_a_trial_has(groups):
    shown = unbroken(overview(groups))
    assert shown.heads[-1] == "Total"
    assert len(shown.heads) == groups + 2 if groups <= 4 else len(shown.heads) > 5
    needed = width_of(RATE) * SIZE / 1000 + GAP / 2
    assert min(widths(shown, SIZE, ACROSS)[1:]) >= needed
