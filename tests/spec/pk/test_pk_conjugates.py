"""ADCRATIO, ADCSUM, ADCPAR: the parts of a conjugate against each other, in mol, never mixed."""

import polars as pl
import pytest
from adc_drawings import (
    ANTIBODY,
    CONJUGATE,
    COURSE,
    OTHER,
    PAYLOAD,
    doses,
    lines,
    parts,
    ratio,
    times,
)
from pk_drawings import DOSES, PAIR, SAMPLES, TINY, trial, value, with_nca

from pkpipe.errors import ConfigError
from pkpipe.pk.conjugates.sample_ratios import molar, sample_ratios
from pkpipe.pk.parameters.names import check_names
from pkpipe.protocol.study_checks.linter import lint

WHOLE = (
    *lines(CONJUGATE, COURSE),
    *lines(ANTIBODY, times(COURSE, 2.0)),
    *lines(PAYLOAD, times(COURSE, 0.1)),
)


def with_analyte(code, study=PAIR, **changes):
    """The combination study with one analyte described otherwise."""
    analytes = tuple(a.model_copy(update=changes) if a.code == code else a for a in study.analytes)
    return study.model_copy(update={"analytes": analytes})


# --- molar ---


def test_one_microgram_of_150_kda_a_millilitre_is_6_667_nmol_a_litre():
    antibody = ANTIBODY.model_copy(update={"molecular_weight": 150_000.0})
    assert molar(antibody) == pytest.approx(6.667, abs=5e-4)


def test_a_ratio_is_molar_whatever_units_its_analytes_are_told_in():
    tables = parts(WHOLE)
    row = ratio(tables, "PAYADC")
    assert (row["NUMU"], row["DENU"], row["MOLU"]) == ("ng/mL", "ug/mL", "nmol/L")
    assert (row["NUMVAL"], row["DENVAL"]) == (pytest.approx(10.2), pytest.approx(31.2))
    assert (row["NUMMOL"], row["DENMOL"]) == (pytest.approx(20), pytest.approx(200))
    assert row["AVAL"] == pytest.approx(0.1, rel=1e-12)
    assert ratio(tables, "ADCTAB")["AVAL"] == pytest.approx(0.5, rel=1e-12)


# --- what has no ratio says why ---


@pytest.mark.parametrize(
    ("payload", "conjugate", "reason"),
    [
        ({"EOI": "BLQ"}, {}, "PAYLOAD is BLQ"),
        ({}, {"EOI": "BLQ"}, "ADC is BLQ"),
        ({"EOI": "BLQ"}, {"EOI": "BLQ"}, "PAYLOAD and ADC are BLQ"),
        ({"EOI": None}, {}, "PAYLOAD: no sample at this time"),
        ({}, {"EOI": None}, "ADC: no sample at this time"),
    ],
)
def test_a_ratio_with_a_side_below_the_limit_or_missing_is_not_calculated(
    payload, conjugate, reason
):
    tables = parts(
        [
            *lines(CONJUGATE, COURSE | conjugate),
            *lines(PAYLOAD, times(COURSE, 0.1) | payload),
        ]
    )
    row = ratio(tables, "PAYADC")
    assert (row["AVAL"], row["REASON"], row["SUMFL"]) == (None, reason, "N")
    at = tables["ADCSUM"].filter((pl.col("RATIO") == "PAYADC") & (pl.col("ATPT") == "EOI"))
    counted = at.select("N", "NNC", "NBLQ", "REASON").row(0)
    assert counted == (0, 1, int("BLQ" in reason), "no ratio to describe")


def test_tubes_drawn_apart_are_not_one_sample():
    near = parts([*lines(CONJUGATE, COURSE), *lines(PAYLOAD, COURSE, later=0.2)])
    apart = parts([*lines(CONJUGATE, COURSE), *lines(PAYLOAD, COURSE, later=0.3)])
    assert ratio(near, "PAYADC")["AVAL"] == pytest.approx(1)
    assert ratio(near, "PAYADC")["APARTM"] == pytest.approx(12)
    row = ratio(apart, "PAYADC")
    assert (row["AVAL"], row["REASON"]) == (None, "drawn more than 15 min apart")


def test_a_result_in_another_unit_than_the_study_s_has_no_ratio():
    """The border refuses such a file; should one come by another way, no number is made of it."""
    other = pl.when(pl.col("PARAMCD") == "PAYLOAD").then(pl.lit("ug/mL")).otherwise("AVALU")
    adpc = parts(WHOLE)["ADPC"].with_columns(AVALU=other)
    rows = sample_ratios(adpc, PAIR, PAIR.nca.conjugate).filter(pl.col("RATIO") == "PAYADC")
    assert rows["AVAL"].null_count() == rows.height > 0
    assert set(rows["REASON"]) == {"PAYLOAD: in ug/mL, the study has ng/mL"}


