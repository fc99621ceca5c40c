"""What `pkpipe recist --options` can say, `response:` can say, and the room answers as the verb does."""

import datetime as dt

import polars as pl
import pytest
import yaml
from support import ROOT
from tumour_drawings import FIRST_DOSE, lesions, places, spelled

from pkpipe.cli import main
from pkpipe.errors import ConfigError
from pkpipe.protocol.efficacy import ResponsePlan
from pkpipe.protocol.file_reading.loader import load_document, load_study, validated
from pkpipe.protocol.response_options import ResponseFile
from pkpipe.tumor import run
from pkpipe.tumor.options import ResponseOptions
from pkpipe.tumor.response_analysis import analysed

TINY_FILE = ROOT / "tests" / "studies" / "tiny.yaml"
TINY = load_study(TINY_FILE)
SECTION = yaml.safe_load(TINY_FILE.read_text("utf-8"))["response"]
# Another default, since a study is asked about a date without a day, and lists every reader.
OF_A_STUDY = {"partial_dates": "ne", "accepted": "every"}
IN_THE_SCHEDULE = {"baseline_max_days"}
DRAWN = {
    "1": "BASELINE | -7 | 50\nWEEK 6 | 42 | 0\nWEEK 12 | 84 | 4\nWEEK 18 | 126 | 4",
    "2": "BASELINE | -7 | 50\nWEEK 6 | 42 | 48\nWEEK 12 | 84 | 30\nWEEK 18 | 126 | 30",
    "3": "BASELINE | -7 | 50\nWEEK 6 | 42 | 61\nWEEK 9 | 63 | 70\nWEEK 18 | 126 | 80",
    "4": "BASELINE | -7 | 50",
}
THERAPY = {"2": 60}


def adsl():
    who = list(DRAWN)
    day = [None if s not in THERAPY else FIRST_DOSE + dt.timedelta(days=THERAPY[s]) for s in who]
    return pl.DataFrame(
        {
            "USUBJID": who,
            **dict.fromkeys(("COHORT", "LEVEL"), ["A"] * len(who)),
            **dict.fromkeys(("SAFFL", "RSPFL"), ["Y"] * len(who)),
            "TRTSDT": [FIRST_DOSE] * len(who),
            "NACTDT": pl.Series(day, dtype=pl.Date),
        }
    )


TR = pl.concat(lesions(f"VISIT | DAY | T1\n{rows}", subject=s) for s, rows in DRAWN.items())
RS = pl.concat([spelled("PR42 PR84 SD126", "1"), spelled("SD42 SD84", "2")])


def by_the_room(criteria, source, said):
    plan = ResponsePlan.model_validate(SECTION | said)
    study = TINY.model_copy(update={"response": plan})
    empty = pl.DataFrame(schema={"USUBJID": pl.String})
    tables = run({"ADSL": adsl(), "TR": TR, "TU": places(TR), "RS": RS, "CM": empty}, study)
    rows = tables["ADRS"].filter(CRIT=criteria, SRC=source)
    return {
        code: dict(rows.filter(PARAMCD=code).select("USUBJID", "AVALC").sort("USUBJID").iter_rows())
        for code in ("BOR", "CBOR")
    }


def by_the_verb(criteria, source, said):
    own = {k: v for k, v in SECTION.items() if k != "confirmation"}
    choices = ResponseFile.model_validate(OF_A_STUDY | own | said)
    options = ResponseOptions.of(choices, criteria, 28)
    ref = adsl().select("USUBJID", "TRTSDT", "NACTDT")
    outcome = analysed(TR, places(TR), RS, ref, options)
    best = getattr(outcome, source).best.sort("USUBJID")
    words = options.words.word_of
    return {
        code: {s: words.get(r, r) for s, r in best.select("USUBJID", code).iter_rows()}
        for code in ("BOR", "CBOR")
    }


def test_the_section_has_every_option_of_the_verb_under_its_name_with_its_meaning():
    ours, theirs = ResponsePlan.model_fields, ResponseFile.model_fields
    assert set(ours) - {"confirmation"} == set(theirs) - IN_THE_SCHEDULE
    for name in set(theirs) - IN_THE_SCHEDULE:
        assert ours[name].description == theirs[name].description, name
    differ = {
        name: ours[name].get_default()
        for name in set(theirs) - IN_THE_SCHEDULE
        if not ours[name].is_required() and ours[name].get_default() != theirs[name].get_default()
    }
    assert differ == OF_A_STUDY


@pytest.mark.parametrize("criteria", ["RECIST 1.1", "iRECIST"])
@pytest.mark.parametrize(
    "said",
    [
        {},
        {"reappearance": "sum"},
        {"new_therapy": "keep"},
        {"no_assessment": "NE"},
        {"icpd_min_days": 14, "icpd_max_days": 70},
        {"partial_dates": "last"},
    ],
)
def test_the_same_choices_give_the_same_best_responses(criteria, said):
    assert by_the_room(criteria, "derived", said) == by_the_verb(criteria, "derived", said)


def test_the_choices_of_this_trial_matter():
    plain = by_the_room("RECIST 1.1", "derived", {})
    for said in ({"reappearance": "sum"}, {"new_therapy": "keep"}, {"no_assessment": "NE"}):
        assert by_the_room("RECIST 1.1", "derived", said) != plain, said


def test_the_verb_takes_several_criteria_as_a_study_does(tmp_path):
    TR.write_csv(tmp_path / "tr.csv")
    places(TR).write_csv(tmp_path / "tu.csv")
    adsl().select("USUBJID", "TRTSDT").write_csv(tmp_path / "ref.csv")
    (tmp_path / "o.yaml").write_text("criteria: [RECIST 1.1, iRECIST]\n", encoding="utf-8")
    files = [f"--{n}={tmp_path / n}.csv" for n in ("tu", "ref")]
    given = ["recist", str(tmp_path / "tr.csv"), *files]
    assert main([*given, f"--options={tmp_path / 'o.yaml'}", f"-o{tmp_path / 'out'}"]) == 0
    best = pl.read_csv(tmp_path / "out" / "best.csv")
    assert best.group_by("CRIT").len().sort("CRIT").rows() == [("RECIST 1.1", 4), ("iRECIST", 4)]


def test_a_mistake_is_told_alike_in_both(tmp_path):
    path = tmp_path / "o.yaml"
    path.write_text("confirm_day: 28\nreappearance: never\n", encoding="utf-8")
    found = []
    for model in (ResponseFile, ResponsePlan):
        with pytest.raises(ConfigError) as problem:
            validated(model, load_document(path), path)
        found.append(
            {line.strip().partition(" (allowed")[0] for line in str(problem.value).splitlines()}
        )
    assert f"{path}:1:1: confirm_day: unknown key, did you mean 'confirm_days'?" in found[0]
    assert found[0] < found[1]  # a study must state more


def test_responses_that_lead_must_be_there(tmp_path):
    path = tmp_path / "o.yaml"
    path.write_text("primary: reported\n", encoding="utf-8")
    TR.write_csv(tmp_path / "tr.csv")
    given = ["recist", str(tmp_path / "tr.csv"), f"--options={path}", f"-o{tmp_path / 'out'}"]
    assert main(given) == 2
