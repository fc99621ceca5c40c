"""Whatever EX says, exposure, dates and pharmacokinetics count the same administrations."""

from datetime import date, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from support import ROOT, domain, no_domains

from pkpipe.pk.samples.doses import dose_times
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.subjects import run

ORAL = load_study(ROOT / "tests" / "studies" / "oral.yaml").at(date(2026, 12, 31))
START = date(2026, 1, 5)
# Frequency: every so many days, so many doses then.
EVERY = {"QD": (1, 1), "BID": (1, 2), "TID": (1, 3), "QOD": (2, 1), "Q3D": (3, 1), "QW": (7, 1)}
ENDED = """
USUBJID | DSDECOD   | DSCAT             | DSSCAT          | DSSTDTC
1       | COMPLETED | DISPOSITION EVENT | STUDY TREATMENT | 2026-12-30
"""

ranges = st.lists(
    st.tuples(
        st.sampled_from(sorted(EVERY)),
        st.integers(1, 30),  # days of the range
        st.integers(0, 9),  # days without a record before it
        st.sampled_from([0.0, 5.0, 10.0]),
        st.booleans(),  # clock times
    ),
    min_size=1,
    max_size=6,
)


def records(drawn):
    """Rows of EX, with the doses and milligrams that they stand for, counted day by day."""
    rows, doses, total, day = [], 0, 0.0, START
    for word, length, gap, dose, timed in drawn:
        day += timedelta(days=gap)
        last = day + timedelta(days=length - 1)
        clock = "T09:30" if timed else ""
        rows.append(f"1 | TABLET | {dose} | mg | {word} | {day}{clock} | {last}{clock}")
        every, times = EVERY[word]
        count = times * len(range(0, length, every))
        # a day of several doses with start and end at one time is one dose
        count = 1 if length == 1 and timed else count
        doses, total = doses + (count if dose else 0), total + dose * count
        day = last + timedelta(days=1)
    return rows, doses, total


def tables(rows):
    head = "USUBJID | EXTRT | EXDOSE | EXDOSU | EXDOSFRQ | EXSTDTC | EXENDTC\n"
    drawn = {"DM": "USUBJID | ARMCD\n1 | C1", "EX": head + "\n".join(rows), "DS": ENDED}
    return run(no_domains() | {c: domain(c, text) for c, text in drawn.items()}, ORAL)


@settings(max_examples=20, deadline=None)
@given(ranges)
def test_pharmacokinetics_and_exposure_count_the_doses_that_the_records_stand_for(drawn):
    rows, doses, total = records(drawn)
    made = tables(rows)
    adex, adsl = made["ADEX"], made["ADSL"]
    assert dose_times(adex, ORAL).height == doses
    assert adex.filter(pl.col("DOSE") > 0).height == doses
    assert adex["DOSENO"].drop_nulls().to_list() == list(range(1, doses + 1))
    sums = dict(made["ADEXSUM"].select("PARAMCD", "AVAL").iter_rows())
    assert sums.get("TDOSE", 0.0) == total
    given_days = adex.filter(pl.col("DOSE") > 0)["ASTDT"]
    assert (given_days.min(), given_days.max()) == (adsl["TRTSDT"].item(), adsl["TRTEDT"].item())


@settings(max_examples=8, deadline=None)
@given(st.integers(2, 40), st.data())
def test_a_range_divided_without_a_gap_is_the_same_course(length, data):
    cut = data.draw(st.integers(1, length - 1))
    last = START + timedelta(days=length - 1)
    whole = [f"1 | TABLET | 5 | mg | QD | {START} | {last}"]
    middle = START + timedelta(days=cut)
    parts = [
        f"1 | TABLET | 5 | mg | QD | {START} | {middle - timedelta(days=1)}",
        f"1 | TABLET | 5 | mg | QD | {middle} | {last}",
    ]
    one, two = tables(whole), tables(parts)
    assert two["ADEXSUM"].equals(one["ADEXSUM"])
    assert two["ADSL"].equals(one["ADSL"])
    same = [c for c in one["ADEX"].columns if c not in {"RANGEFL", "SRCROW", "AENDTM", "AENDT"}]
    assert two["ADEX"].select(same).equals(one["ADEX"].select(same))
