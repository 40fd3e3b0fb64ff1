"""Floor 2: what history says of demand, lead times and suppliers, and the exposure they make together."""
