"""`pkpipe init` on tables of an EDC or an R export: date and time apart, NA, responses in columns."""

import polars as pl
import pytest

from pkpipe.draft import draft
from pkpipe.protocol.file_reading.yaml12 import parse

TABLES = {
    "dm": """
        SUBJID | ENROL      | LEVEL  | SEX
        P1     | 2026-02-08 | 400 mg | Male
        P2     | 2026-01-13 | 300 mg | Female
    """,
    "ex": """
        SUBJID | ENRDT      | EXTRT   | EXSTDAT    | EXSTTIM | EXDOSE | EXADJ
        P1     | 2026-02-01 | NewDrug | 2026-02-08 | 08:15   | 200    | NA
        P1     | 2026-02-01 | NewDrug | 2026-03-01 | 09:00   | 200    | NA
        P2     | 2026-01-10 | NewDrug | 2026-01-13 | 8:30    | 150    | reduced
    """,
    "pc": """
        SUBJID | PCTESTCD | PCSPEC | PCORRES | PCORRESU | PCDAT      | PCTIM | PCTPT
        P1     | NEW      | PLASMA | BLQ     | ng/mL    | 2026-02-08 | 08:00 | PREDOSE
        P1     | NEW      | PLASMA | 12.5    | ng/mL    | 2026-02-08 | 09:15 | 1H
    """,
    "tu": """
        SUBJID | VISIT     | TUCAT      | TULNKID | TULOC  | TUDAT      | TUDIAM | TUEVAL
        P1     | Screening | Target     | T1      | Lung   | 2026-02-01 | 41.7   | NA
        P1     | Screening | Non-Target | NT1     | Liver  | 2026-02-01 | NA     | Present
        P1     | Week 6    | Target     | T1      | Lung   | 2026-03-20 | 30.2   | NA
        P1     | Week 6    | Non-Target | NT1     | Liver  | 2026-03-20 | NA     | Absent
        P1     | Week 6    | New Lesion | NEW1    | Brain  | 2026-03-20 | 11     | NA
    """,
    "rs": """
        SUBJID | VISIT  | RSDAT      | TRGRESP | NTRGRESP | OVRLRESP
        P1     | Week 6 | 2026-03-20 | PR      | CR       | PD
        P2     | Week 6 | 2026-02-25 | SD      | CR       | SD
    """,
    "ds": """
        SUBJID | DSDECOD             | DSDAT
        P1     | Progressive Disease | 2026-03-20
    """,
}


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    folder = tmp_path_factory.mktemp("edc")
    for name, text in TABLES.items():
        rows = [[c.strip() or None for c in line.split("|")] for line in text.strip().splitlines()]
        pl.DataFrame(rows[1:], schema=rows[0], orient="row").write_csv(folder / f"{name}.csv")
    return parse(draft("edc", folder).text)["sources"]


def test_a_date_and_a_time_in_two_columns_become_one_moment(sources):
    assert sources["EX"]["times"] == {"EXSTDTC": "EXSTTIM"}
    assert sources["PC"]["times"] == {"PCDTC": "PCTIM"}
    assert "EXSTTIM" not in sources["EX"]["columns"].values()


def test_a_date_that_lies_before_the_doses_is_no_end_of_a_dose(sources):
    assert sources["EX"]["columns"]["EXSTDTC"] == "EXSTDAT"
    assert "EXENDTC" not in sources["EX"]["columns"]
    assert "ENRDT" in sources["EX"]["ignore"]


def test_the_only_date_of_a_table_is_the_one_that_the_domain_needs(sources):
    assert sources["DS"]["columns"] == {"USUBJID": "SUBJID", "DSSTDTC": "DSDAT"}


def test_a_column_of_dates_is_nothing_but_a_date(sources):
    assert sources["RS"]["columns"]["RSDTC"] == "RSDAT"
    assert "RSCAT" not in sources["RS"]["columns"]


def test_words_of_an_export_that_mean_no_value_are_declared(sources):
    assert sources["EX"]["missing"] == ["NA"]
    assert sources["TU"]["missing"] == ["NA"]
    assert "missing" not in sources["PC"]


def test_a_result_as_collected_is_the_result_and_its_words_are_no_numbers(sources):
    columns = sources["PC"]["columns"]
    assert (columns["PCSTRESN"], columns["PCSTRESC"]) == ("PCORRES", "PCORRES")
    assert columns["PCSTRESU"] == "PCORRESU"
    assert sources["PC"]["codes"]["PCSTRESN"] == {"BLQ": ""}


def test_the_overall_response_of_a_wide_table_is_the_response(sources):
    assert sources["RS"]["columns"]["RSSTRESC"] == "OVRLRESP"
    assert sources["RS"]["constants"]["RSTESTCD"] == "OVRLRESP"


def test_a_class_of_lesions_is_found_by_its_words_and_sizes_beside_lesions_are_results(sources):
    assert sources["TU"]["columns"]["TUSTRESC"] == "TUCAT"
    assert sources["TR"]["files"] == ["tu.csv"]
    assert sources["TR"]["columns"] == {
        "USUBJID": "SUBJID",
        "TRDTC": "TUDAT",
        "TRLNKID": "TULNKID",
        "TRTESTCD": "TUCAT",
        "TRSTRESN": "TUDIAM",
        "TRSTRESC": "TUEVAL",
    }
    assert sources["TR"]["codes"] == {
        "TRTESTCD": {"New Lesion": "TUMSTATE", "Non-Target": "TUMSTATE", "Target": "DIAMETER"}
    }
    assert sources["TU"]["codes"] == {"TUEVAL": {"Absent": "", "Present": ""}}  # no evaluators
    assert sources["TR"]["constants"] == {"TRSTRESU": None}  # only the data can say mm or cm


def test_the_words_of_a_free_column_are_told_where_a_column_is_open(tmp_path_factory):
    folder = tmp_path_factory.mktemp("arms")
    (folder / "dm.csv").write_text("SUBJID,LEVEL,SEX\nP1,400 mg,M\nP2,300 mg,F\n", encoding="utf-8")
    assert "free columns: LEVEL (300 mg, 400 mg)" in draft("arms", folder).text
