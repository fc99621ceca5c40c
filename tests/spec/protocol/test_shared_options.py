"""Options that a verb and a section share: what must be stated, old names, and mistakes told alike."""

import pytest
from study_texts import TINY, tiny

from pkpipe.errors import ConfigError
from pkpipe.protocol.file_reading.loader import load_document, load_study, validated
from pkpipe.protocol.nca import NcaPlan
from pkpipe.protocol.nca_options import Options

STATED = {
    "predose_window": ("  predose_window: 24\n", ""),
    "trough_window": ("  trough_window: 24\n", ""),
    "time_basis": ("  time_basis: actual\n", ""),
    "lambda_z.rising": (", rising: ignore", ""),
    "tau_edge.min_coverage": ("  tau_edge: {min_coverage: 0.8}\n", ""),
    "accept.r2adj_min": ("r2adj_min: 0.8, ", ""),
    "accept.span_min": (" span_min: 2,", ""),
    "accept.extrapolated_max": (" extrapolated_max: 20,", ""),
}


def mistakes(path):
    with pytest.raises(ConfigError) as problem:
        load_study(path)
    return [line.strip() for line in str(problem.value).splitlines()]


def of_options(tmp_path, text, model=Options):
    path = tmp_path / "o.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as problem:
        validated(model, load_document(path), path)
    return [line.strip() for line in str(problem.value).splitlines()]


def test_the_cases_are_all_that_must_be_stated():
    assert set(STATED) == set(NcaPlan.STATED)


@pytest.mark.parametrize("key", STATED)
def test_what_no_authority_gives_a_study_must_state(tmp_path, key):
    (line,) = mistakes(tiny(tmp_path, STATED[key]))
    assert f"nca.{key}: this key is missing and has no default" in line


def test_what_the_methods_give_needs_no_statement(tmp_path):
    without = tiny(
        tmp_path,
        ("  auc_method: linear_up_log_down\n", ""),
        ("  predose_to_start: true\n", ""),
        ("min_points: 3, r2adj_tolerance: 1.0e-4, cmax: exclude, during_infusion: exclude, ", ""),
    )
    assert load_study(without).nca == load_study(tiny(tmp_path, name="tiny")).nca


@pytest.mark.parametrize(
    ("old", "new"),
    [("pre_window_hours", "predose_window"), ("trough_window_hours", "trough_window")],
)
def test_a_file_with_the_earlier_name_of_a_key_means_what_it_meant(tmp_path, old, new):
    earlier = load_study(tiny(tmp_path, (f"  {new}: 24", f"  {old}: 23"))).nca
    today = load_study(tiny(tmp_path, (f"  {new}: 24", f"  {new}: 23"))).nca
    assert earlier == today
    assert getattr(earlier, new) == 23


def test_a_key_given_under_both_names_is_refused(tmp_path):
    path = tiny(tmp_path, ("  predose_window: 24", "  predose_window: 24\n  pre_window_hours: 23"))
    (line,) = mistakes(path)
    assert "nca.pre_window_hours: this key is called predose_window now, and both are given" in line


def test_a_study_that_does_not_say_it_flags_a_half_life_beyond_its_samples_as_before(tmp_path):
    without = load_study(tiny(tmp_path, (", half_life_within_window: true", "")))
    assert without.nca.accept.half_life_within_window


def test_every_mistake_of_a_section_is_told_at_once(tmp_path):
    path = tiny(
        tmp_path,
        ("  time_basis: actual\n", "  timebasis: actual\n"),
        ("cmax: exclude", "cmax: maybe"),
    )
    told = mistakes(path)
    assert [line.split(": ")[1] for line in told] == [
        "nca.time_basis",
        "nca.lambda_z.cmax",
        "nca.timebasis",
    ]


def test_a_value_of_several_forms_is_refused_in_one_line_with_all_of_them(tmp_path):
    (line,) = of_options(tmp_path, "blq: {first: keep, middle: dropp}\n")
    assert line == (
        f"{tmp_path / 'o.yaml'}:1:20: blq.middle: Input should be 'keep', 'drop', 'zero' or 'half_lloq'; "
        "or a valid number, unable to parse string as a number (found 'dropp')"
    )


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("blq: LOQ9\n", "blq: 'LOQ9' is no named set (allowed: LOQ1, LOQ2, LOQ3, LOQ4, LOQ5)"),
        ("accept: {span_mn: 2}\n", "accept.span_mn: unknown key, did you mean 'span_min'?"),
        (
            "partial_areas: [{start: 4, end: 2}]\n",
            "partial_areas.0: end 2 does not lie after start 4",
        ),
        (
            "partial_areas: [{start: 0, end: 2}, {start: 0, end: 2}]\n",
            "from 0 to 2 h is given twice",
        ),
        ("lambda_z: {max_points: 2}\n", "lambda_z: max_points 2 is below min_points 3"),
    ],
)
def test_a_mistake_has_the_same_words_in_a_file_of_options_and_in_a_study(tmp_path, said, words):
    (line,) = of_options(tmp_path, said)
    assert words in line
    assert any(words in other for other in of_options(tmp_path, said, NcaPlan))


def test_nominal_times_within_a_window_need_one_where_there_is_no_schedule(tmp_path):
    (line,) = of_options(tmp_path, "time_basis: nominal_if_within\n")
    assert "needs nominal_window" in line
    path = tiny(tmp_path, ("time_basis: actual", "time_basis: nominal_if_within"))
    assert load_study(path).nca.nominal_window is None
    assert "nominal_window" not in TINY
