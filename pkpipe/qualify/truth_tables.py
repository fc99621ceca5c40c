"""Truth tables of our own, worked by hand: response, antibodies, laboratory grades, statistics of PK."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, Final

import polars as pl

from pkpipe.immunogenicity import classified_samples, known_columns, subjects_of
from pkpipe.immunogenicity.options import AdaOptions, Assay
from pkpipe.pk.summaries.geometric import Rules, described
from pkpipe.qualify.answers import words_of
from pkpipe.qualify.compared_answers import Requirement, facts, numbers, texts
from pkpipe.safety.grading import graded
from pkpipe.tumor.criteria import overall_of
from pkpipe.tumor.options import ResponseOptions
from pkpipe.tumor.response_analysis import Outcome, analysed

C: Final = pl.col
FOLDER: Final = "truth"
RECIST: Final = "by hand from RECIST 1.1 (Eisenhauer 2009, doi:10.1016/j.ejca.2008.10.026)"
OVERALL: Final = Requirement(
    "OQ-RECIST-1", "tumor", "Overall response is that of the published table", RECIST
)
TARGET: Final = Requirement(
    "OQ-RECIST-2", "tumor", "Target response follows from the sizes in reading order", RECIST
)
BEST: Final = Requirement(
    "OQ-RECIST-3", "tumor", "Best response, with and without confirmation", RECIST
)
ADA: Final = (
    "by hand from the definitions of docs/methods.md (Shankar 2014, doi:10.1208/s12248-014-9599-2)"
)
SAMPLE: Final = Requirement(
    "OQ-ADA-1", "immunogenicity", "A sample is positive when screen and confirmation are", ADA
)
SUBJECT: Final = Requirement(
    "OQ-ADA-2", "immunogenicity", "Status and persistence of antibodies of a subject", ADA
)
GRADE: Final = Requirement(
    *("OQ-CTCAE-1", "safety", "Laboratory grades at and beside every limit"),
    "by hand from CTCAE v5.0 (27 Nov 2017)",
)
STATISTIC: Final = Requirement(
    *("OQ-PKSTAT-1", "pk", "Statistics of few values, with values below the limit"),
    "closed forms, rules of docs/methods.md",
    "relative 1e-12",
)
FIRST: Final = datetime.datetime.fromisoformat("2026-01-01T09:00")
SAMPLED: Final = datetime.datetime.fromisoformat("2026-01-01T08:00")
NAMES: Final = {"pos": "POSITIVE", "neg": "NEGATIVE", "none": None}
WEEKS: Final = 42


def checks_of_response() -> Iterator[pl.DataFrame]:
    """Overall, target and best response."""
    rows = [
        (f"{r['target']} + {r['nontarget']}, new {r['new']}", r["overall"],
         overall_of(r["target"], r["nontarget"], r["new"]))
        for r in words_of(FOLDER, "recist_overall.csv").iter_rows(named=True)
    ]  # fmt: skip
    yield facts(OVERALL, rows)
    yield texts(TARGET, _targets(words_of(FOLDER, "recist_target.csv")))
    yield texts(BEST, _bests(words_of(FOLDER, "recist_best.csv")))


def _day(number: float) -> str:
    return (FIRST.date() + datetime.timedelta(days=number)).isoformat()


def _response(
    subjects: Sequence[str], tr: pl.DataFrame | None, rs: pl.DataFrame | None, options: str | None
) -> Outcome:
    """All cases of one set of options at once, each a subject."""
    ref = pl.DataFrame({"USUBJID": subjects}).with_columns(TRTSDT=pl.lit(FIRST.date()))
    given = {"TULNKID": "T1", "TULOC": "LIVER", "TUSTRESC": "TARGET", "TUEVAL": "INVESTIGATOR"}
    one = {name: pl.lit(value) for name, value in given.items()}
    tu = None if tr is None else ref.select("USUBJID").with_columns(**one)
    return analysed(tr, tu, rs, ref, ResponseOptions.model_validate(json.loads(options or "{}")))


def _targets(cases: pl.DataFrame) -> pl.DataFrame:
    """The target responses of each series of sizes of one lesion."""
    parts = []
    for subject, sizes in enumerate(case.split("|") for case in cases["sizes"]):
        after = range(1, len(sizes))
        parts.append(
            pl.DataFrame(
                {
                    "USUBJID": str(subject),
                    "TRLNKID": "T1",
                    "TRGRPID": "TARGET",
                    "TRTESTCD": "LDIAM",
                    "TRSTRESN": [float(size) for size in sizes],
                    "TRSTRESC": sizes,
                    "TRSTAT": pl.Series([None] * len(sizes), dtype=pl.String),
                    "VISIT": ["BASELINE", *(f"WEEK {6 * i}" for i in after)],
                    "TRDTC": [_day(-7), *(_day(WEEKS * i) for i in after)],
                    "TREVAL": "INVESTIGATOR",
                }
            )
        )
    names = [str(place) for place in range(cases.height)]
    points = _response(names, pl.concat(parts), None, None).points.filter(C("ROLE") == "POST")
    told = points.group_by("USUBJID", maintain_order=True).agg(
        C("OVRLRESP").fill_null("").str.join("|").alias("got")
    )
    item = pl.concat_str(pl.lit("one lesion of "), "sizes", pl.lit(" mm"))
    rows = cases.with_columns(USUBJID=pl.Series(names, dtype=pl.String))
    both = rows.join(told, on="USUBJID", how="left", maintain_order="left")
    return both.select(item.alias("item"), expected="responses", got="got")


def _bests(cases: pl.DataFrame) -> pl.DataFrame:
    """The best response of each series of responses, by its options."""
    named = cases.with_row_index("USUBJID").with_columns(C("USUBJID").cast(pl.String))
    found: dict[str, str] = {}
    for (options,), rows in named.group_by("options", maintain_order=True):
        rs = pl.concat(_responses(r["USUBJID"], r["responses"]) for r in rows.to_dicts())
        subjects = rows["USUBJID"].to_list()
        best = _response(
            subjects, None, rs, None if options is None else str(options)
        ).reported.best
        of = {row["USUBJID"]: row for row in best.to_dicts()}
        found |= {r["USUBJID"]: str(of[r["USUBJID"]][r["column"]]) for r in rows.to_dicts()}
    told = ("column", pl.lit("of"), "responses", C("options").fill_null(""))
    item = pl.concat_str(*told, separator=" ")
    got = C("USUBJID").replace_strict(found, return_dtype=pl.String)
    return named.select(item.str.strip_chars_end().alias("item"), "expected", got.alias("got"))


def _responses(subject: str, told: str) -> pl.DataFrame:
    words = pl.Series(told.split()).str.extract_groups(r"^(?<what>\D+?)(?<day>\d+)$")
    said = words.struct.unnest()
    return pl.DataFrame(
        {
            "USUBJID": subject,
            "RSTESTCD": "OVRLRESP",
            "RSSTRESC": said["what"],
            "RSEVAL": "INVESTIGATOR",
            "RSDTC": [_day(int(day)) for day in said["day"]],
            "RSSEQ": list(range(1, said.height + 1)),
        }
    )


def checks_of_antibodies() -> Iterator[pl.DataFrame]:
    """Samples and subjects."""
    tiers = Assay(drug="MAB", screen="SCR", confirm="CNF", titre="TIT", mrd_titre=10_000_000)
    rows = []
    for r in words_of(FOLDER, "ada_samples.csv").iter_rows(named=True):
        tests = [(42.0, "SCR", r["screen"]), (42.0, "CNF", r["confirm"])]
        found = _classified(tests, _rules(tiers))["RESULT"].item()
        rows.append((f"screen {r['screen']}, confirmation {r['confirm']}", r["result"], found))
    yield facts(SAMPLE, rows)
    rows = [
        (f"{r['column']} of {r['samples']}", r["expected"], _status(r))
        for r in words_of(FOLDER, "ada_subjects.csv").iter_rows(named=True)
    ]
    yield facts(SUBJECT, rows)


def _rules(assay: Assay, ratio: int = 4) -> AdaOptions:
    return AdaOptions(
        missing_baseline="negative",
        ratio=Fraction(ratio),
        log10_change=None,
        scale="dilution",
        persistent_days=112,
        short_followup="indeterminate",
        assays=(assay,),
    )


def _classified(tests: list[tuple[float, str, str | None]], rules: AdaOptions) -> pl.DataFrame:
    """Samples of one subject; tests: day, test, result."""
    at = [
        (SAMPLED + datetime.timedelta(days=day)).isoformat(timespec="minutes") for day, *_ in tests
    ]
    schema = dict.fromkeys(("USUBJID", "ISBDAGNT", "ISDTC", "ISTESTCD", "ISSTRESC"), pl.String)
    drawn = [("S1", "MAB", a, code, text) for a, (_, code, text) in zip(at, tests, strict=True)]
    frame = pl.DataFrame(drawn, schema=schema, orient="row").with_row_index("SRCROW", offset=2)
    doses = pl.DataFrame({"USUBJID": ["S1"], "FIRSTDTM": [FIRST]})
    return classified_samples(known_columns(frame), doses, rules)


def _status(row: dict[str, Any]) -> str | None:
    words = [sample.split() for sample in row["samples"].split(",")]
    tests = [(float(day), "ADA", NAMES.get(said, said)) for day, said in words]
    assay = Assay(
        drug="MAB", titre="ADA", nab="NAB", mrd_titre=None if row["ratio"] else 10_000_000
    )
    rules = _rules(assay, int(row["ratio"] or 4))
    everyone = pl.DataFrame({"USUBJID": ["S1"], "DRUG": ["MAB"]})
    value = subjects_of(_classified(tests, rules), everyone, rules)[row["column"]].item()
    return None if value is None else str(value)


def checks_of_grades() -> Iterator[pl.DataFrame]:
    """CTCAE grades of laboratory values."""
    drawn = words_of(FOLDER, "ctcae_5.csv")
    number = {n: C(n).cast(pl.Float64) for n in ("value", "low", "high", "base")}
    frame = drawn.select(
        PARAMCD="test",
        AVAL=number["value"],
        AVALU="unit",
        ANRLO=number["low"],
        ANRHI=number["high"],
        BASE=number["base"],
        BNRHI=number["high"],
        POSTFL="post",
    )
    got = graded(frame).select("ATOXGRL", "ATOXGRH")
    chosen = pl.when(C("column") == "ATOXGRL").then("ATOXGRL").otherwise("ATOXGRH")
    both = pl.concat([drawn, got], how="horizontal").with_columns(got=chosen.cast(pl.String))
    item = pl.concat_str(
        *("test", "value", "unit", "column", pl.lit("range"), "low", "high"),
        *(pl.lit("baseline"), "base"),
        separator=" ",
        ignore_nulls=True,
    )
    yield texts(GRADE, both.select(item=item, expected="grade", got="got"))


def checks_of_statistics() -> Iterator[pl.DataFrame]:
    """Statistics of concentrations and parameters."""
    drawn = words_of(FOLDER, "pk_statistics.csv").with_columns(C("expected").cast(pl.Float64))
    cases = drawn.select(G="values").unique(maintain_order=True)
    values = cases.with_columns(VALUE=C("G").str.split("|")).explode("VALUE")
    values = values.with_columns(C("VALUE").replace("BLQ", None).cast(pl.Float64))
    got = described(values, ["G"], Rules())
    got = got.select(values="G", statistic="STAT", got=C("AVAL"))
    both = drawn.join(got, on=["values", "statistic"], how="left", maintain_order="left")
    item = pl.concat_str("statistic", pl.lit("of"), "values", separator=" ")
    yield numbers(STATISTIC, both.select("expected", "got", item=item), 1e-12)
