"""`pkpipe compare`: which values are compared, how, and what is refused."""

import math
import statistics
from pathlib import Path

import polars as pl
import pytest
from scipy import stats

from pkpipe.cli import main
from pkpipe.nca.further_analyses.treatment_ratios import Question, treatment_ratios

FED, FASTED = (11.0, 14.0, 9.0, 20.0, 8.0), (8.0, 12.0, 9.5, 13.0, 7.0)
HEAD = "USUBJID,PPTESTCD,PPSTRESN,FOOD,PERIOD,STATUS"
ROWS = [
    *(f"S{n},CMAX,{v},fed,{1 + n % 2},OK" for n, v in enumerate(FED)),
    *(f"S{n},CMAX,{v},fasted,{2 - n % 2},OK" for n, v in enumerate(FASTED)),
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def compared(rows, *words, head=HEAD, treatment="FOOD", reference="fasted"):
    Path("pp.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    given = ["pp.csv", "-o", "r.csv", "--treatment", treatment, "--reference", reference]
    code = main(["compare", *given, *words])
    return code, pl.read_csv("r.csv") if code == 0 else None


def test_without_periods_it_is_the_paired_t_test_of_the_logarithms(folder):
    _, found = compared(ROWS)
    row = found.row(0, named=True)
    logs = [math.log(a / b) for a, b in zip(FED, FASTED, strict=True)]
    half = stats.t.ppf(0.95, 4) * statistics.stdev(logs) / math.sqrt(5)
    mean = statistics.mean(logs)
    assert (row["DESIGN"], row["NBOTH"], row["DF"]) == ("crossover", 5, 4)
    assert row["RATIO"] == pytest.approx(100 * math.exp(mean), rel=1e-12)
    assert row["LOWER"] == pytest.approx(100 * math.exp(mean - half), rel=1e-12)
    assert row["UPPER"] == pytest.approx(100 * math.exp(mean + half), rel=1e-12)
    # half of the variance of a difference is that within a subject
    assert row["CV"] == pytest.approx(100 * math.sqrt(math.expm1(statistics.variance(logs) / 2)))


def test_with_periods_a_balanced_crossover_sets_the_mean_of_both_sequences(folder):
    _, found = compared(ROWS[:4] + ROWS[5:9], "--period", "PERIOD")
    row = found.row(0, named=True)
    logs = [math.log(a / b) for a, b in zip(FED[:4], FASTED[:4], strict=True)]
    means = [statistics.mean(logs[start::2]) for start in (0, 1)]
    assert row["RATIO"] == pytest.approx(100 * math.exp(statistics.mean(means)), rel=1e-12)
    assert row["DF"] == 2


def test_subjects_of_one_treatment_each_are_parallel_groups_with_a_variance_each(folder):
    rows = [*ROWS[:5], *(r.replace("S", "R", 1) for r in ROWS[5:])]
    _, found = compared(rows)
    row = found.row(0, named=True)
    a, b = ([math.log(v) for v in values] for values in (FED, FASTED))
    limits = stats.ttest_ind(a, b, equal_var=False).confidence_interval(0.9)
    assert row["DESIGN"] == "parallel"
    assert row["LOWER"] == pytest.approx(100 * math.exp(limits.low), rel=1e-9)
    assert row["UPPER"] == pytest.approx(100 * math.exp(limits.high), rel=1e-9)
    _, equal = compared(rows, "--variances", "equal", "--confidence", "0.95")
    limits = stats.ttest_ind(a, b).confidence_interval(0.95)
    assert equal["LOWER"].item() == pytest.approx(100 * math.exp(limits.low), rel=1e-9)
    assert equal["DF"].item() == 8


def test_parallel_groups_that_share_subjects_are_refused(folder, capsys):
    assert compared(ROWS, "--design", "parallel")[0] == 3
    assert "5 subjects have several treatments" in capsys.readouterr().err


def test_a_value_without_a_logarithm_and_the_only_one_of_a_subject_are_counted_as_not_used(folder):
    rows = [*ROWS, "S9,CMAX,5,fasted,1,OK", "S8,CMAX,0,fed,1,OK", "S8,CMAX,6,fasted,2,OK"]
    rows += ["S7,CMAX,,fed,1,OK", "S7,CMAX,6,fasted,2,OK"]
    _, found = compared(rows)
    assert found.select("NTEST", "NREF", "NBOTH", "NOTUSED").row(0) == (5, 5, 5, 5)
    assert found["RATIO"].item() == compared(ROWS)[1]["RATIO"].item()


def test_a_treatment_that_changes_with_the_period_is_not_told_from_it(folder):
    rows = [
        r.replace(",2,OK", ",1,OK") if ",fed," in r else r.replace(",1,OK", ",2,OK") for r in ROWS
    ]
    _, found = compared(rows, "--period", "PERIOD")
    assert found["RATIO"].item() is None
    assert "treatment and period change together" in found["REASON"].item()
    assert compared(rows)[1]["RATIO"].item() is not None


def test_two_values_of_a_subject_under_one_treatment_are_refused_with_both_rows(folder, capsys):
    assert compared([*ROWS, "S0,CMAX,12,fed,3,OK"])[0] == 3
    told = capsys.readouterr().err
    assert "pp.csv row 2, subject S0" in told
    assert "pp.csv row 12, subject S0" in told
    assert compared([*ROWS, "S0,CMAX,12,fed,3,OK"], "--period", "PERIOD")[0] == 0


def test_analytes_are_compared_each_by_itself_without_a_word(folder):
    head = "USUBJID,PCTESTCD,PPTESTCD,PPSTRESN,FOOD,PERIOD,STATUS"
    two = [r.replace(",CMAX", f",{drug},CMAX") for drug in ("A", "B") for r in ROWS]
    _, found = compared(two, head=head)
    assert found["PCTESTCD"].to_list() == ["A", "B"]
    assert found["RATIO"].n_unique() == 1


def test_a_third_treatment_moves_nothing_of_the_others(folder):
    third = [f"S{n},CMAX,{50 + n},light,3,OK" for n in range(5)]
    _, found = compared([*ROWS, *third], "--period", "PERIOD")
    assert found["TEST"].to_list() == ["fed", "light"]
    _, two = compared(ROWS, "--period", "PERIOD")
    assert found["RATIO"][0] == two["RATIO"].item()


def test_times_are_not_compared_unless_they_are_asked_for(folder):
    rows = [*ROWS, *(r.replace("CMAX", "TMAX") for r in ROWS)]
    assert compared(rows)[1]["PPTESTCD"].to_list() == ["CMAX"]
    assert compared(rows, "--parameters", "TMAX")[1]["PPTESTCD"].to_list() == ["TMAX"]


def test_columns_that_are_called_as_the_comparison_calls_others_are_in_nobodys_way(folder):
    head = HEAD.replace("STATUS", "SUBJECT,TREATMENT,VALUE")
    _, found = compared([r.replace(",OK", ",A1,x,7") for r in ROWS], head=head)
    assert found.equals(compared(ROWS)[1])


def test_a_value_of_nobody_is_named_by_the_column_of_the_file(folder, capsys):
    head = HEAD.replace("USUBJID", "ID")
    assert compared([*ROWS[1:], ROWS[0].removeprefix("S0")], head=head)[0] == 3
    assert "pp.csv row 11: ID: nobody says whose value this is" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--by", "PERIOD"), "--by PERIOD: is what OUT or the comparison calls another column"),
        (("--parameters", "CMAXX"), "no such PPTESTCD (found: CMAX)"),
        (("--period", "FOOD"), "one column is named twice"),
        (("--confidence", "90"), "allowed: above 0 and below 1"),
        (("--by", "SITE"), "SITE"),
    ],
)
def test_what_is_not_there_is_named(folder, capsys, words, said):
    assert compared(ROWS, *words)[0] == 2
    assert said in capsys.readouterr().err


