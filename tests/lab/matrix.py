"""Runs cases: one call each, one result each."""
import itertools
import os
import re
import sys

from call import Call
from laboratory import Laboratory

N_PACKETS = 50
# What is to fail does so once the servers have been asked.
FAILURE_MS = 8000


def run_case(lab, case, n_packets=N_PACKETS, name="call"):
    """Returns the result of one call as a dictionary for JSON."""
    lab.set_nats(case.a, case.b)
    for site in "ab":
        if case.loss:
            lab.site(site).lose(case.loss)
        lab.site(site).watch()
    if case.dns:
        lab.start_dns()
    settings = lab.settings(case.servers, case.policy)
    if case.expect == "failure":
        settings = [*settings, f"connect-timeout={FAILURE_MS}"]
    call = Call(lab, [*settings, *case.own_a], [*settings, *case.own_b],
                case.n_packets or n_packets, name)
    call.finish()
    result = {"case": case.name, "a_nat": case.a, "b_nat": case.b, "best": case.best,
              "load": round(os.getloadavg()[0], 2)}
    result.update(call.result())
    result["sent_elsewhere"] = {site: lab.site(site).watched().get("elsewhere", 0)
                                for site in "ab"}
    fault = judge(case, result)
    if fault:
        result["ok"], result["why"] = False, fault
    return result


def judge(case, result):
    """Returns what is wrong with a result, or None."""
    said = result["a"]["troubles"] if "a" in result else []
    missing = [words for words in case.says if not any(re.search(words, t) for t in said)]
    if missing:
        return f"nothing said that matches {missing}"
    if case.expect == "failure":
        ok = result["ok"]
        result["ok"], result["why"] = not ok, None
        return "connected, which should not be" if ok else None
    # A server that does not answer is worth a warning behind some NATs; an error is not.
    errors = [t for end in "ab" for t in result.get(end, {}).get("troubles", [])
              if not t.startswith("WARNING")]
    if errors and "first_ms" in result:
        return f"said {errors[0]}"
    if not result["ok"]:
        # Where packets are dropped, not all can come.
        lossy = case.loss and "first_ms" in result
        if not lossy:
            return result["why"]
        result["why"] = None
        result["ok"] = True
    if case.policy == "relay":
        leaked = {s: n for s, n in result["sent_elsewhere"].items() if n}
        if leaked:
            return f"policy relay, but packets went elsewhere: {leaked}"
        shown = set(result["a"]["candidates"]) | set(result["b"]["candidates"])
        if shown - {"relay"}:
            return f"policy relay, but candidates of {shown} were offered"
    relayed = result["relayed"]
    if case.best.startswith("relay"):
        if not relayed:
            return f"{result['pair']}, where no direct path was thought possible"
    elif relayed and not case.loss:
        return f"{result['pair']}, but a direct path is possible"
    if case.best == "host" and result["pair"] != "host>host":
        return f"{result['pair']}, not host to host"
    legs = set(result["turn"]["legs"])
    if case.legs and relayed and not legs <= set(case.legs):
        return f"relayed over {legs}, not {case.legs}"
    if not result["ended_gently"]:
        return "an end had to be killed"
    # What gives them back may be lost as well.
    if result["turn"]["left_open"] and not case.loss:
        return f"{result['turn']['left_open']} allocations were not given back"
    return None


def run(cases, n_runs, say, keep_logs=None, n_packets=N_PACKETS):
    """Runs all cases n_runs times; say gets each result at once. Returns the results."""
    results = []
    for family, group in itertools.groupby(cases, key=lambda case: case.family):
        group = list(group)
        with Laboratory(family, keep_logs) as lab:
            for n_run in range(n_runs):
                for case in group:
                    name = f"{len(results):03d}"
                    result = run_case(lab, case, n_packets, name)
                    result["run"], result["log"] = n_run + 1, name
                    if not result["ok"]:
                        result["said"] = tails(lab, name)
                    results.append(result)
                    say(result)
    return results


def tails(lab, name):
    """Returns the ends of what both said, for a result that can't be had again."""
    said = {}
    for end in "ab":
        log = lab.folder / f"{name}-{end}.log"
        if log.exists():
            lines = [line for line in log.read_text(errors="replace").splitlines()
                     if '"got" (element)' not in line and "(state-changed)" not in line]
            said[end] = lines[-12:]
    return said


def say_line(result, out=None):
    """One line a case, for who watches."""
    time_ms = f"{result['first_ms']:.0f} ms" if "first_ms" in result else "-"
    verdict = "ok  " if result["ok"] else "FAIL"
    print(f"{verdict} {result['case']}: {result.get('pair', '-')}"
          f" {'/'.join(result['turn']['legs'])} {time_ms}"
          f"{'' if result['ok'] else ': ' + str(result['why'])}",
          file=out or sys.stdout, flush=True)
