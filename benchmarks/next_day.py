"""What one more day of demand changes: estimates, with what items have in common learned anew and held, and levels.

python benchmarks/next_day.py --items 50000 --folder FOLDER

The invented plant of `plan_items` by day, as it stood on the last day but one and on the last. Says how far each item's
estimates moved, of how many items they left a step of so many per cent, and how many got another reorder point: what a run
that did again only what changed would have to do.
"""

from __future__ import annotations

import argparse
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from plan_items import plant_in, settings

import justenough as je
from justenough.estimation.classes import classes_of
from justenough.estimation.demand import demand_of
from justenough.estimation.history import history_of
from justenough.estimation.knobs import DemandParams
from justenough.estimation.lead_time import lead_time_of

if TYPE_CHECKING:
    from justenough.domain.plant import Plant
    from justenough.estimation.demand import Demand

STEPS = (0.01, 0.05, 0.1)
MOVING = ("mean", "variance", "drift")


def a_day_earlier(plant: Plant) -> Plant:
    """The plant as it stood before its last day."""
    recorded = plant.recorded
    assert recorded is not None
    before = history_of(plant).until(recorded.high - recorded.low)
    return replace(plant, recorded=replace(recorded, series=before.series, first_period=before.first_period, high=recorded.high - 1))


def moves(before: Demand, after: Demand) -> dict[str, float]:
    """How far estimates moved, and the share of items that left their step."""
    found = {"another form": float((before.form != after.form).mean())}
    logs = {}
    for name in MOVING:
        was, now = (np.maximum(getattr(one, name), 1e-9) for one in (before, after))
        logs[name] = np.log(was), np.log(now)
        found[f"{name} moved by, median"], found[f"{name} moved by, 90 %"] = np.quantile(np.abs(np.log(now / was)), [0.5, 0.9]).tolist()
    for step in STEPS:
        left = before.form != after.form
        for was, now in logs.values():
            left = left | (np.rint(was / np.log1p(step)) != np.rint(now / np.log1p(step)))
        found[f"left a step of {step:.0%}"] = float(left.mean())
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=50_000)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    later = je.scan(plant_in(asked.folder, asked.items, 365, "mixed", "item"))
    earlier = a_day_earlier(later)
    figures: dict[str, object] = {"items": len(later), "load": os.getloadavg()[0]}
    days = lead_time_of(later).mean_days + 7.0
    histories = history_of(earlier), history_of(later)
    series = histories[1].series
    figures["wanted on the day"] = float(np.mean([len(one) > 0 and one[-1] > 0 for one in series]))
    held = classes_of(histories[0], exposed_days=days)
    for name, learned in (("learned anew", None), ("held", held)):
        figures[name] = moves(*(demand_of(history, exposed_days=days, classes=learned) for history in histories))
    for name, months in (("learned anew", 0), ("learned by the month", 1)):
        chosen = replace(settings(0), demand=DemandParams(learned_months=months))
        was, now = (je.recommend(plant, chosen).figures["reorder_point"].to_numpy() for plant in (earlier, later))
        both = ~np.isnan(was) & ~np.isnan(now)
        found = {"another reorder point": float((was[both] != now[both]).mean())}
        found["by more than 5 %"] = float((np.abs(now - was)[both] > 0.05 * np.maximum(was[both], 1.0)).mean())
        figures[f"levels, {name}"] = found
    print(json.dumps(figures, indent=1))
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
