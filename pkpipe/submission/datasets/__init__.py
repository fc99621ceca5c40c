"""The datasets of a submission, each declared as a value, in the order they are delivered."""

from __future__ import annotations

from typing import Final

from pkpipe.submission.dataset import Dataset
from pkpipe.submission.datasets.antibodies import ADAB
from pkpipe.submission.datasets.examinations import ADEG, ADLB, ADPE, ADVS
from pkpipe.submission.datasets.pharmacokinetics import ADPC, ADPD, ADPP
from pkpipe.submission.datasets.subjects import ADAE, ADDLT, ADEX, ADSL
from pkpipe.submission.datasets.tumour import ADRS, ADTR, ADTTE

DATASETS: Final[tuple[Dataset, ...]] = (
    *(ADSL, ADAE, ADDLT, ADEX, ADLB, ADVS, ADEG, ADPE),
    *(ADPC, ADPP, ADPD, ADAB, ADTR, ADRS, ADTTE),
)
