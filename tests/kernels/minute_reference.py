"""OEE minute by minute in plain Python: what every minute was, asked of every record; slow and without cleverness."""

from __future__ import annotations

ORDER = ("down", "setup", "blocked", "starved", "engineering", "idle", "running", "unknown")
USE = {"down": "breakdown", "idle": "idle", "setup": "setup", "starved": "starved", "blocked": "blocked"}
OF_LOSS = {"breakdown": "breakdown", "setup": "setup", "minor_stop": "minor_stop", "speed": "minor_stop", "startup_reject": "setup"}
OF_LOSS |= {"reject": "breakdown", "planned": "planned_stop", "starved": "starved", "blocked": "blocked"}


def told_of(minute, records, end):
    """The (state, reason, planned) that counts in a minute, or None; records are (start, end or None, state, reason, planned)."""
    best = None
    for place, (start, stop, state, reason, planned) in enumerate(records):
        if stop is None:
            later = [one[0] for one in records if one[0] > start]
            stop = min(later) if later else end
        if start <= minute < stop:
            key = (-ORDER.index(state), reason is not None, not planned, start, place)
            if best is None or key > best[0]:
                best = (key, (state, reason, planned))
    return best[1] if best else None


def plan_of(minute, calendar):
    """What is planned of a minute; calendar rows are (start, end, kind)."""
    if not any(kind == "shift" for *_, kind in calendar):
        kinds = {"shift"} | {kind for start, end, kind in calendar if start <= minute < end}
    else:
        kinds = {kind for start, end, kind in calendar if start <= minute < end}
    return next((kind for kind in ("planned_stop", "break", "shift") if kind in kinds), "outside")


def uses(records, calendar, losses, since, until, end, limit):
    """The use of each minute from since to until."""
    low, high = min([since, *(one[0] for one in records)]), max([until, end, *(one[1] or 0 for one in records)])
    told = {minute: told_of(minute, records, end) for minute in range(low, high)}
    out = {}
    for minute in range(since, until):
        plan, what = plan_of(minute, calendar), told[minute]
        state = what[0] if what else "unknown"
        if plan != "shift":
            out[minute] = "overtime" if state == "running" else plan
        elif state in ("running", "unknown", "engineering"):
            out[minute] = state
        else:
            out[minute] = stop_use(what, losses, length_of(minute, told), limit)
    return out


def stop_use(what, losses, length, limit):
    state, reason, planned = what
    use = OF_LOSS[losses[reason]] if reason in losses else USE[state]
    if planned and use != "setup":
        return "planned_stop"
    if limit >= 0 and use in ("breakdown", "minor_stop", "idle"):
        if length <= limit:
            return "minor_stop"
        return "breakdown" if use == "minor_stop" else use
    return use


def length_of(minute, told):
    """Minutes of the stop that a minute lies in."""
    first = last = minute
    while told.get(first - 1) == told[minute]:
        first -= 1
    while told.get(last + 1) == told[minute]:
        last += 1
    return last - first + 1


def parts_in(counts, records, used, since, until, end):
    """Total parts in planned minutes and outside them, each count spread over the minutes it ran in."""
    planned = beyond = 0.0
    for start, stop, total in counts:
        minutes = range(start, stop)
        ran = [m for m in minutes if (told_of(m, records, end) or ("unknown",))[0] == "running"] or list(minutes)
        for minute in ran:
            if since <= minute < until:
                if used[minute] in ("outside", "overtime", "break", "planned_stop") and not_in_shift(minute, used):
                    beyond += total / len(ran)
                else:
                    planned += total / len(ran)
    return planned, beyond


def not_in_shift(minute, used):
    return used[minute] in ("outside", "overtime") or used[minute, "plan"] != "shift"
