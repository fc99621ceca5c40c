"""EX records that are parts of one infusion: interrupted, in two bags, over midnight; and nothing given."""

import polars as pl
import pytest
from ex_records import CUTOFF, TINY, asked, checks, ex, moment, oral, rooms, sums
from support import domain, no_domains

from pkpipe.pk.samples.doses import dose_times
from pkpipe.protocol.study import Study
from pkpipe.validate.checks.dose_rows import DOSE_ROWS
from pkpipe.validate.checks.every_table import CROSS

# --- infusions in parts ---

WHOLE = "6 | mg/kg | 6 | ONCE | {flag} | 1 | C1D1 | 2026-01-05T13:15 | 2026-01-05T14:22"
LATER = "6 | mg/kg | 6 | ONCE |        | 2 | C2D1 | 2026-01-26T13:00 | 2026-01-26T14:00"


def bag(dose: float, start: str, end: str, flag: str = "Y", plan: float = 6, cycle: int = 1) -> str:
    start, end = (t if "-" in t else f"2026-01-05T{t}" for t in (start, end))
    return f"{dose} | mg/kg | {plan} | ONCE | {flag} | {cycle} | C{cycle}D1 | {start} | {end}"


def same_but_for_parts(ours: pl.DataFrame, whole: pl.DataFrame) -> bool:
    left = [c for c in ours.columns if c not in {"PARTS", "SRCROW", "NINTR"}]
    return ours.select(left).equals(whole.select(left))


def test_h1_room_interrupted_infusion_two_ex_records_is_one_administration():
    whole = rooms(ex(WHOLE.format(flag="Y"), LATER), TINY)
    parts = ex(bag(3.6, "13:15", "13:50"), bag(2.4, "14:00", "14:22"), LATER)
    split = rooms(parts, TINY)
    assert same_but_for_parts(split["ADEX"], whole["ADEX"])
    assert split["ADEX"].row(0, named=True)["PARTS"] == 2
    assert split["ADEXSUM"].equals(whole["ADEXSUM"])
    assert dose_times(split["ADEX"], TINY).equals(dose_times(whole["ADEX"], TINY))
    assert checks(parts, TINY) == ["EX-PLAN"] * 2  # 6 mg/kg is no level of this study


def test_two_bags_without_a_break_are_one_infusion_that_was_not_interrupted():
    for plan in (6, 3):
        two = rooms(
            ex(bag(3, "13:15", "13:50", "", plan), bag(3, "13:52", "14:22", "", plan)), TINY
        )
        row = two["ADEX"].row(0, named=True)
        assert (two["ADEX"].height, row["DOSE"], row["NINTR"], row["INTRFL"]) == (1, 6, 0, None)
        assert row["DURH"] == pytest.approx(67 / 60)


def test_the_shares_planned_for_two_bags_add_up_to_the_dose_of_the_level():
    two = ex(bag(1.5, "13:15", "13:50", "", 1.5), bag(1.5, "13:52", "14:22", "", 1.5))
    row = rooms(two, TINY, DM="USUBJID | ARMCD\n1 | B")["ADEX"].row(0, named=True)
    assert (row["PLANDOSE"], row["DOSEPCT"], row["LEVEL"]) == (3, 100, "B")


def test_three_interruptions_are_counted_in_one_infusion():
    four = ex(
        bag(1, "13:00", "13:10"), bag(1, "13:20", "13:30"), bag(2, "13:40", "13:50"),
        bag(2, "14:30", "14:45"),
    )  # fmt: skip
    tables = rooms(four, TINY)
    row = tables["ADEX"].row(0, named=True)
    assert (tables["ADEX"].height, row["NINTR"], row["DOSE"]) == (1, 3, 6)
    assert sums(tables)["NINTR"] == 1


@pytest.mark.parametrize(
    ("second", "flag", "rows"),
    [
        (("2026-01-05T23:50", "2026-01-06T00:20"), "Y", 1),  # over midnight
        (("2026-01-06T09:00", "2026-01-06T09:20"), "Y", 1),  # finished on the next day
        (("2026-01-06T09:00", "2026-01-06T09:20"), "", 2),  # a second dose, unless somebody says so
        (("2026-01-08T09:00", "2026-01-08T09:20"), "Y", 2),
    ],
)
def test_an_infusion_goes_on_over_midnight_and_on_the_next_day_if_it_was_interrupted(
    second, flag, rows
):
    records = ex(bag(3.6, "23:00", "23:40", flag), bag(2.4, *second, flag))
    assert rooms(records, TINY)["ADEX"].height == rows
    assert ("DOSE-IN-PARTS" in checks(records, TINY)) == (rows == 2)


def test_the_study_file_may_give_the_longest_break():
    records = ex(
        bag(3.6, "13:00", "13:40", ""), bag(2.4, "2026-01-06T09:00", "2026-01-06T09:20", "")
    )
    wide = TINY.drugs[0].model_copy(update={"part_gap_hours": 48.0})
    assert rooms(records, TINY.model_copy(update={"drugs": (wide,)}))["ADEX"].height == 1


def test_an_infusion_over_midnight_in_one_record_is_one_dose():
    record = ex("1 | mg/kg | 1 | ONCE | | 1 | | 2026-01-05T23:30 | 2026-01-06T00:30")
    assert rooms(record, TINY)["ADEX"].height == 1
    assert checks(record, TINY) == []


