"""Floor 1: what a plant is: its tables and terms, and the words for items, levels and errors."""
