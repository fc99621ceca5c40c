"""A unit is the declared one, another spelling of it, or refused with what to write."""

import polars as pl
import pytest
from raw_drawings import RIGHT, deliver, tiny
from validate_drawings import findings, only, validated

from pkpipe import snapshot, validate
from pkpipe.protocol.file_reading.yaml12 import parse


def test_a_concentration_without_a_unit_is_refused(tmp_path):
    found = only(tmp_path, PC=RIGHT["PC"].replace("ug/mL", "     "))
    assert (found["CHECK"], found["MESSAGE"]) == ("PC-UNIT", "a number without a unit")


@pytest.mark.parametrize(("second", "errors"), [("mg/kg", 1), ("mg", 0)])
def test_a_dose_per_kg_may_be_recorded_in_mg_if_every_dose_is(tmp_path, second, errors):
    ex = RIGHT["EX"].replace("| mg/kg  |", "| mg     |").rstrip()
    ex += f"\n1|MAB|1|{second}|2025-01-31T09:00|2025-01-31T10:00"
    found = findings(tmp_path, EX=ex)
    assert found.select("CHECK", "VALUE").rows() == [("EX-UNIT", "mg")] * errors


@pytest.mark.parametrize("unit", ["ng/mL", "mg/dL", "nmol/L", "ug/L", "mg"])
def test_a_concentration_in_another_unit_is_refused_also_one_that_could_be_converted(
    tmp_path, unit
):
    found = only(tmp_path, PC=RIGHT["PC"].replace("ug/mL", unit))
    assert (found["CHECK"], found["SEVERITY"], found["VALUE"]) == ("PC-UNIT", "error", unit)


def test_the_refusal_says_what_to_write_into_the_study_file_and_that_is_what_converts(tmp_path):
    pc = RIGHT["PC"].replace("ug/mL", "ng/mL").replace("| 20       | 20 ", "| 20000    | 20000 ")
    told = only(tmp_path, PC=pc)["MESSAGE"]
    asked = 'add to sources.PC of the study file: units: {"ng/mL": "ug/mL"}'
    assert told.endswith(asked)
    declared = parse(asked.partition("file: ")[2])
    source = tiny("PC").sources["PC"].model_copy(update=declared)
    study = tiny("DM", "EX", PC=source)
    deliver(tmp_path, **RIGHT | {"PC": pc})
    tables = validate.run(snapshot.run(tmp_path, study), study)
    assert tables["PC"].select("PCSTRESN", "PCSTRESU").row(0) == (20.0, "ug/mL")
    assert tables["FINDINGS"]["CHECK"].to_list() == ["UNIT-CONVERTED"]


def test_no_conversion_is_advised_that_would_strike_another_analyte(tmp_path):
    study = tiny(*RIGHT)
    payload = study.analytes[0].model_copy(update={"code": "PAY", "unit": "ng/mL"})
    study = study.model_copy(update={"analytes": (*study.analytes, payload)})
    deliver(tmp_path, **RIGHT | {"PC": RIGHT["PC"].replace("ug/mL", "ng/mL")})
    found = validate.run(snapshot.run(tmp_path, study), study)["FINDINGS"]
    told = found.filter(pl.col("CHECK") == "PC-UNIT")["MESSAGE"].item()
    assert told.endswith("the laboratory has to deliver it in ug/mL")


@pytest.mark.parametrize("unit", ["nmol/L", "mg", "counts"])
def test_a_unit_that_measures_something_else_is_no_matter_of_the_study_file(tmp_path, unit):
    told = only(tmp_path, PC=RIGHT["PC"].replace("ug/mL", unit))["MESSAGE"]
    assert told.endswith("it cannot be converted to ug/mL, so the laboratory has to answer")


@pytest.mark.parametrize("unit", ["mg/L", "µg/mL", "μg/mL", "ng/uL"])
def test_another_spelling_of_the_declared_unit_is_respelled_and_noted(tmp_path, unit):
    tables = validated(tmp_path, PC=RIGHT["PC"].replace("ug/mL", unit))
    assert tables["PC"].select("PCSTRESN", "PCSTRESU").row(0) == (20.0, "ug/mL")
    assert tables["FINDINGS"].select("CHECK", "SEVERITY").rows() == [("PC-UNIT-SPELLING", "note")]


def test_the_unit_of_a_result_below_quantification_counts_too_for_its_limit_has_it(tmp_path):
    pc = """
        USUBJID | PCTESTCD | PCSPEC | PCSTRESC | PCSTRESN | PCSTRESU | PCLLOQ | PCTPT | PCDTC
        1       | MAB      | SERUM  | BLQ      |          | ng/mL    | 100    | EOI   | 2025-01-10T10:00
    """
    assert only(tmp_path, PC=pc)["CHECK"] == "PC-UNIT"
