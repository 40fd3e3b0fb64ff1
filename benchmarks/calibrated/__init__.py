"""The parts of `benchmarks/calibration.py`: the sets, the methods, what each lives through, the frontier."""
