"""Clinical rules that two rooms need: each rule has one home here, and everybody else calls it.

A module is named by the noun it answers for. It is a function of tables and of the study file; it reads no
file and knows no room. `tests/test_one_home.py` names every rule with its home and fails on a second one.
"""
