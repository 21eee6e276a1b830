"""Tables and sums of results, with the goals beside them."""
import json
import statistics

import nat

# Milliseconds from the start of the call to the first packet at the slowest end, medians.
GOALS_MS = {"host": 60, "reflexive": 100, "relay-udp": 160, "relay-tcp": None, "relay-tls": 300}
GOAL_MEDIAN_MS, GOAL_WORST_MS = 115, 400


def times(results):
    return [result["first_ms"] for result in results if "first_ms" in result]


def cell(results):
    """Returns one cell of the table: the pair and the legs that were most, and the median."""
    good = [result for result in results if result["ok"]]
    pairs = [" ".join([result["pair"], "+".join(sorted(set(result["turn"]["legs"])))]).strip()
             for result in results if "pair" in result]
    text = f"{statistics.mode(pairs)} {statistics.median(times(results)):.0f}" if pairs else "-"
    if len(good) < len(results):
        text += f" **{len(good)} of {len(results)}**"
    return text


def table(results):
    """Returns the 8 x 8 table as Markdown: rows call, columns listen."""
    lines = ["| a calls b | " + " | ".join(nat.TYPES) + " |",
             "| --- |" + " --- |" * len(nat.TYPES)]
    for a in nat.TYPES:
        row = []
        for b in nat.TYPES:
            here = [r for r in results if (r["a_nat"], r["b_nat"]) == (a, b)]
            row.append(cell(here) if here else "")
        lines.append(f"| {a} | " + " | ".join(row) + " |")
    return "\n".join(lines)


def was_relayed(result):
    """Whether the first pair at an end was relayed though there is a direct path."""
    firsts = [(result[end]["pairs"] or [""])[0] for end in "ab"]
    return not result["best"].startswith("relay") and any("relay" in pair for pair in firsts)


def met(value, goal):
    return "" if goal is None else f", goal {goal}: {'met' if value <= goal else 'NOT met'}"


def summary(results):
    """Returns the sums in words, a line each."""
    good = [result for result in results if result["ok"]]
    connected = [result for result in results if "first_ms" in result]
    lines = [f"{len(good)} of {len(results)} as expected; {len(connected)} connected, of these"
             f" {sum(not result['all_delivered'] for result in connected)} lost packets,"
             f" {sum(map(was_relayed, connected))} began relayed although a direct path is"
             " possible"]
    for best, goal in GOALS_MS.items():
        group = times([result for result in results if result["best"] == best])
        if group:
            median = statistics.median(group)
            lines.append(f"{best}: {len(group)} calls, median {median:.0f} ms, worst"
                         f" {max(group):.0f} ms{met(median, goal)}")
    every = times(results)
    if every:
        median = statistics.median(every)
        lines.append(f"all: median {median:.0f} ms{met(median, GOAL_MEDIAN_MS)}; worst"
                     f" {max(every):.0f} ms{met(max(every), GOAL_WORST_MS)}")
    loads = [result["load"] for result in results]
    if loads:
        lines.append(f"load of the machine: {min(loads)} to {max(loads)}")
    return "\n".join(lines)


def load(paths):
    """Returns the results that runs of a set left in files, one a line."""
    return [json.loads(line) for path in paths for line in path.read_text().splitlines()]