def test_every_null_has_its_reason():
    tables = parts([*lines(CONJUGATE, COURSE | {"C3D2": "BLQ"}), *lines(PAYLOAD, COURSE)])
    for name, why in (("ADCRATIO", "REASON"), ("ADCPAR", "REASON")):
        rows = tables[name]
        assert rows.height > 0
        assert rows.filter(pl.col("AVAL").is_null() != pl.col(why).is_not_null()).is_empty()
    summed = tables["ADCSUM"]
    assert summed.filter(pl.col("GMEAN").is_null() != pl.col("REASON").is_not_null()).is_empty()
    assert summed.filter(pl.col("GCV").is_null() != pl.col("GCVRSN").is_not_null()).is_empty()


# --- drug-antibody ratio ---


def test_the_drug_antibody_ratio_needs_an_assay_of_conjugated_payload():
    absent = parts(WHOLE)["ADCSUM"].filter(pl.col("RATIO").is_in(["DAR", "FDAR"]))
    assert absent["REASON"].to_list() == ["the assay measures conjugated antibody"] * 2


def test_the_apparent_ratio_is_payload_on_antibody_and_its_fraction_is_of_that_made():
    conjugated = CONJUGATE.model_copy(
        update={"assay": "conjugated_payload", "molecular_weight": 510.0}
    )
    study = with_analyte(CONJUGATE.code, assay="conjugated_payload", molecular_weight=510.0)
    tables = parts([*lines(conjugated, times(COURSE, 4.0)), *lines(ANTIBODY, COURSE)], study=study)
    assert ratio(tables, "DAR")["AVAL"] == pytest.approx(4, rel=1e-12)
    assert ratio(tables, "FDAR")["AVAL"] == pytest.approx(0.5, rel=1e-12)  # 8 as made
    assert "ADCTAB" not in tables["ADCRATIO"]["RATIO"]


# --- parameters ---


def of(tables, code, scope="SUBJECT", name="PAYADC"):
    rows = tables["ADCPAR"].filter(
        (pl.col("PARAMCD") == code)
        & (pl.col("SCOPE") == scope)
        & (pl.col("CYCLE") == 3)
        & (pl.col("RATIO") == name)
    )
    return rows.row(0, named=True)


def test_areas_in_days_and_in_hours_meet_on_one_scale():
    tables = parts(WHOLE)
    row = of(tables, "AUCTAU")
    assert (row["NUMU"], row["DENU"], row["STDU"]) == ("ng/mL*h", "ug/mL*day", "nmol/L*h")
    assert row["DENSTD"] == pytest.approx(row["DENVAL"] * 24 / 156_000 * 1e6)
    assert row["NUMSTD"] == pytest.approx(row["NUMVAL"] / 510 * 1e3)
    for code in ("CMAX", "AUCTAU"):
        assert of(tables, code)["AVAL"] == pytest.approx(0.1, rel=1e-9)
    half = of(tables, "LAMZHL")
    assert (half["NUMU"], half["DENU"], half["AVAL"]) == ("h", "day", pytest.approx(1, rel=1e-9))


def test_a_level_has_the_geometric_mean_and_its_limits():
    """Ratios 0.1, 0.2, 0.4: mean 0.2, geometric CV 78.54 %, half width t(0.95; 2) ln 2 / sqrt 3 = 1.1685."""
    rows = [
        line
        for subject, share in ((1, 0.1), (2, 0.2), (3, 0.4))
        for line in (
            *lines(CONJUGATE, COURSE, subject),
            *lines(PAYLOAD, times(COURSE, share), subject),
        )
    ]
    tables = parts(rows)
    row = of(tables, "AUCTAU", "LEVEL")
    assert (row["N"], row["NNC"]) == (3, 0)
    assert row["AVAL"] == pytest.approx(0.2)
    assert row["LOWER"] == pytest.approx(0.06217, rel=1e-3)
    assert row["UPPER"] == pytest.approx(0.6434, rel=1e-3)
    at = tables["ADCSUM"].filter((pl.col("RATIO") == "PAYADC") & (pl.col("ATPT") == "EOI"))
    assert at["GMEAN"].item() == pytest.approx(0.2)
    assert at["GCV"].item() == pytest.approx(78.54, abs=0.005)