def test_an_infusion_with_the_frequency_of_its_drug_lasts_as_long_as_its_clock_says():
    record = ex("1 | mg/kg | 1 | Q3W | | 1 | | 2026-01-05T09:00 | 2026-01-05T11:30")
    row = rooms(record, TINY)["ADEX"].row(0, named=True)
    assert (row["DURH"], row["AENDTM"]) == (2.5, moment(2026, 1, 5, 11, 30))


def test_infusions_of_consecutive_days_are_no_parts_of_one():
    daily = TINY.drugs[0].model_copy(update={"cycle_days": 1})
    records = ex(
        *(
            f"1 | mg/kg | 1 | QD | | 1 | | 2026-01-0{d}T09:00 | 2026-01-0{d}T10:00"
            for d in range(1, 6)
        )
    )
    tables = rooms(records, TINY.model_copy(update={"drugs": (daily,)}))
    assert (tables["ADEX"].height, sums(tables)["NDELAY"]) == (5, 0)


def test_times_in_only_some_records_still_make_one_infusion_of_a_day():
    records = ex(bag(3.6, "13:00", "13:40", ""), bag(2.4, "2026-01-05", "2026-01-05", ""))
    row = rooms(records, TINY)["ADEX"].row(0, named=True)
    assert (row["DOSE"], row["ASTDTM"], row["DURH"]) == (6, moment(2026, 1, 5, 13), 1.0)


def test_a_milligram_dose_of_a_drug_per_kilogram_is_at_its_level():
    record = ex("180 | mg | | ONCE | | 1 | | 2026-01-05T09:00 | 2026-01-05T10:00")
    row = rooms(record, TINY, DM="USUBJID | ARMCD\n1 | B")["ADEX"].row(0, named=True)
    assert (row["LEVEL"], row["PLANDOSE"], row["DOSEPCT"]) == ("B", 180, 100)


def test_a_placebo_of_nothing_is_given_and_is_no_dose_of_zero():
    wrong = next(c for c in DOSE_ROWS if c.check.id == "EX-ZERO").wrong(TINY)
    rows = pl.DataFrame({"EXTRT": ["Placebo", "MAB"], "EXDOSE": [0.0, 0.0], "EXADJ": [None, None]})
    assert rows.filter(wrong)["EXTRT"].to_list() == ["MAB"]


# --- two bags side by side ---


def beside(*records: str) -> str:
    """Records as `dose | planned | lot | link | start | end` of the first cycle, in mg/kg."""
    head = "USUBJID | EXSEQ | EXTRT | EXDOSU | CYCLE | EXDOSE | EXPDOSE | EXLOT | EXLNKID "
    head += "| EXSTDTC | EXENDTC\n"
    return head + "".join(
        f"1 | {i} | MAB | mg/kg | 1 | {record}\n" for i, record in enumerate(records)
    )


def twice(records: str, study: Study = TINY, dm: str = "USUBJID | ARMCD\n1 | A") -> list[str]:
    tables = no_domains() | {"DM": domain("DM", dm), "EX": domain("EX", records)}
    found = [f for c in CROSS if "EX" in c.needs for f in c.find(tables, study.at(CUTOFF))]
    return pl.concat(found)["CHECK"].to_list()


DAY = "2026-01-05T"


@pytest.mark.parametrize(
    "second",
    [
        f"0.4 | 1 |  |  | {DAY}13:00 | {DAY}14:05",  # the end
        f"0.4 | 1 | L2 |  | {DAY}13:00 | {DAY}14:00",
        f"0.4 | 1 |  | BAG2 | {DAY}13:00 | {DAY}14:00",
        f"0.4 | 0.4 |  |  | {DAY}13:00 | {DAY}14:05",  # the planned dose by bag
        f"0.4 |  |  |  | {DAY}13:00 | {DAY}14:05",
    ],
)
def test_two_bags_with_one_start_are_one_infusion(second):
    plan = second.split("|")[1].strip()
    plan = {"0.4": "0.6"}.get(plan, plan)
    records = beside(f"0.6 | {plan} | L1 | BAG1 | {DAY}13:00 | {DAY}14:00", second)
    assert twice(records) == []
    row = rooms(records, TINY)["ADEX"].row(0, named=True)
    assert (row["DOSE"], row["PARTS"], row["NINTR"]) == (1.0, 2, 0)
    assert row["ASTDTM"] == moment(2026, 1, 5, 13)
    assert row["AENDTM"] == moment(2026, 1, 5, 14, 5 if "14:05" in second else 0)
    assert rooms(records, TINY)["ADEX"].height == 1
    assert asked(records, TINY) == []


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (f"1 | 1 | | | {DAY}13:00 | {DAY}14:00", f"1 | 1 | | | {DAY}13:00 | {DAY}14:00"),
        (f"1 | 1 | | | {DAY}13:00 | {DAY}14:00", f"1 | 1 | | | {DAY}13:00 | {DAY}14:05"),
        (f"0.5 | 1 | L1 | | {DAY}13:00 | {DAY}14:00", f"0.5 | 1 | L1 | | {DAY}13:00 | {DAY}14:00"),
    ],
)
def test_a_dose_entered_twice_is_not_two_bags(first, second):
    assert twice(beside(first, second)) == ["KEY-TWICE"]


def test_tablets_with_one_start_are_not_bags():
    records = beside(f"0.6 | 1 | L1 | | {DAY}13:00 |", f"0.4 | 1 | L2 | | {DAY}13:00 |")
    assert twice(records, oral()) == ["KEY-TWICE"]
