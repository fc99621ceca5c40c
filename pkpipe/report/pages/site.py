"""Which displays stand on which page, and what a page is called."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pkpipe.displays.bilingual import Words

MOST_ON_TOPIC: Final = 400  # rows of a listing beyond which it has a page of its own


@dataclass(frozen=True)
class Page:
    """One page of the report: the beginnings of the numbers it shows, in their order."""

    name: str
    title: Words
    numbers: tuple[str, ...]


INDEX: Final = Page(
    "index",
    Words("Decision", "决策"),
    ("T14.1.4.2", "F14.1.4.1", "T14.1.4.1", "T14.3.1.1", "T14.2.1.1", "T14.9.5"),
)
# In reading order. A number stands on the first page that names its beginning.
TOPICS: Final = (
    Page(
        "decision-details",
        Words("Dose escalation", "剂量递增"),
        ("T14.1.4", "F14.1.4", "L16.2.3"),
    ),
    Page("cohorts", Words("Cohorts", "队列"), ("T14.9.6",)),
    Page(
        "subjects",
        Words("Subjects and treatment", "受试者与治疗"),
        ("T14.1.1", "T14.1.2", "T14.1.3", "L16.2.1", "L16.2.2", "L16.2.4", "L16.2.5.1"),
    ),
    Page(
        "pharmacokinetics",
        Words("Pharmacokinetics", "药代动力学"),
        ("T14.4", "F14.4", "L16.2.5.2", "L16.2.5.3", "L16.2.5.4"),
    ),
    Page(
        "antibodies", Words("Antibodies", "免疫原性"), ("T14.5", "F14.5", "L16.2.5.5", "L16.2.5.6")
    ),
    Page("biomarkers", Words("Biomarkers", "生物标志物"), ("T14.6", "F14.6")),
    Page(
        "response",
        Words("Tumour response", "肿瘤缓解"),
        (
            *("T14.2.1", "T14.2.3", "F14.2.1", "F14.2.2", "F14.2.3"),
            *("L16.2.6.1", "L16.2.6.2", "L16.2.6.3"),
        ),
    ),
    Page(
        "time-to-event",
        Words("Time to event", "至事件时间"),
        ("T14.2.2", "F14.2.4", "F14.2.5", "F14.2.6", "F14.2.7", "L16.2.6.4"),
    ),
    Page("safety", Words("Safety", "安全性"), ("T14.3", "F14.3", "L14.3", "L16.2.7", "L16.2.8")),
    Page("data", Words("Data and findings", "数据与质疑"), ("T14.9",)),
)
DECISION: Final = (
    "T14.1.4.2"  # its first row is the proposal: the sentence on top of the decision page
)
OTHERS: Final = Page("others", Words("Other displays", "其他"), ("",))


def placed(numbers: Iterable[str]) -> dict[Page, list[str]]:
    """The numbers of each page that has any; what no page names stands on the last."""
    pages: dict[Page, list[str]] = {page: [] for page in (*TOPICS, OTHERS)}
    for number in numbers:
        fits = (p for p in pages if any(_begins(number, b) for b in p.numbers))
        pages[next(fits)].append(number)
    return {page: held for page, held in pages.items() if held}


def _begins(number: str, beginning: str) -> bool:
    return not beginning or number == beginning or number.startswith(f"{beginning}.")


def on_index(numbers: Iterable[str]) -> list[str]:
    """The numbers of the decision page, in the order it names them."""
    known = list(numbers)
    return [n for b in INDEX.numbers for n in known if _begins(n, b)]
