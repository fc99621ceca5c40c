"""A plan of two levels without titration, for files of the verb escalate."""

PLAN = """escalation:
  levels: [{code: A}, {code: B}]
  titration_levels: []
  dlt_window_days: 21
  dlt_last_day: 22
"""
