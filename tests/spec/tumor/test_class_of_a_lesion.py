"""Target or not is said once: by the group of TR or by the identification of TU (SDTMIG 3.4, TUSTRESC)."""

import datetime

import polars as pl
import pytest
from raw_drawings import ROOT

from pkpipe import snapshot, tumor, validate
from pkpipe.clinical.lesion_class import with_class
from pkpipe.finding.table import errors_of
from pkpipe.protocol.file_reading.loader import load_study
from pkpipe.simulation import TRUTH, simulate
from pkpipe.store.files import write_table
from pkpipe.subjects import run as subjects_of


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    study = load_study(ROOT / "config" / "bat6026.yaml").at(datetime.date(2026, 3, 31))
    tables = {k: v for k, v in simulate(study, 28).items() if not k.startswith(TRUTH)}

    def read(**changed):
        folder = tmp_path_factory.mktemp("class")
        for name, frame in (tables | changed).items():
            write_table(frame, folder / f"{name.lower()}.csv")
        validated = validate.run(snapshot.run(folder, study), study)
        return validated | subjects_of(validated, study)

    return study, tables, read


def test_a_study_without_the_group_of_tr_has_the_same_responses_and_the_same_sets(trial):
    study, tables, read = trial
    plain, bare = read(), read(TR=tables["TR"].drop("TRGRPID"))
    assert errors_of(bare["FINDINGS"]).is_empty()
    assert bare["TR"]["TRGRPID"].null_count() == bare["TR"].height  # as delivered
    key = ["CHECK", "FILE", "ROW"]
    more = bare["FINDINGS"].join(plain["FINDINGS"], on=key, how="anti", nulls_equal=True)
    assert set(more["CHECK"]) == {"COLUMN-EMPTY"}
    assert (
        bare["ADSL"]
        .select("USUBJID", "RSPFL", "RSPRS")
        .equals(plain["ADSL"].select("USUBJID", "RSPFL", "RSPRS"))
    )
    right, found = tumor.run(plain, study), tumor.run(bare, study)
    for code in ("ADRS", "ADTR", "RSPSUM", "WATERFAL"):
        assert found[code].equals(right[code]), code


TU = pl.DataFrame(
    {
        "USUBJID": ["1", "1", "1", "2"],
        "TULNKID": ["T1", "N1", "T1", "T1"],
        "TUSTRESC": ["TARGET", "NON-TARGET", "NON-TARGET", "TARGET"],
        "TUEVAL": [None, None, "INDEPENDENT ASSESSOR", None],
        "TUEVALID": pl.Series([None] * 4, dtype=pl.String),
        "VISITNUM": [1.0] * 4,
        "SRCROW": [2, 3, 4, 5],
    }
)


@pytest.mark.parametrize(
    ("subject", "lesion", "by", "given", "right"),
    [
        ("1", "T1", None, None, "TARGET"),
        ("1", "T1", "INVESTIGATOR", None, "TARGET"),  # nobody named is the investigator
        ("1", "T1", "INDEPENDENT ASSESSOR", None, "NON-TARGET"),
        ("1", "N1", "INDEPENDENT ASSESSOR", None, None),  # another reader's lesion of that name
        ("2", "T1", "INDEPENDENT ASSESSOR", None, "TARGET"),  # who identified none: by any reader
        ("1", "T9", None, None, None),
        (
            "1",
            "N1",
            None,
            "TARGET",
            "TARGET",
        ),  # what TR says stays, the two are compared by a check
    ],
)
def test_the_class_of_a_row_is_its_own_or_that_of_the_same_reader_s_lesion(
    subject, lesion, by, given, right
):
    row = {"USUBJID": subject, "TRLNKID": lesion, "TREVAL": by, "TREVALID": None, "TRGRPID": given}
    tr = pl.DataFrame([row], schema=dict.fromkeys(row, pl.String))
    assert with_class(tr, TU)["TRGRPID"].item() == right
