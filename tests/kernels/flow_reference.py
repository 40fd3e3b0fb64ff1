"""A line by plain events: machines that take, work, fail, hold and give, one event after the other."""

import heapq
import itertools


def departures(cycles, ups, downs, slots, parts):
    """
    Departure times of the last machine of a serial line, blocking after service, everything of fixed length.

    ``slots`` are the places between machines. A machine fails whenever its operating time reaches a
    multiple of ``ups``, and is repaired for ``downs``.
    """
    machines = len(cycles)
    waiting = [0] * (machines - 1)
    state = ["idle"] * machines
    worked = [0.0] * machines
    broken = [0] * machines
    events, ticket, out = [], itertools.count(), []

    def begin(i, now):
        state[i] = "working"
        worked[i] += cycles[i]
        failures = int(worked[i] / ups[i] + 1e-9) - broken[i]
        broken[i] += failures
        heapq.heappush(events, (now + cycles[i] + failures * downs[i], next(ticket), i))

    def settle(now):
        moved = True
        while moved:
            moved = False
            for i in reversed(range(machines)):
                if state[i] == "holding":
                    if i == machines - 1:
                        out.append(now)
                        state[i], moved = "idle", True
                    elif waiting[i] < slots[i] or (state[i + 1] == "idle" and waiting[i] == 0):
                        waiting[i] += 1
                        state[i], moved = "idle", True
                if state[i] == "idle" and (i == 0 or waiting[i - 1] > 0):
                    if i:
                        waiting[i - 1] -= 1
                    begin(i, now)
                    moved = True

    settle(0.0)
    while len(out) < parts:
        now, _, i = heapq.heappop(events)
        state[i] = "holding"
        settle(now)
    return out[:parts]
