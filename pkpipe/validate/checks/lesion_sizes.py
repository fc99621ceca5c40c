"""Checks of lesions and responses: sizes far from their neighbours, responses that contradict them."""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.clinical.lesions import LESION_MISSING, OTHER_GROUP, SIZE_TESTS
from pkpipe.finding.check import Check
from pkpipe.finding.rows import found
from pkpipe.protocol.study import Study
from pkpipe.schema import dates
from pkpipe.sentences import sentence
from pkpipe.validate.row_and_cross_checks import CrossCheck, Found, Tables, story_check

C: Final = pl.col
# Between two scans some weeks apart a tumour may shrink to a third and grow threefold; a tenth, or ten times,
# is a unit. What disappears is 0 or too small to measure, not a tenth (RECIST 1.1, 3.2 and 4.3).
ALL_FOLD, ONE_FOLD, SUBJECT_FOLD, SMALLEST = 5.0, 2.5, 5.0, 2.0
CR_MOST: Final = (
    10  # mm: at complete response only nodes are left, below 10 mm each (RECIST 1.1, 4.3.1)
)
READER: Final = ("USUBJID", "TREVAL", "TREVALID")
SAME_LESION: Final = (*READER, "TRLNKID", "TRTESTCD")
PROGRESSED: Final = ("PD", "iUPD", "iCPD")

SUMS: Final = story_check(
    "TR-VISIT-OUT-OF-LINE",
    "all lesions of the visit far from those of the visits around it",
    "RECIST 1.1",
)
ONE: Final = story_check(
    "TR-OUT-OF-LINE", "far from the size of the lesion at the visits around it", "RECIST 1.1"
)
APART: Final = story_check(
    "TR-SUBJECT-OUT-OF-LINE", "lesions that all lie apart from those of the other subjects", "MAD"
)
AGAINST: Final = story_check(
    "RS-AGAINST-SIZES",
    "the target response contradicts the sizes of the lesions",
    "RECIST 1.1, 4.3.1",
    table="RS",
    column="RSSTRESC",
)
PARTS: Final = story_check(
    "RS-AGAINST-PARTS",
    "the overall response contradicts its parts",
    "RECIST 1.1, table 1",
    table="RS",
    column="RSSTRESC",
)
UNMEASURED: Final = story_check(
    "RS-NO-SIZES",
    "a target response without a measurement of that visit",
    "RECIST 1.1, 4.4",
    table="RS",
    column="RSSTRESC",
)
UNJUDGED: Final = story_check(
    "TR-NO-RESPONSE",
    "lesions measured after baseline, and no response of that visit",
    "RECIST 1.1, 4.4",
    table="TR",
    column="TRDTC",
)
NEW_NOT_TU: Final = story_check(
    "RS-NEW-NOT-TU",
    "a new lesion in RS, and TU identifies none as others do",
    "RECIST 1.1, 4.3.5",
    table="RS",
    column="RSSTRESC",
)
NEW_NOT_RS: Final = story_check(
    "TU-NEW-NOT-RS",
    "a new lesion in TU, and no response tells of it",
    "RECIST 1.1, 4.3.5",
    table="TU",
    column="TUSTRESC",
)


def _sizes(tables: Tables) -> pl.DataFrame:
    """Sizes of target lesions of a date, in order, with that of the same lesion before and after."""
    rows = tables["TR"].filter(
        C("TRTESTCD").is_in(SIZE_TESTS["any"]),
        C("TRSTRESN") > 0,
        C("TRSTRESU").fill_null("mm") == "mm",
        C("TRGRPID").fill_null("TARGET").str.to_uppercase().str.starts_with("TARGET"),
    )
    timed = rows.with_columns(_DAY=dates.first_day(C("TRDTC")), _L=C("TRSTRESN").log())
    timed = timed.sort(*SAME_LESION, "_DAY", "SRCROW", nulls_last=True)
    # The first and the last visit have neighbours on one side only: of these the two next ones.
    was, after, was2, after2 = (C("_L").shift(n).over(SAME_LESION) for n in (1, -1, 2, -2))
    beside = {"_WAS": pl.coalesce(was, after2), "_NEXT": pl.coalesce(after, was2)}
    return timed.with_columns(**beside, _TWO=was.is_not_null() & after.is_not_null())


