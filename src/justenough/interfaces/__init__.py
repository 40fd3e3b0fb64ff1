"""Interfaces: the doors of the house. They parse, call one function, and print; they decide nothing."""
