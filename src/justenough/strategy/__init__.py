"""Strategy: from what history says and what levels cost to a plan a planner can act on.

Floor four of the house. `settings` gathers every knob, `decide` walks all items from history to
a chosen level, `explain` gives the reasons in sentences, `plan` is what comes out, `rehearse`
lives it on history that the sizing never saw, `spread` shares the work out. Nothing here knows
of files, stores, pages or commands.
"""
