"""
Archive: facts and plans kept, and who made them.

Floor four of the house, beside strategy: it keeps what strategy makes and never the other way round.
`workspace` is the door; `facts` and `plans` hold rows in Delta tables, `records` holds in SQL what counts.
"""
