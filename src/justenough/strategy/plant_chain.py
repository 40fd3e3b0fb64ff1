"""Plant chain: the network of an imported plant, from its bill of materials, its routing and its suppliers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from justenough.domain.errors import NetworkError
from justenough.domain.figures import count
from justenough.domain.item import DemandKind
from justenough.domain.network import Network
from justenough.sources.chain_file import DescribedChain
from justenough.strategy.spread import part

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from justenough.domain.plant import Plant
    from justenough.domain.ragged import Floats
    from justenough.strategy.decide import Decided
    from justenough.strategy.trace import Known

    Bools = NDArray[np.bool_]

BOUGHT, MADE = "bought", "made"
LOWEST_SERVICE, HIGHEST_SERVICE = 0.5, 0.9999  # of what the plan states, so that a bound exists


@dataclass(frozen=True, slots=True)
class PlantChain:
    """
    A plant as a network.

    Parameters
    ----------
    known
        What is known of each stage, in their order.
    unit_holding : (k,) [currency/unit/year]
    """

    described: DescribedChain
    known: Known
    unit_holding: Floats


def chain_of(plant: Plant, made: Decided) -> PlantChain:
    """
    The items of a plant's bill of materials as stages.

    A bought item takes its supplier's lead time, a made one its lead time through its machines (`routing`), each with
    its review added, mean and spread as `recommend` estimated them. Items that go into nothing serve the customers, with
    the cycle service that the plan states for them; demand for components follows from the bill of materials.

    Raises
    ------
    NetworkError
        Where there is no bill of materials, where an item goes into itself by whatever way (told item by item), and
        where an item on it has no lead time, cost or demand to go by.
    """
    import polars as pl

    bom = plant.tables["bom"].sort("parent", "component")
    name = plant.terms.label or "plant"
    if not bom.height:
        raise NetworkError(name, "no bill of materials", "a `bom` table of parent, component and quantity, or a chain of its own in --file")
    stages = pl.concat([bom["parent"], bom["component"]]).unique().sort().to_list()
    place = {item: i for i, item in enumerate(stages)}
    _known_items(name, stages, plant.items["item"])
    rows = {item: i for i, item in enumerate(plant.items["item"].to_list())}
    known: Known = part(made.known, np.array([rows[item] for item in stages]))
    links = [(place[component], place[parent]) for parent, component in bom.select("parent", "component").iter_rows()]
    time, spread, cost = known.lead_time.mean_days + known.review_days, known.lead_time.sd_days, known.economics.unit_cost
    end = np.ones(len(stages), dtype=np.bool_)
    end[[giver for giver, _ in links]] = False
    every = np.ones_like(end)
    for figures, asked, word in ((time, every, "lead time"), (cost, every, "unit cost"), (known.demand.mean, end, "demand")):
        lacking = [stages[i] for i in np.flatnonzero(asked & np.isnan(figures))]
        if lacking:
            wanted = (
                f"a {word} for every {'item' if asked is every else 'end item'} on the bill of materials: fill it in and import again, "
            )
            raise NetworkError(name, f"no {word} of {_some(lacking)}", f"{wanted}or leave out their lines of `bom` in the profile")
    wanted = end & (known.demand.kind != DemandKind.ENDED) & (known.demand.mean > 0)
    per = bom["quantity"].to_numpy()
    into = np.zeros(len(stages))
    np.add.at(into, [taker for _, taker in links], per * cost[[giver for giver, _ in links]])
    stated = made.plan.figures.filter(pl.col("item").is_in(stages)).sort("item")["stated_cycle_service"].fill_null(np.nan).to_numpy()
    service = np.clip(np.where(np.isnan(stated), 0.95, stated), LOWEST_SERVICE, HIGHEST_SERVICE)
    network = Network.of(
        name,
        stages,
        links=links,
        per=per,
        time_days=time,
        time_sd_days=np.nan_to_num(spread),
        cost_added=np.maximum(cost - into, 0.0),
        demand_mean=np.where(wanted, known.demand.mean, 0.0),
        demand_sd=np.where(wanted, np.sqrt(known.demand.variance), 0.0),
        promise_days=np.where(end, 0.0, np.inf),
        service=np.where(wanted, service, np.nan),
        kinds=_kinds(plant, stages, set(bom["parent"])),
    )
    dear = int((into > cost * (1 + 1e-9)).sum())
    described = DescribedChain(network, plant.terms.currency, np.nan, _notes(stages, end, wanted, known, dear))
    return PlantChain(described, known, known.economics.holding_rate * cost)


def _known_items(name: str, stages: list[str], items: pl.Series) -> None:
    lacking = sorted(set(stages) - set(items.to_list()))
    if lacking:
        raise NetworkError(name, f"{_some(lacking)} on the bill of materials only", "a row in `items` for each of them")


def _kinds(plant: Plant, stages: list[str], parents: set[str]) -> list[str]:
    source = dict(zip(plant.items["item"].to_list(), plant.items["source"].to_list(), strict=True))
    return [{"buy": BOUGHT, "make": MADE}.get(source.get(item) or "", MADE if item in parents else BOUGHT) for item in stages]


def _notes(stages: list[str], end: Bools, wanted: Bools, known: Known, dear: int) -> tuple[str, ...]:
    notes = [
        "Stage times are lead times with one review added.",
        "Demand for components follows from the bill of materials; what else is sold of them is not in it.",
    ]
    idle = [stages[i] for i in np.flatnonzero(end & ~wanted)]
    if idle:
        notes.append(f"Nobody wants {_some(idle)} any more: no stock is placed for it.")
    guessed = [stages[i] for i in np.flatnonzero(wanted & (known.demand.n_positive == 0))]
    if guessed:
        some = f"No sales are on record of {count(len(guessed), 'end item')} ({_some(guessed, 3)})"
        notes.append(f"{some}, taken to sell as little as such items do.")
    if dear:
        notes.append(f"What goes into {count(dear, 'item')} costs more than the whole: there the last step is taken to add nothing.")
    return tuple(notes)


def _some(names: list[str], most: int = 5) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