def _told(check: Check, rows: pl.DataFrame, words: str, *values: pl.Expr) -> pl.DataFrame:
    shown = [v.round_sig_figs(3).cast(pl.String) for v in values]
    told = rows.with_columns(_MESSAGE=sentence(f"{check.words}: {words}", *shown))
    return found(check, told, "TR", "TRSTRESN", "mm, confirmed by the site")


def _by_size(tables: Tables, _study: Study) -> Found:
    rows = _sizes(tables)
    before, after = C("_L") - C("_WAS"), C("_L") - C("_NEXT")
    off = rows.with_columns(
        # the nearer of the two neighbours, if both lie on one side; at an end there is only one
        _OFF=pl.when(before.sign() == after.sign())
        .then(pl.when(before.abs() < after.abs()).then(before).otherwise(after))
        .when(before.is_null() | after.is_null())
        .then(pl.coalesce(before, after)),
    )
    visit = [*READER, "_DAY"]
    whole = off.filter(C("_OFF").is_not_null()).with_columns(
        _ALL=C("_OFF").median().over(visit), _N=pl.len().over(visit)
    )
    far = whole.filter(C("_ALL").abs() > pl.lit(ALL_FOLD).log())
    first = far.unique(visit, keep="first", maintain_order=True)
    yield _told(SUMS, first, "{} times in the middle, {} lesions", C("_ALL").exp(), C("_N"))
    rest = whole.join(
        far.select(visit), on=visit, how="anti", nulls_equal=True, maintain_order="left"
    )
    bound = pl.when("_TWO").then(ONE_FOLD).otherwise(2 * ONE_FOLD).log()
    big = (C("TRSTRESN") > SMALLEST) | (C("_OFF") > 0)
    lone = rest.filter((C("_OFF").abs() > bound) & big, (C("_OFF") - C("_ALL")).abs() > bound / 2)
    yield _told(ONE, lone, "{} mm, {} times the nearer one", C("TRSTRESN"), C("_OFF").exp())
    subject = rows.with_columns(_MID=C("_L").median().over("USUBJID"))
    subject = subject.unique("USUBJID", keep="first", maintain_order=True)
    distance = C("_MID") - C("_MID").median()
    apart = (
        subject.filter(distance.abs() > pl.lit(SUBJECT_FOLD).log())
        if subject.height > 3
        else subject.clear()
    )
    yield _told(APART, apart, "{} mm in the middle", C("_MID").exp())


def _missing(tables: Tables, _study: Study) -> Found:
    """Visits at which some target lesions have a row and another one of the baseline has none."""
    tr = tables["TR"].filter(C("TRTESTCD").is_in(SIZE_TESTS["any"]), C("TRDTC").is_not_null())
    target = tables["TU"].filter(C("TUSTRESC").is_in(["TARGET", "TARGET LESION"]))
    lesions = target.select("USUBJID", TRLNKID="TULNKID").unique(maintain_order=True)
    mine = tr.join(lesions, on=["USUBJID", "TRLNKID"], how="semi", maintain_order="left")
    reader = [*READER, "VISIT"]
    visits = mine.filter(C("VISIT").is_not_null()).unique(reader, keep="first", maintain_order=True)
    wanted = visits.select("SRCFILE", "SRCROW", *reader, "TRDTC").join(
        lesions, on="USUBJID", maintain_order="left"
    )
    ever = mine.select(*READER, "TRLNKID").unique()
    wanted = wanted.join(
        ever, on=[*READER, "TRLNKID"], how="semi", nulls_equal=True, maintain_order="left"
    )
    there = mine.select(*reader, "TRLNKID").unique()
    lost = wanted.join(
        there, on=[*reader, "TRLNKID"], how="anti", nulls_equal=True, maintain_order="left"
    )
    yield found(LESION_MISSING, lost)
    classes = ["TARGET", "NON-TARGET"]
    lesion = ["USUBJID", "TRLNKID"]
    said = (
        tables["TU"]
        .select("USUBJID", TRLNKID="TULNKID", _SAYS="TUSTRESC")
        .filter(C("_SAYS").is_in(classes))
    )
    groups = tr.join(
        said.unique(lesion, keep="none"), on=lesion, how="inner", maintain_order="left"
    )
    other = groups.filter(C("TRGRPID").is_in(classes), C("TRGRPID") != C("_SAYS"))
    once = other.unique(["USUBJID", "TRLNKID"], keep="first", maintain_order=True)
    yield found(OTHER_GROUP, once)


