"""Times to event: candidate dates, the rules in reading order, and the trace of each subject."""
