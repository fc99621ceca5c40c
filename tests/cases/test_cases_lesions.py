"""Node or not: by the words of the place, by the test, or asked about; never by default in silence."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pkpipe.cli import main
from pkpipe.clinical.lesions import organ_of

SIZES = ((20, "SCREENING", "2026-01-02"), (9, "WEEK 6", "2026-02-17"), (9, "WEEK 12", "2026-03-31"))


def response_of(
    folder: Path, place: str | None, test: str, **options: str
) -> tuple[str, pl.DataFrame]:
    """Best response and findings of one target lesion of 20, 9, 9 mm at this place, by this test."""
    tr = pl.DataFrame(
        [
            ("P1", "T1", "TARGET", test, size, str(size), "mm", visit, day, "INVESTIGATOR")
            for size, visit, day in SIZES
        ],
        schema=[
            *("USUBJID", "TRLNKID", "TRGRPID", "TRTESTCD", "TRSTRESN", "TRSTRESC", "TRSTRESU"),
            *("VISIT", "TRDTC", "TREVAL"),
        ],
        orient="row",
    )
    tu = pl.DataFrame(
        {
            "USUBJID": ["P1"],
            "TULNKID": ["T1"],
            "TULOC": [place],
            "TUSTRESC": ["TARGET"],
            "TUEVAL": ["INVESTIGATOR"],
        },
        schema_overrides={"TULOC": pl.String},
    )
    ref = pl.DataFrame({"USUBJID": ["P1"], "TRTSDT": ["2026-01-06"]})
    for name, table in {"tr": tr, "tu": tu, "ref": ref}.items():
        table.write_csv(folder / f"{name}.csv")
    (folder / "options.yaml").write_text("\n".join(f"{k}: {v}" for k, v in options.items()) or "{}")
    given = [str(folder / "tr.csv"), "--options", str(folder / "options.yaml")]
    for name in ("tu", "ref"):
        given += [f"--{name}", str(folder / f"{name}.csv")]
    assert main(["recist", *given, "-o", str(folder / "out")]) == 0
    best = pl.read_csv(folder / "out" / "best.csv", infer_schema=False)["CBOR"][0]
    return best, pl.read_csv(folder / "out" / "findings.csv", infer_schema=False)


NO_NODES = (
    "EXTRA-NODAL SOFT TISSUE",
    "NON-NODAL MASS",
    "extranodal",
    "结外软组织",
    "非淋巴结病灶",
    "LIVER",
    "右肺上叶",
)
WORDS_FOR_NODES = (
    *(
        "AXILLARY LN",
        "LYMPHNODE",
        "LYMPH NODE",
        "LYMPH-NODE, INGUINAL",
        "lymph nodes",
        "NECK NODES",
    ),
    *("NON-REGIONAL LYMPH NODE", "HEPATIC LYMPH NODE", "LN 4R", "淋巴结", "颈部淋巴结", "腋窝LN"),
)


@pytest.mark.parametrize("place", NO_NODES)
def test_recist_node_or_not_by_words_nine_mm_of_what_is_no_node_is_still_there(tmp_path, place):
    assert response_of(tmp_path, place, "DIAMETER")[0] == "PR"


@pytest.mark.parametrize("place", WORDS_FOR_NODES)
@pytest.mark.parametrize("test", ["DIAMETER", "LPERP", "SAXIS"])
def test_recist_node_or_not_by_words_a_node_of_nine_mm_is_normal(tmp_path, place, test):
    best, findings = response_of(tmp_path, place, test)
    assert best == "CR"
    assert findings.is_empty()


def test_recist_node_or_not_by_words_a_node_with_its_longest_diameter_alone_is_asked_about(
    tmp_path,
):
    best, findings = response_of(tmp_path, "LYMPH NODE", "LDIAM")
    assert best == "NE"
    asked = findings.select("CHECK", "SEVERITY", "ROW", "COLUMN", "VALUE", "ALLOWED").rows()
    assert asked == [("TR-NODE-LONG", "query", "2", "TRTESTCD", "LDIAM", "LPERP, SAXIS")]


def test_recist_node_or_not_by_words_a_liver_lesion_with_its_short_axis_alone_is_asked_about(
    tmp_path,
):
    best, findings = response_of(tmp_path, "LIVER", "LPERP")
    assert best == "NE"
    assert findings.select("CHECK", "ALLOWED").rows() == [("TR-SHORT-ONLY", "LDIAM")]


@pytest.mark.parametrize("place", ["AXILLA", "MEDIASTINUM", "腹膜后", None])
def test_where_the_place_leaves_it_open_the_test_tells_a_node(tmp_path, place):
    assert response_of(tmp_path, place, "LPERP")[0] == "CR"
    best, findings = response_of(tmp_path, place, "LDIAM")
    assert (best, findings.height) == ("PR", 0)


@pytest.mark.parametrize("place", ["AXILLA", "纵隔", None])
def test_where_neither_place_nor_test_tells_it_is_asked_and_taken_as_no_node(tmp_path, place):
    best, findings = response_of(tmp_path, place, "DIAMETER")
    assert best == "PR"  # a complete response is never given for want of a word
    assert findings["CHECK"].to_list() == ["TR-NODE-OPEN"]
    assert "LYMPH NODE or an organ in TULOC" in findings["ALLOWED"][0]


@pytest.mark.parametrize(("slice_mm", "asked"), [("5", 0), ("8", 0), ("10", 0), ("12", 1)])
def test_thicker_slices_ask_for_larger_lesions(tmp_path, slice_mm, asked):
    # 20 mm at baseline: enough up to slices of 10 mm (RECIST 1.1, 3.1.1: twice the thickness).
    findings = response_of(tmp_path, "LIVER", "LDIAM", slice_mm=slice_mm)[1]
    assert findings["CHECK"].to_list() == ["LESION-SMALL"] * asked


def test_three_nodes_in_three_regions_are_more_than_two_lesions_of_one_organ():
    places = pl.DataFrame(
        {"P": ["AXILLARY LYMPH NODE", "INGUINAL LN", "颈部淋巴结", "LIVER", None]}
    )
    assert places.select(organ=organ_of(pl.col("P")))["organ"].to_list() == [
        *["LYMPH NODE"] * 3,
        "LIVER",
        None,
    ]
