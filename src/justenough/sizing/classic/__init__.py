"""Classic: the textbook models of stock, each by the name the field knows it by, for a million items in one call.

Every function takes numbers or arrays that broadcast against each other and answers with a small frozen
value of columns; a number in gives a number out. Time may be counted in any unit as long as all arguments
of a call use the same one. NaN stands for "not known" and gives NaN; what cannot be meant (a negative
cost, a yield above 1) is refused with the value found and the value expected. Lead times follow the
convention of `justenough.domain.policy`: demand is exposed for lead time + review.
"""

__all__: list[str] = []
