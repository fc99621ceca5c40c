"""Exact operating characteristics of many levels: the same numbers level by level as state by state."""

from dataclasses import replace

import pytest

from pkpipe.cli import main
from pkpipe.errors import ConfigError
from pkpipe.escalation.characteristics import level_by_level
from pkpipe.escalation.characteristics.exact import _of_states, exact_characteristics
from pkpipe.escalation.characteristics.graph import least_states, reachable
from pkpipe.escalation.characteristics.scenario import Scenario
from pkpipe.escalation.characteristics.simulate_graph import simulated_characteristics
from pkpipe.escalation.engine.design import Design

RATES = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7)
THIRTY = Design.plain(tuple(f"L{i}" for i in range(1, 31)))


@pytest.mark.parametrize("levels", range(1, 7))
@pytest.mark.parametrize("mtd_subjects", [3, 6, 9])
@pytest.mark.parametrize(
    "rates", [RATES, (0.0,) * 6, (1.0,) * 6, (0.25,) * 6, (0.3, 0, 1, 0.5, 0.2, 0.2)]
)
def test_oc_thirty_levels_have_the_numbers_of_whole_states(levels, mtd_subjects, rates):
    design = replace(Design.plain("ABCDEF"[:levels]), mtd_subjects=mtd_subjects)
    if levels > 3:
        design = replace(design, top=levels - 2)  # the highest is not open yet
    scenario = Scenario.of(list(rates[:levels]))
    wanted = _of_states(design, scenario, rational=False)
    found = level_by_level.characteristics(design, scenario)
    assert [r[:2] for r in found] == [r[:2] for r in wanted]
    for (*_, value, _), (*_, right, _) in zip(found, wanted, strict=True):
        assert value == pytest.approx(right, rel=1e-12, abs=1e-15)


def test_oc_thirty_levels_are_exact_and_need_no_graph(monkeypatch):
    monkeypatch.setattr("pkpipe.escalation.characteristics.exact.reachable", None)
    rates = [0.01 * i for i in range(1, 31)]
    table = exact_characteristics(THIRTY, Scenario.of(rates))
    ends = table.filter(table["quantity"].is_in(["P_MTD", "P_MAD_reached", "P_no_tolerable_dose"]))
    assert ends.height == 32
    assert ends["value"].sum() == pytest.approx(1, abs=1e-12)
    sizes = table.filter(quantity="P_n_total")
    assert sizes["value"].sum() == pytest.approx(1, abs=1e-12)
    mean = (sizes["level"].cast(float) * sizes["value"]).sum()
    assert table.filter(quantity="E_n_total")["value"].item() == pytest.approx(mean, rel=1e-12)


def test_a_design_that_needs_whole_states_is_refused_before_the_work():
    titrated = Design.plain(tuple(f"L{i}" for i in range(1, 31)), titration=2)
    with pytest.raises(ConfigError, match=r"reaches \d+ states or more, over 3000000"):
        reachable(titrated)


@pytest.mark.parametrize(("levels", "titration"), [(5, 0), (8, 0), (7, 2), (9, 3)])
def test_the_estimate_is_never_more_than_there_are(levels, titration):
    design = Design.plain("ABCDEFGHI"[:levels], titration)
    assert 0 < least_states(design) <= len(reachable(design))


def test_simulated_trials_of_thirty_levels_agree_with_the_exact_numbers():
    scenario = Scenario.of([0.01 * i for i in range(1, 31)])
    exact = exact_characteristics(THIRTY, scenario).filter(quantity="E_n_total")["value"].item()
    drawn = simulated_characteristics(THIRTY, scenario, 4000, seed=1).filter(quantity="E_n_total")
    assert drawn["value"].item() == pytest.approx(exact, abs=4 * drawn["se"].item())


def test_oc_thirty_levels_by_the_verb(tmp_path):
    levels = "".join(f"  - {{code: L{i}, doses: {{D: {i}}}}}\n" for i in range(1, 31))
    (tmp_path / "p.yaml").write_text(
        f"escalation:\n  levels:\n{levels}  titration_levels: []\n  dlt_window_days: 21\n"
    )
    rates = "".join(f"L{i},{i / 100}\n" for i in range(1, 31))
    (tmp_path / "s.csv").write_text("level,p_dlt\n" + rates)
    words = [
        "--protocol",
        str(tmp_path / "p.yaml"),
        "--scenario",
        str(tmp_path / "s.csv"),
        "--exact",
    ]
    assert main(["operating-characteristics", *words, "-o", str(tmp_path / "o.csv")]) == 0
    assert "P_MTD,L30," in (tmp_path / "o.csv").read_text()
