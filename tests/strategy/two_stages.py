"""Two stages: a chain of two in a row, as a file describes it."""

ROW = """
name = "row"
[[stage]]
name = "make"
time_days = 6
cost_added = 40
[[stage]]
name = "sell"
time_days = 2
cost_added = 10
demand_per_day = 30
demand_sd = 8
[[link]]
from = "make"
to = "sell"
"""