def test_a_parameter_left_out_of_summaries_is_left_out_of_ratios_with_its_reason():
    row = of(parts(lines(CONJUGATE, COURSE)), "AUCTAU")
    assert (row["AVAL"], row["REASON"]) == (None, "PAYLOAD: no profile")
    tables = parts(WHOLE, given=doses().replace("| 80", "|   "))
    assert of(tables, "AUCTAU")["REASON"] is None  # an area needs no dose
    assert value(tables, "CLSS", dose=3, analyte="ADC")["AVAL"] is None


# --- whose half-life it is ---


def decaying(half_life):
    """A course that falls with this half-life, in hours, from the day after the infusion on."""
    fall = {p: 200 * 0.5 ** (h / half_life) for p, h in (("C3D2", 24), ("C3D3", 48), ("C3D8", 168))}
    return {"EOI": 250.0} | fall | {"NEXT": 200 * 0.5 ** (335 / half_life)}


@pytest.mark.parametrize(("share", "told"), [(0.79, False), (0.81, True), (1.5, True)])
def test_a_payload_as_slow_as_its_conjugate_is_likely_limited_by_release(share, told):
    """120 h of the conjugate are told as 5 days and compared in hours."""
    tables = parts([*lines(CONJUGATE, decaying(120)), *lines(PAYLOAD, decaying(120 * share))])
    row = value(tables, "LAMZHL", dose=3, analyte="PAYLOAD")
    assert value(tables, "LAMZHL", dose=3, analyte="ADC")["AVAL"] == pytest.approx(5)
    assert (row["AVAL"], row["AVALU"]) == (pytest.approx(120 * share), "h")
    assert ("limited by release" in (row["REASON"] or "")) == told
    assert row["STATUS"] == ("FLAG" if told else "OK")
    assert value(tables, "CMAX", dose=3, analyte="PAYLOAD")["REASON"] is None
    assert value(tables, "LAMZHL", dose=3, analyte="ADC")["STATUS"] == "OK"


# --- each drug has its own doses, each analyte its own numbers ---


def test_an_analyte_is_counted_from_the_doses_of_its_own_drug():
    """The antibody is infused two hours after the conjugate; its end-of-infusion sample is its own."""
    both = doses() + "\n" + "\n".join(doses(drug="BAT1308", start=2, duration=1).splitlines()[1:])
    peak = {"EOI": 300.0}
    tables = parts([*lines(CONJUGATE, peak), *lines(OTHER, peak, later=1.5)], given=both)
    rows = tables["ADPC"].sort("PARAMCD").select("PARAMCD", "ARRLT", "NRRLT", "WINFL").rows()
    assert rows == [("ADC", 1.5, 1.5, "IN"), ("BAT1308", 1.0, 1.0, "IN")]
    dosed = tables["PROFILE"].filter(pl.col("DOSENO") == 3).sort("PARAMCD")
    gap = dosed["DOSEDTM"][1] - dosed["DOSEDTM"][0]
    assert gap.total_seconds() == 2 * 3600


def test_a_study_without_a_conjugate_has_empty_tables():
    tables = trial(DOSES, SAMPLES, study=TINY)
    for name in ("ADCRATIO", "ADCSUM", "ADCPAR"):
        assert tables[name].is_empty()
        assert "REASON" in tables[name].columns


# --- what the study file must say ---


@pytest.mark.parametrize(
    ("study", "words"),
    [
        (with_analyte("PAYLOAD", molecular_weight=None), "need the weight of PAYLOAD"),
        (with_analyte("ADC", assay=None), "what of BAT8008 the assay of ADC measures is not said"),
        (with_nca(PAIR, conjugate=None), "BAT8008 has parts to compare"),
        (
            with_analyte(
                "ADC",
                PAIR.model_copy(
                    update={
                        "drugs": tuple(
                            d.model_copy(update={"drug_antibody_ratio": None}) for d in PAIR.drugs
                        )
                    }
                ),
                assay="conjugated_payload",
            ),
            "needs drug_antibody_ratio of BAT8008",
        ),
    ],
)
def test_what_a_molar_ratio_needs_is_an_error_of_the_study_file(study, words):
    found = [f for f in lint(study) if f.id == "CONJUGATE"]
    assert [f.severity for f in found] == ["error"]
    assert words in found[0].message


def test_a_ratio_of_a_parameter_nobody_knows_is_refused():
    plan = PAIR.nca.conjugate.model_copy(update={"parameters": ("CMAX", "AUCTOW")})
    with pytest.raises(ConfigError, match=r"nca\.conjugate\.parameters: 'AUCTOW'"):
        check_names(PAIR, PAIR.nca.model_copy(update={"conjugate": plan}))
