"""The folders that have a define.xml: what it says of the standards, the purpose and the guides of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

Standard = Mapping[str, str]
CT_SDTM: Final[Standard] = {
    **{"OID": "STD.CT.SDTM", "Name": "CDISC/NCI", "Type": "CT", "PublishingSet": "SDTM"},
    **{"Version": "2024-03-29", "Status": "Final"},
}


@dataclass(frozen=True)
class Described:
    """One folder; the first of its standards is that of its datasets."""

    code: str  # in its OIDs
    name: str
    datasets: str
    purpose: str
    standards: tuple[Standard, ...]
    guides: Mapping[str, str] = field(default_factory=dict)  # file to title
    with_domains: bool = False


ADAM: Final = Described(
    "ADAM",
    "ADaM datasets",
    "analysis datasets",
    "Analysis",
    (
        {"OID": "STD.ADAMIG", "Name": "ADaMIG", "Type": "IG", "Version": "1.3", "Status": "Final"},
        {
            **{"OID": "STD.CT.ADAM", "Name": "CDISC/NCI", "Type": "CT", "PublishingSet": "ADaM"},
            **{"Version": "2026-03-27", "Status": "Final"},
        },
        CT_SDTM,
    ),
    {"adrg.pdf": "Analysis Data Reviewer's Guide", "adrg-zh.pdf": "分析数据审阅指南"},
)
SDTM: Final = Described(
    "SDTM",
    "SDTM datasets",
    "tabulation datasets",
    "Tabulation",
    (
        {"OID": "STD.SDTMIG", "Name": "SDTMIG", "Type": "IG", "Version": "3.4", "Status": "Final"},
        CT_SDTM,
    ),
    with_domains=True,
)
