"""The review page: a local server beside the report, to look at every profile and to judge it by name.

Nothing of the data is changed. What a person decides is an entry of the exclusion ledger, which the next run
takes up like one that was written by hand.
"""
