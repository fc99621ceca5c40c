"""No number of an analyte depends on another analyte, whatever happens to the other's results."""

import polars as pl
import pytest
from adc_drawings import COURSE, doses, lines, parts, times
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pk_drawings import PAIR
from polars.testing import assert_frame_equal

CODES = [a.code for a in PAIR.analytes]
OF = {
    "ADPC": "PARAMCD",
    "PROFILE": "PARAMCD",
    "ADPP": "PARCAT1",
    "PKCONC": "PARAMCD",
    "PKSTAT": "PARCAT1",
    "ACCUM": "PARCAT1",
    "LZFIT": "PARCAT1",
    "CONVSENS": "PARCAT1",
}
GIVEN = doses(2) + "\n" + "\n".join(doses(2, "BAT1308", 0.5, 1).splitlines()[1:])
POISON = st.sampled_from(["BLQ", None, "0", "987654.3"])


def drawn(change):
    """Both drugs' analytes in two subjects; `change` gives the course of an analyte and subject."""
    rows = [
        line
        for analyte in PAIR.analytes
        for subject in (1, 2)
        for line in lines(analyte, change(analyte.code, subject), subject)
    ]
    return parts(rows, given=GIVEN)


def usual(code, subject):
    return times({"FIRST": 150.0} | COURSE, 1.0 + CODES.index(code) + 0.1 * subject)


@pytest.fixture(scope="module")
def before():
    return drawn(usual)


@pytest.mark.slow
# a leak shows in any example: making it smaller would only take minutes
@settings(max_examples=8, phases=(Phase.explicit, Phase.generate))
@given(
    spared=st.sampled_from(CODES),
    swapped=st.booleans(),
    factor=st.floats(0.1, 20),
    poison=st.dictionaries(st.sampled_from(list(COURSE)), POISON, max_size=3),
)
def test_poisoned_or_permuted_results_of_the_others_change_nothing(
    before, spared, swapped, factor, poison
):
    def change(code, subject):
        if code == spared:
            return usual(code, subject)
        return times(usual(code, 3 - subject if swapped else subject), factor) | poison

    after = drawn(change)
    for name, column in OF.items():
        was, now = (_own(t[name], column, spared) for t in (before, after))
        assert_frame_equal(was, now, check_exact=True)


def _own(frame, column, code):
    """An analyte's rows without their place in the file; a payload's slope may name its conjugate (ADC-5)."""
    rows = frame.filter(pl.col(column) == code).drop("SRCROW", strict=False)
    if code == "PAYLOAD" and {"STATUS", "PARAMCD"} <= set(rows.columns):
        slope = pl.col("PARAMCD").is_in(["LAMZ", "LAMZHL"])
        hidden = [
            pl.when(~slope).then(c).alias(c) for c in ("STATUS", "REASON") if c in rows.columns
        ]
        rows = rows.with_columns(hidden)
    if code == "PAYLOAD" and "USEDFL" in rows.columns:
        rows = rows.drop("STATUS", "REASON")
    return rows


def test_the_spared_analyte_is_really_there(before):
    for code in CODES:
        assert (
            before["ADPP"].filter((pl.col("PARCAT1") == code) & pl.col("AVAL").is_not_null()).height
            > 20
        )
    for name, column in OF.items():
        assert set(before[name][column]) == set(CODES), name
