"""The responses of one target lesion, size by size."""

from __future__ import annotations

from tumour_drawings import followed, responses


def one_target(*sizes: str, **options: object) -> list[str | None]:
    rows = [f"WEEK {6 * i} | {42 * i} | {size}" for i, size in enumerate(sizes[1:], start=1)]
    drawn = "\n".join(["VISIT | DAY | T1", f"BASELINE | -7 | {sizes[0]}", *rows])
    return responses(followed(drawn, **options))
