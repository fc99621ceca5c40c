"""Neutralising antibodies that nobody looked for are not none: of no positive subject a result, no count."""

import polars as pl
import pytest

from pkpipe.cli import main

HEAD = "USUBJID,ISTESTCD,ISSTRESC,ISDTC\n"
BINDING = (
    "S1,ADA,NEGATIVE,2026-01-05T08:00\nS1,ADA,POSITIVE,2026-02-02T08:00\n"
    "S2,ADA,NEGATIVE,2026-01-05T08:00\nS2,ADA,NEGATIVE,2026-02-02T08:00\n"
)


@pytest.fixture
def counted(tmp_path):
    """IS rows in; X and REASON of each count over all subjects."""

    def ran(rows):
        (tmp_path / "is.csv").write_text(HEAD + rows)
        ref = "USUBJID,FIRSTDTM\nS1,2026-01-05T09:00\nS2,2026-01-05T09:00\n"
        (tmp_path / "ref.csv").write_text(ref)
        words = [str(tmp_path / "is.csv"), "--ref", str(tmp_path / "ref.csv")]
        assert main(["ada", *words, "-o", str(tmp_path / "out")]) == 0
        table = pl.read_csv(tmp_path / "out" / "summary.csv").filter(GROUP="ALL")
        return {code: (x, why) for code, x, why in table.select("PARAMCD", "X", "REASON").rows()}

    return ran


@pytest.mark.parametrize("code", ["NABPOS", "NABINC"])
def test_without_a_result_of_a_positive_subject_there_is_no_count(counted, code):
    value, why = counted(BINDING)[code]
    assert value is None
    assert why.startswith("not collected: NAb")


@pytest.mark.parametrize(("result", "number"), [("NEGATIVE", 0), ("POSITIVE", 1)])
def test_with_a_result_there_is_one(counted, result, number):
    told = counted(BINDING + f"S1,NAB,{result},2026-02-02T08:00\n")
    assert (told["NABPOS"][0], told["NABINC"][0]) == (number, number)


def test_where_nobody_is_positive_nobody_is_neutralising(counted):
    assert counted(BINDING.replace("POSITIVE", "NEGATIVE"))["NABINC"] == (0, None)
