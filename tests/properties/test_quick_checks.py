"""Checks that first ask whether anything can be wrong find what a plain look at every row finds."""

from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from support import no_domains, typed_domain

from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.validate.checks.concentrations import CONCENTRATIONS, ORDER
from pkpipe.validate.checks.every_table import CROSS, TWICE

STUDY = load_study(Path(__file__).resolve().parents[2] / "tests" / "studies" / "tiny.yaml")
DOSED = datetime.fromisoformat("2025-01-10T09:00")
letters = st.sampled_from(["1", "2", None])
keys = st.lists(
    st.tuples(letters, letters, letters, st.sampled_from(["2025-01", None])), max_size=30
)


def find(checks, wanted, tables):
    """Rows of the findings of one check."""
    found = [
        part.filter(pl.col("CHECK") == wanted.id)
        for check in checks
        if wanted in check.checks
        for part in check.find(no_domains() | tables, STUDY)
    ]
    return sorted(row for part in found for row in part.filter(TABLE="PC")["ROW"])


@settings(max_examples=60)
@given(keys, st.integers(0, 30))
def test_a_key_is_there_twice_where_an_earlier_row_has_it_also_empty_and_in_pieces(drawn, cut):
    names = ["USUBJID", "PCTESTCD", "PCSPEC", "PCDTC"]
    frame = typed_domain(
        "PC", pl.DataFrame(drawn, schema=dict.fromkeys(names, pl.String()), orient="row")
    )
    pieces = pl.concat([frame[:cut], frame[cut:]], rechunk=False)
    keyed = [row for row in drawn if row[0] is not None and row[3] is not None]
    expected = [
        place + 2 for place, row in enumerate(drawn) if row in keyed and row in drawn[:place]
    ]
    assert find(CROSS, TWICE, {"PC": pieces}) == expected


samples = st.lists(
    st.tuples(
        st.sampled_from(["1", "2"]),
        st.sampled_from(["SERUM", "PLASMA", None]),
        st.sampled_from([1, 2]),
        st.sampled_from([1.0, 24.0, 72.0]),
        st.integers(0, 60),
    ),
    unique_by=lambda row: row[4],  # no two at one time, or it is open which of them is late
    max_size=14,
)


@settings(max_examples=60)
@given(samples, st.booleans())
def test_a_sample_is_late_or_early_however_the_rows_are_ordered(drawn, by_plan):
    rows = sorted(drawn, key=lambda row: (*row[:1], str(row[1]), *row[2:])) if by_plan else drawn
    doses = pl.DataFrame(
        [(s, "MAB", 1.0, n, f"{DOSED:%Y-%m-%dT%H:%M}") for s in "12" for n in (1, 2)],
        schema=["USUBJID", "EXTRT", "EXDOSE", "CYCLE", "EXSTDTC"],
        orient="row",
    )
    taken = pl.DataFrame(
        [
            (s, "MAB", m, n, h, f"{DOSED + timedelta(hours=t):%Y-%m-%dT%H:%M}")
            for s, m, n, h, t in rows
        ],
        schema={
            **{"USUBJID": pl.String, "PCTESTCD": pl.String, "PCSPEC": pl.String, "CYCLE": pl.Int64},
            **{"PCTPTNUM": pl.Float64, "PCDTC": pl.String},
        },
        orient="row",
    )
    expected = []
    for place, (*group, planned, at) in enumerate(rows):
        before = [
            row for row in rows if list(row[:3]) == group and (row[3], row[4]) < (planned, at)
        ]
        last = max(before, key=lambda row: (row[3], row[4]), default=None)
        if last and last[3] < planned and at < last[4]:
            expected.append(place + 2)
    tables = {"PC": typed_domain("PC", taken), "EX": typed_domain("EX", doses)}
    assert find(CONCENTRATIONS, ORDER, tables) == expected
