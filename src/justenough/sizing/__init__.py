"""Sizing: what each level of stock costs and earns, and the level to hold.

Floor three of the house. `single` sizes one item on its own, `curve` draws its whole choice from
just-in-time to just-in-case. Nothing here simulates; `justenough.simulation` answers the same
question by experiment and neither imports the other.
"""
