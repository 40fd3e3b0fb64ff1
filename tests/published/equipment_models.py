"""Equipment models: which public function answers which model of the published records."""

from __future__ import annotations

from justenough.sizing import classic


def effective_process_time(natural_mean, natural_scv, mtbf_operating, mttr, repair_scv):
    """The records name mean, squared coefficient of variation and variance; the last follows from the others."""
    ours = classic.effective_process_time_with_failures(natural_mean, natural_scv, mtbf_operating, mttr, repair_scv)
    return {
        "availability": ours.availability,
        "effective_mean": ours.effective_time,
        "effective_scv": ours.effective_scv,
        "effective_variance": ours.effective_scv * ours.effective_time**2,
    }


MODELS = {
    # process_time
    "effective_process_time": effective_process_time,
}
