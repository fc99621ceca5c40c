"""Time to event: endpoints and censoring rules as values, Kaplan-Meier equal to R's, groups compared."""

from pkpipe.survival.room import run

__all__ = ["run"]
