"""`escalation.design` with `target`: the table is computed, printed, and used by every verb alike."""

import polars as pl
import pytest

from pkpipe.cli import main
from pkpipe.errors import ConfigError
from pkpipe.escalation.engine.design import Design, boundary_lines
from pkpipe.protocol.file_reading.escalation_file import load_plan

SECTION = """\
escalation:
  levels: [{code: A}, {code: B}, {code: C}]
  dlt_window_days: 28
  mtd_subjects: 6
"""
# Yuan, Hess, Hilsenbeck & Gilbert 2016 (doi:10.1158/1078-0432.CCR-16-0592), table of BOIN for a target of 0.3
# in cohorts of three: DLTs up to which to escalate, from which to de-escalate, from which to eliminate.
BOIN_30 = {3: (0, 2, 3), 6: (1, 3, 4), 9: (2, 4, 5), 12: (2, 5, 7)}
# The rule of Liu, Wang & Ji 2020 (doi:10.1080/10543406.2019.1636811) worked by hand for a target of 0.3 and
# the interval 0.25 to 0.35; U: P(rate > 0.3) above 0.95 with a uniform prior, from three subjects on.
I33_30 = {
    1: "ES",
    2: "ESD",
    3: "ESDU",
    4: "ESDUU",
    5: "EESDUU",
    6: "EESDUUU",
    8: "EESDDUUUU",
}


def plan(tmp_path, *lines, name="p.yaml"):
    path = tmp_path / name
    path.write_text(SECTION + "".join(f"  {line}\n" for line in lines), encoding="utf-8")
    return path


def rows(tmp_path, *lines):
    return dict(Design.of(load_plan(plan(tmp_path, *lines))).table)


def test_boin_s_boundaries_are_the_published_ones(tmp_path):
    table = rows(tmp_path, "design: boin", "target: 0.3")
    for n, (up, down, out) in BOIN_30.items():
        letters = table[n]
        assert (letters.rfind("E"), letters.find("D"), letters.find("U")) == (up, down, out)


def test_i3_3_follows_its_published_rule(tmp_path):
    table = rows(tmp_path, 'design: "i3+3"', "target: 0.3")
    assert {n: table[n] for n in I33_30} == I33_30


def test_mtpi2_is_the_table_of_the_peer(tmp_path, reference_set):
    peer = pl.read_csv(reference_set / "escalation" / "comparators" / "mtpi2_table.csv")
    peer = peer.filter(
        (pl.col("target") == 0.3) & (pl.col("epsilon1") == 0.05) & (pl.col("n") <= 12)
    )
    table = rows(tmp_path, "design: mtpi2", "target: 0.3")
    ours = [table[n][y] for n, y in peer.select("n", "dlt").rows()]
    assert ours == peer["decision_with_exclusion"].to_list()
    assert len(ours) > 80


def test_another_interval_and_size_change_the_table(tmp_path):
    wide = rows(tmp_path, "design: mtpi2", "target: 0.3", "above_target: 0.2", "level_subjects: 9")
    assert max(wide) == 9
    assert wide != {
        n: t for n, t in rows(tmp_path, "design: mtpi2", "target: 0.3").items() if n < 10
    }


@pytest.mark.parametrize("design", ["boin", "mtpi2", "i3+3"])
def test_every_verb_decides_as_with_the_same_table_given(tmp_path, design, capsys):
    computed = plan(tmp_path, f'design: "{design}"', "target: 0.25")
    table = dict(Design.of(load_plan(computed)).table)
    told = "{" + ", ".join(f"{n}: {letters}" for n, letters in table.items()) + "}"
    given = plan(tmp_path, f"table_rows: {told}", "target_dlt_rate: 0.25", name="given.yaml")
    states = tmp_path / "s.csv"
    states.write_text(
        "case_id,levels\n1,A:3/0/0/0|B:0/0/0/0|C:0/0/0/0\n2,A:3/1/0/0|B:0/0/0/0|C:0/0/0/0\n"
        "3,A:6/1/0/0|B:3/2/0/0|C:0/0/0/0\n4,A:3/3/0/0|B:0/0/0/0|C:0/0/0/0\n"
    )
    rates = tmp_path / "r.csv"
    rates.write_text("level,p_dlt\nA,0.1\nB,0.25\nC,0.4\n")
    for verb, file in (("escalate", states), ("oc", rates)):
        answers = []
        for protocol in (computed, given):
            out = tmp_path / f"{verb}-{protocol.stem}.csv"
            words = (
                ["escalate", str(file)]
                if verb == "escalate"
                else ["operating-characteristics", "--exact", "--scenario", str(file)]
            )
            assert main([*words, "--protocol", str(protocol), "-o", str(out)]) == 0
            answers.append(out.read_bytes())
        assert answers[0] == answers[1]
    assert f"{design}, target 0.25: DLTs of n evaluable subjects" in capsys.readouterr().err


def test_the_boundaries_are_printed_a_line_a_number_of_subjects(tmp_path):
    lines = boundary_lines(load_plan(plan(tmp_path, "design: boin", "target: 0.3")))
    assert "up at a rate of at most 0.2365, down from 0.3585" in lines[0]
    assert "  6: 1, 3, 4" in lines


def test_3_3_is_the_rule_without_a_design_and_with_its_name(tmp_path):
    assert rows(tmp_path) == rows(tmp_path, 'design: "3+3"') == {}


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["design: crm", "target: 0.3"], ":5:3: escalation.design: crm is not carried out"),
        (["design: rolling_six"], ":5:3: escalation.design: rolling_six is not carried out"),
        (["design: boin"], "target: this key is missing and has no default"),
        (["design: boin", "target: 0.3", 'table_rows: {3: "ESDU"}'], "not both"),
        (["design: mtpi2", "target: 0.04"], "is no range of rates"),
        (
            ["design: boin", "target: 0.3", "titration_levels: [A]"],
            "a decision table has no titration",
        ),
        (["design: bion", "target: 0.3"], "'boin'"),
    ],
)
def test_what_cannot_be_carried_out_is_refused_by_a_sentence(tmp_path, lines, said):
    with pytest.raises(ConfigError) as problem:
        load_plan(plan(tmp_path, *lines))
    assert said in str(problem.value)


def test_a_cohort_of_another_size_needs_another_rule_than_3_3(tmp_path):
    design = Design.of(load_plan(plan(tmp_path, "design: boin", "target: 0.3", "cohort_size: 2")))
    assert design.cohort == 2
