"""The figure of operating characteristics shows the numbers of the table."""

import polars as pl
import pytest
from matplotlib.axes import Axes

from pkpipe.cli import main

PROTOCOL = """escalation:
  levels:
  - {code: A, doses: {D: 1}}
  - {code: B, doses: {D: 2}}
  titration_levels: []
  cohort_size: 3
  dlt_window_days: 21
"""


@pytest.fixture
def bars(monkeypatch):
    drawn, bar = [], Axes.bar

    def seen(axis, places, heights, **how):
        drawn.append(list(heights))
        return bar(axis, places, heights, **how)

    monkeypatch.setattr(Axes, "bar", seen)
    return drawn


@pytest.mark.parametrize(
    "scenario",
    [
        "level,p_dlt\nA,0.2\nB,0.5\n",
        "scenario,level,p_dlt\n,A,0.2\n,B,0.5\n",
        "scenario,level,p_dlt\nx,A,0.2\nx,B,0.5\n",
        "scenario,level,p_dlt\n,A,0.1\n,B,0.3\nx,A,0.2\nx,B,0.5\n",
    ],
    ids=["no_column", "empty_column", "named", "one_named_of_two"],
)
def test_oc_figure_one_scenario_has_the_bars_of_its_table(tmp_path, bars, scenario):
    (tmp_path / "p.yaml").write_text(PROTOCOL)
    (tmp_path / "s.csv").write_text(scenario)
    out, figure = tmp_path / "oc.csv", tmp_path / "oc.svg"
    words = ["--protocol", str(tmp_path / "p.yaml"), "--scenario", str(tmp_path / "s.csv")]
    asked = [
        "operating-characteristics",
        *words,
        "-o",
        str(out),
        "--exact",
        "--figure",
        str(figure),
    ]
    assert main(asked) == 0

    table = pl.read_csv(out, infer_schema=False).with_columns(pl.col("value").cast(pl.Float64))
    names = table["scenario"].unique(maintain_order=True) if "scenario" in table.columns else [None]
    assert len(bars) == len(names)
    for name, drawn in zip(names, bars, strict=True):
        own = (
            table
            if name is None and len(names) == 1
            else table.filter(pl.col("scenario").eq_missing(pl.lit(name, dtype=pl.String)))
        )
        ends = own.filter(pl.col("quantity").is_in(["P_MTD", "P_MAD_reached"]))
        chances = [ends.filter(level=level)["value"].sum() for level in "AB"]
        assert drawn[:2] == pytest.approx([100 * p for p in chances])
        assert sum(drawn) == pytest.approx(100)
        assert min(drawn) > 0
