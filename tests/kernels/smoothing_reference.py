"""Plain references of the smoothing kernels: lists and weights, no running state."""

import math


def known(series):
    return [float(y) for y in series if not math.isnan(y)]


def smoothed(terms, alpha):
    """Weighted sum: term k enters with max(alpha, 1/k) and is thinned by every later one."""
    weights = [max(alpha, 1.0 / k) for k in range(1, len(terms) + 1)]
    return sum(
        term * w * math.prod(1.0 - later for later in weights[k + 1 :]) for k, (term, w) in enumerate(zip(terms, weights, strict=True))
    )


def level(series, method, alpha):
    periods = known(series)
    days = [t for t, y in enumerate(periods, start=1) if y > 0.0]
    if not days:
        return 0.0
    sizes = [periods[day - 1] for day in days]
    gaps = [b - a for a, b in zip([0, *days], days, strict=False)]
    croston = smoothed(sizes, alpha) / smoothed(gaps, alpha)
    return {
        "mean": sum(periods) / len(periods),
        "ses": smoothed(periods, alpha),
        "croston": croston,
        "sba": (1.0 - alpha / 2.0) * croston,
        "tsb": smoothed([float(y > 0.0) for y in periods], alpha) * smoothed(sizes, alpha),
    }[method]


def record(series):
    periods = known(series)
    days = [t for t, y in enumerate(periods, start=1) if y > 0.0]
    last = max(days, default=0)
    sizes = [y for y in periods if y > 0.0]
    return [
        len(periods),
        len(days),
        sum(sizes),
        sum(y * y for y in sizes),
        len(periods) - last,
        last,
        float(all(y.is_integer() for y in sizes)),
        days[0] - 1 if days else len(periods),
        next((t for t, y in enumerate(series) if y > 0.0), len(series)),
    ]