def _responses(tables: Tables, _study: Study) -> Found:
    """Responses of an evaluator at a visit, side by side, against each other."""
    key = ["USUBJID", "RSEVAL", "RSEVALID", "VISIT", "RSDTC"]
    rows = tables["RS"].filter(C("RSSTRESC").is_not_null())
    overall = rows.filter(C("RSTESTCD") == "OVRLRESP").unique(key, keep="none", maintain_order=True)
    side = overall.with_columns(_SAYS="RSSTRESC")
    for test in ("TRGRESP", "NTRGRESP", "NEWLPROG"):
        one = (
            rows.filter(C("RSTESTCD") == test)
            .unique(key, keep="none")
            .select(*key, C("RSSTRESC").alias(test))
        )
        side = side.join(one, on=key, how="left", nulls_equal=True, maintain_order="left")
    target, rest, new, says = C("TRGRESP"), C("NTRGRESP"), C("NEWLPROG"), C("_SAYS")
    # PR against SD is asked by the reconciliation of the tumour room, which has the sums.
    some_pd = target.is_in(PROGRESSED) | rest.is_in(PROGRESSED) | (new == "Y")
    parts = target.is_not_null()
    wrong = pl.any_horizontal(
        some_pd & ~says.is_in(PROGRESSED),
        parts & says.is_in(PROGRESSED) & ~some_pd.fill_null(value=False),
        (says == "CR") & target.is_in(["PR", "SD"]),
    )
    told = side.filter(wrong).with_columns(
        _MESSAGE=sentence(
            f"{PARTS.words}: {{}} of targets {{}}, others {{}}, new {{}}", says,
            *(c.fill_null("not given") for c in (target, rest, new)),
        )
    )  # fmt: skip
    yield found(PARTS, told, allowed="the response of the parts")


def _against_sizes(tables: Tables, _study: Study) -> Found:
    """Target responses against the sum of sizes, where they are far apart: readers may differ a little."""
    sums = (
        _sizes(tables)
        .group_by(*READER, "VISIT", maintain_order=True)
        .agg(_SUM=C("TRSTRESN").sum(), _DAY=C("_DAY").min(), _N=C("TRLNKID").n_unique())
        .sort(*READER, "_DAY", nulls_last=True)
    )
    own = list(READER)
    sums = sums.filter(C("_N") == C("_N").first().over(own)).with_columns(
        _BASE=C("_SUM").first().over(own), _LEAST=C("_SUM").cum_min().shift().over(own)
    )
    told = tables["RS"].filter(C("RSTESTCD") == "TRGRESP")
    sums = sums.rename({"TREVAL": "RSEVAL", "TREVALID": "RSEVALID"}).filter(
        C("_LEAST").is_not_null()
    )
    place = ["USUBJID", "RSEVAL", "RSEVALID", "VISIT"]
    beside = told.join(sums, on=place, how="inner", nulls_equal=True, maintain_order="left")
    says, growth, rest = C("RSSTRESC"), C("_SUM") / C("_LEAST"), C("_SUM") / C("_BASE")
    wrong = pl.any_horizontal(
        says.is_in(PROGRESSED) & (growth < 1.1),
        ~says.is_in([*PROGRESSED, "NE"]) & (growth > 1.3) & (C("_SUM") > C("_LEAST") + 8),
        says.is_in(["PR", "CR"]) & (rest > 0.85),
        (says == "CR") & (C("_SUM") > CR_MOST * C("_N")),
        (says == "SD") & (rest < 0.55),
    )
    odd = beside.filter(wrong).with_columns(
        _MESSAGE=sentence(
            f"{AGAINST.words}: {{}} mm, baseline {{}}, least {{}}",
            *(C(c).round(1) for c in ("_SUM", "_BASE", "_LEAST")),
        )
    )
    yield found(AGAINST, odd, allowed="the response of the sum of diameters")