def test_a_reference_that_nobody_had_is_named_with_those_that_are_there(folder, capsys):
    assert compared(ROWS, reference="fast")[0] == 2
    assert "--reference fast: no such FOOD (found: fed, fasted)" in capsys.readouterr().err


def test_names_in_chinese_and_columns_of_adam_are_read(folder):
    head = "受试者编号,PARAMCD,AVAL,给药状态"
    rows = [
        f"{r.split(',')[0]},CMAX,{r.split(',')[2]},{'餐后' if ',fed,' in r else '空腹'}"
        for r in ROWS
    ]
    _, found = compared(rows, head=head, treatment="给药状态", reference="空腹")
    assert found["TEST"].to_list() == ["餐后"]
    assert found["RATIO"].item() == compared(ROWS)[1]["RATIO"].item()


def test_a_treatment_in_two_spellings_is_asked_about(folder, capsys):
    assert compared([*ROWS[:-1], ROWS[-1].replace("fasted", "Fasted")])[0] == 3
    assert "Fasted" in capsys.readouterr().err


def test_few_values_give_a_reason_and_no_number():
    values = pl.DataFrame(
        {"SUBJECT": ["1", "1", "2"], "TREATMENT": ["T", "R", "T"], "VALUE": [2.0, 1.0, 3.0]}
    ).with_columns(PERIOD=pl.lit(None, pl.String))
    row = treatment_ratios(values, [], "R", Question("crossover")).row(0, named=True)
    assert (row["RATIO"], row["REASON"]) == (None, "fewer than 2 subjects have both treatments")
    row = treatment_ratios(values, [], "R", Question("parallel")).row(0, named=True)
    assert row["REASON"] == "fewer than 2 subjects with a value above 0 under the reference"
