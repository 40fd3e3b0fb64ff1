"""Floor 2: an export in any shape becomes a `Plant`, or every complaint about it at once."""