def _pairs(tables: Tables, _study: Study) -> Found:
    """What TU, TR and RS say of one visit or one new lesion: each says it too."""
    tr, rs, tu = tables["TR"], tables["RS"], tables["TU"]
    place = ["USUBJID", "VISIT"]
    told = rs.filter(C("RSTESTCD") == "TRGRESP", C("RSSTRESC").is_in(["CR", "PR", "SD", "PD"]))
    bare = told.filter(C("USUBJID").is_in(tr["USUBJID"].implode()), C("VISIT").is_not_null()).join(
        tr.select(place).unique(), on=place, how="anti", maintain_order="left"
    )
    yield found(UNMEASURED, bare, allowed="sizes of the target lesions in TR")
    first = tr.group_by("USUBJID").agg(_BASE=dates.day(C("TRDTC")).min())
    later = tr.join(first, on="USUBJID", maintain_order="left").filter(
        dates.day(C("TRDTC")) > C("_BASE")
    )
    seen = later.filter(C("TRSTRESN").is_not_null(), C("VISIT").is_not_null())
    seen = seen.unique(place, keep="first", maintain_order=True)
    answered = rs.select(place).unique()
    none = seen.join(answered, on=place, how="anti", maintain_order="left")
    if none.height * 10 <= seen.height:
        yield found(UNJUDGED, none, allowed="a response in RS")
    said = rs.filter(C("RSTESTCD") == "NEWLPROG", C("RSSTRESC") == "Y").unique(
        "USUBJID", keep="first", maintain_order=True
    )
    new = tu.filter(C("TUSTRESC").is_in(["NEW", "NEW LESION"]))
    alone = said.filter(~C("USUBJID").is_in(new["USUBJID"].implode()))
    if alone.height * 2 < said.height:
        yield found(NEW_NOT_TU, alone, allowed="the new lesion in TU")
    told_new = rs.filter(
        (C("RSTESTCD") == "NEWLPROG") & C("RSSTRESC").is_in(["Y", "EQUIVOCAL"])
        | (C("RSTESTCD") == "OVRLRESP") & C("RSSTRESC").is_in(PROGRESSED)
    )  # fmt: skip
    flagged = (C("RSTESTCD") == "NEWLPROG").any()
    by = told_new.filter(C("RSTESTCD") == "NEWLPROG") if rs.select(flagged).item() else told_new
    silent = new.filter(
        C("USUBJID").is_in(rs["USUBJID"].implode()), ~C("USUBJID").is_in(by["USUBJID"].implode())
    )
    yield found(
        NEW_NOT_RS,
        silent.unique("USUBJID", keep="first", maintain_order=True),
        allowed="NEWLPROG Y in RS",
    )


LESION_SIZES: Final[tuple[CrossCheck, ...]] = (
    CrossCheck((SUMS, ONE, APART), ("TR",), _by_size),
    CrossCheck((LESION_MISSING, OTHER_GROUP), ("TR", "TU"), _missing),
    CrossCheck((PARTS,), ("RS",), _responses),
    CrossCheck((AGAINST,), ("RS", "TR"), _against_sizes),
    CrossCheck((UNMEASURED, UNJUDGED, NEW_NOT_TU, NEW_NOT_RS), ("RS", "TR", "TU"), _pairs),
)
