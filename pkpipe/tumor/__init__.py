"""Lesions to time-point and best response; rates with exact intervals; waterfall, spider, swimmer data."""

from pkpipe.tumor.room import run

__all__ = ["run"]
