"""What a study decides about anti-drug antibodies, in exact numbers: titres never meet floating point.

A titre is held as a whole number of millionths (`MICRO` per unit), so 2.3 - 1.7 is 0.6 and not a hair less,
and a threshold as a fraction. Titres come on one of two scales, as reciprocal dilutions (100, 400) or as
their log10 (2, 2.602): `scale` says which. A boost may be stated as a ratio or as a log10 change on either.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Final, Literal

from pkpipe.protocol.immunogenicity import AdaPlan

MICRO: Final = 1_000_000
DIGITS: Final = 12  # decimals kept of an irrational threshold such as 10^0.6

Scale = Literal["dilution", "log10"]
MissingBaseline = Literal["negative", "separate"]
Baseline = Literal["last_reportable", "last"]
ShortFollowUp = Literal["transient", "indeterminate", "persistent"]


@dataclass(frozen=True)
class Assay:
    """One drug's tests as IS names them; a null tier does not exist in this assay.

    The same code at several tiers means that the laboratory reports one final result (negative, positive
    or the titre itself). `drug` null: whatever drug the row names.
    """

    drug: str | None = None
    screen: str | None = None
    confirm: str | None = None
    titre: str | None = None
    nab: str | None = None
    mrd_titre: int | None = None  # millionths
    drug_tolerance: float | None = None  # in the unit of the analyte
    tolerance_analyte: str | None = None

    @property
    def declared(self) -> bool:
        """True if the study names the tests; otherwise the words of a row tell its tier."""
        return any((self.screen, self.confirm, self.titre, self.nab))


@dataclass(frozen=True)
class AdaOptions:
    """The rules of ADA-3 to ADA-12 that a study may choose."""

    missing_baseline: MissingBaseline
    ratio: Fraction | None  # exactly one of ratio and log10_change
    log10_change: Fraction | None
    scale: Scale
    persistent_days: int
    short_followup: ShortFollowUp
    assays: tuple[Assay, ...] = ()
    baseline: Baseline = "last_reportable"  # last: one without a result is a missing baseline

    @property
    def declared(self) -> tuple[Assay, ...]:
        """The assays whose tests are named; none: tiers are told by ISTSTOPO, ISTESTCD and ISTEST."""
        return tuple(a for a in self.assays if a.declared)

    @property
    def least_ratio(self) -> Fraction:
        """The ratio to baseline that counts as boosted (10^change rounded to 12 decimals if not whole)."""
        if self.ratio is not None:
            return self.ratio
        change = self.log10_change or Fraction(0)
        with localcontext() as context:
            context.prec = 40
            power = Decimal(10) ** (Decimal(change.numerator) / Decimal(change.denominator))
            return Fraction(round(power, DIGITS))

    @property
    def least_change(self) -> int:
        """The change of log10 titre that counts as boosted, in millionths.

        A ratio has an irrational logarithm while log10 titres arrive rounded, so it is cut to the
        resolution of a titre: log10(4) = 0.602059991... asks for 0.602059.
        """
        if self.log10_change is not None:
            return int(self.log10_change * MICRO)
        ratio = self.ratio or Fraction(1)
        with localcontext() as context:
            context.prec = 40
            return int((Decimal(ratio.numerator) / Decimal(ratio.denominator)).log10() * MICRO)


def exact(value: float | None) -> Fraction | None:
    """The decimal number a person wrote, not the binary one nearest to it."""
    return None if value is None else Fraction(Decimal(repr(value)))


def micro(value: float | None) -> int | None:
    """A titre in millionths."""
    written = exact(value)
    return None if written is None else round(written * MICRO)


def implied_scale(ratio: float | None) -> Scale:
    """A boost stated as a ratio speaks of dilutions, one stated as a log10 change of log10 titres."""
    return "log10" if ratio is None else "dilution"


def options_of(plan: AdaPlan) -> AdaOptions:
    """The options of a study file's `immunogenicity:` section."""
    return AdaOptions(
        missing_baseline=plan.missing_baseline,
        ratio=exact(plan.boosted.ratio),
        log10_change=exact(plan.boosted.log10_change),
        scale=plan.titre_scale or implied_scale(plan.boosted.ratio),
        persistent_days=plan.persistent_days,
        short_followup=plan.short_followup,
        assays=tuple(
            Assay(
                drug=a.drug,
                screen=a.screen,
                confirm=a.confirm,
                titre=a.titre,
                nab=a.nab,
                mrd_titre=micro(a.mrd_titre),
                drug_tolerance=a.drug_tolerance,
                tolerance_analyte=a.tolerance_analyte,
            )
            for a in plan.assays
        ),
    )
