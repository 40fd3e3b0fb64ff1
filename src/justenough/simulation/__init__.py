"""Simulation: the same questions as sizing, answered by experiment.

Floor three of the house. `policies` lives replenishment levels through demand that was or might be.
"""
