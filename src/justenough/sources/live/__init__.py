"""Live: what machines say while they run, taken from brokers, servers and requests, and kept before it is acknowledged."""
