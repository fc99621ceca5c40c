"""Lymph node or not, which test gives a lesion's size, and how large a lesion must be.

Sources: RECIST 1.1 (Eisenhauer 2009, doi:10.1016/j.ejca.2008.10.026), 3.1 (measurable: 10 mm, or twice the
slice thickness above 5 mm; nodes 15 mm short axis), 4.3.1 and 4.3.2 (a node below 10 mm short axis is normal,
any other target lesion must be gone). SDTM names the longest diameter LDIAM and the short axis LPERP.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from pkpipe.finding.check import Check
from pkpipe.protocol.response_options import THIN_SLICE_MM

NODE: Final = "NODE"
ORGAN: Final = "ORGAN"
LONG_AXIS: Final = ("LDIAM",)
SHORT_AXIS: Final = ("LPERP", "SAXIS")
# Which measurement is a lesion's size, in order of preference (nodes by short axis).
SIZE_TESTS: Final = {
    "node": (*SHORT_AXIS, "DIAMETER", "TUMSTATE"),
    "other": (*LONG_AXIS, "DIAMETER", "TUMSTATE"),
    "any": (*LONG_AXIS, *SHORT_AXIS, "DIAMETER"),
}
# Sums over lesions and their changes (CDISC TRTESTCD): of no lesion, whatever id their row has.
OF_SUMS: Final = r"(?i)^SUM|^(AC|PC)[BN]?(SD|SUM)"
# The parameter a measurement is listed as, with the number of the lesion.
LISTED_AS: Final = {"LDIAM": "LDIAM", "LPERP": "NLDIAM", "SAXIS": "SAXIS", "DIAMETER": "DIAM"}
NODE_NORMAL_MM: Final = 10  # a node with a short axis below this is normal
NODE_MEASURABLE_MM: Final = 15
MEASURABLE_MM: Final = 10
TARGETS_MOST, ORGAN_MOST = 5, 2


# Questions about lesions that validation and the analysis of response both ask: one id, whoever asks it.
SMALL_TARGET: Final = Check(
    "LESION-SMALL",
    "query",
    "a target lesion below the measurable size at baseline",
    "RECIST 1.1, 3.1",
    allowed="10 mm or more (twice the slice thickness above 5 mm), nodes 15 mm short axis or more",
    table="TR",
    column="TRSTRESN",
)
MANY_TARGETS: Final = Check(
    "LESION-MANY",
    "query",
    "more than five target lesions",
    "RECIST 1.1, 4.2",
    allowed="5 or fewer",
    table="TR",
    column="TRLNKID",
)
MANY_IN_ORGAN: Final = Check(
    "LESION-ORGAN",
    "query",
    "more than two target lesions of one organ",
    "RECIST 1.1, 4.2",
    allowed="2 or fewer",
    table="TR",
    column="TRLNKID",
)
NOT_IN_MM: Final = Check(
    "TR-UNIT",
    "error",
    "a diameter that is not in millimetres",
    "RECIST 1.1, 3.1",
    allowed="mm; delivered in another unit: sources.TR.units: {cm: mm}",
    table="TR",
    column="TRSTRESU",
)
BELOW_ZERO: Final = Check(
    "TR-NEGATIVE",
    "error",
    "a diameter below zero",
    "RECIST 1.1, 3.1",
    allowed="0 or more",
    table="TR",
    column="TRSTRESN",
)
OTHER_GROUP: Final = Check(
    "TR-GROUP-OTHER",
    "query",
    "another group than the lesion has in TU",
    "SDTMIG 3.4, TRGRPID",
    allowed="TUSTRESC of the lesion",
    table="TR",
    column="TRGRPID",
)
SIZE_LOST: Final = Check(
    "TR-SIZE-LOST",
    "error",
    "the text of a target lesion's size holds a number and is none: the lesion would be without a size",
    "SDTMIG 4.5.1",
    allowed="a number in mm, or a state such as TOO SMALL TO MEASURE, ABSENT",
    table="TR",
    column="TRSTRESC",
)
LESION_MISSING: Final = Check(
    "TR-LESION-MISSING",
    "query",
    "a lesion of the baseline has no row at this visit",
    "RECIST 1.1, 4.1",
    allowed="its size, or NOT DONE with a reason",
    table="TR",
    column="TRLNKID",
)
OF_TARGETS: Final = (SMALL_TARGET, MANY_TARGETS, MANY_IN_ORGAN)
CHECKS: Final = (*OF_TARGETS, NOT_IN_MM, BELOW_ZERO, OTHER_GROUP, SIZE_LOST)

_DASH: Final = r"[\s_\-\x{2010}-\x{2015}]*"
# Said of a lesion that is no node although the word stands in it; read before the words for a node.
OUTSIDE_NODES: Final = (
    rf"(?i)extra{_DASH}(nod|lymph)|non{_DASH}(nod|lymph)|\b(not|no|without){_DASH}(an?\s+)?(lymph\s+)?nod"
    r"|结外|非淋巴|非结"
)
NODES: Final = (
    rf"(?i)(^|[^a-z])nod(e|es|al)([^a-z]|$)|lymph{_DASH}(nod|gland)|(^|[^a-z])lns?([^a-z]|$)|\bl\.\s?n\.?\b"
    r"|lymphaden|adenopath|淋巴"
)
# Regions in which a lesion may be a node or something else: the place alone does not tell.
REGIONS: Final = (
    r"(?i)axill|neck|cervical|mediastin|hilum|hilar|hila\b|retroperiton|inguin|groin|clavicul|iliac|para.?aort"
    r"|aortic|pelvi|abdom|mesenter|paratrache|subcarin|station|thorax|chest\b|trunk|body"
    r"|腋|颈|纵隔|门|腹膜后|腹股沟|锁骨|髂|主动脉|盆|腹腔|腹部|肠系膜|气管旁|隆突|胸部|胸腔"
)
ORGANS: Final = (
    r"(?i)liver|hepat|lung|pulmon|bronch|trachea|bone|osse|skelet|vertebr|spine|rib|sternum|skull|femur|brain"
    r"|cerebr|mening|adrenal|kidney|renal|ureter|bladder|spleen|splen|pancrea|stomach|gastr|esophag|oesophag"
    r"|duoden|intestin|bowel|colon|rectum|rectal|sigmoid|caecum|cecum|anus|anal\b|gallbladder|bile|biliary"
    r"|breast|skin|cutan|muscle|soft tissue|peritone|omentum|ascites|pleura|pericard|heart|cardiac|thyroid"
    r"|thymus|parotid|saliva|tongue|oral|mouth|larynx|pharyn|nasophar|tonsil|orbit|eye|prostate|testi|penis"
    r"|ovar|uter|cervix|endometri|vagina|vulva|fallop|chest wall|abdominal wall|wall"
    r"|肝|肺|支气管|骨|脊柱|椎|脑|肾|膀胱|脾|胰|胃|食管|食道|肠|结肠|直肠|胆|乳腺|乳房|皮肤|皮下|肌|软组织|腹膜|网膜"
    r"|胸膜|心包|心脏|甲状腺|胸腺|腮腺|舌|口腔|喉|咽|扁桃体|眼|前列腺|睾丸|卵巢|子宫|宫颈|阴道|胸壁|腹壁"
)


def of_a_lesion(test: pl.Expr) -> pl.Expr:
    """Whether a row is about one lesion, and not about a sum of them or its change."""
    return ~test.str.contains(OF_SUMS).fill_null(value=False)


def size_lost() -> pl.Expr:
    """Whether a row of TR has a text with a number in it that is not one, and no number."""
    said = pl.col("TRSTRESC")
    none = pl.col("TRSTRESN").is_null() & pl.col("TRSTAT").is_null()
    return none & said.str.contains(r"\d") & said.cast(pl.Float64, strict=False).is_null()


def told_by_place(place: pl.Expr) -> pl.Expr:
    """NODE or ORGAN as the words of a location say; null where they leave it open or say nothing."""
    return (
        pl.when(place.str.contains(OUTSIDE_NODES))
        .then(pl.lit(ORGAN))
        .when(place.str.contains(NODES))
        .then(pl.lit(NODE))
        .when(place.str.contains(ORGANS) & ~_open(place))
        .then(pl.lit(ORGAN))
    )


def _open(place: pl.Expr) -> pl.Expr:
    """A region in which there are nodes; the walls and skins of a region are organs."""
    walled = place.str.contains(
        r"(?i)wall|skin|muscle|soft tissue|bone|壁|皮|肌|骨[^上下]|软组织|腹膜[^后]"
    )
    retro = place.str.contains(r"(?i)retroperit|腹膜后")
    cervix = place.str.contains(r"(?i)cervix|宫颈")
    return place.str.contains(REGIONS) & (~walled | retro) & ~cervix


def is_node(place: pl.Expr, *, short: pl.Expr, long: pl.Expr) -> pl.Expr:
    """True for a node: the place says so or, where it leaves that open, only a short axis was sent.

    short, long: whether the lesion was ever measured by its short axis, by its longest diameter.
    """
    told = told_by_place(place)
    tested = (short & ~long).fill_null(value=False)
    return pl.when(told.is_not_null()).then(told == NODE).otherwise(tested)


def organ_of(place: pl.Expr) -> pl.Expr:
    """The organ two target lesions share: all lymph nodes are one (RECIST working group, clarifications)."""
    return pl.when(told_by_place(place) == NODE).then(pl.lit("LYMPH NODE")).otherwise(place)


def undecided(place: pl.Expr, *, short: pl.Expr, long: pl.Expr) -> pl.Expr:
    """True where neither the place nor the test tells whether a lesion is a node."""
    return told_by_place(place).is_null() & ~(short | long).fill_null(value=False)


def measurable_mm(node: pl.Expr, slice_mm: float = THIN_SLICE_MM) -> pl.Expr:
    """The least size of a target lesion at baseline in mm; thicker slices ask for twice their thickness."""
    other = MEASURABLE_MM if slice_mm <= THIN_SLICE_MM else max(MEASURABLE_MM, 2 * slice_mm)
    return pl.when(node).then(pl.lit(float(NODE_MEASURABLE_MM))).otherwise(pl.lit(float(other)))
