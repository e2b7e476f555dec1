"""The check of tables beside pm4py, the general tool for conformance, on the same log: ratios in one run.

    python bench/peer.py --peer .venv-logs/bin/python                    50,000 children

pm4py is under the AGPL and is no part of this library: it runs in an environment of its own (`make peer` makes it).
None of what it does is the same question. Token replay knows order and no time; DECLARE knows that one thing has to
follow another, and not by when; a temporal profile knows calendar time between two kinds of event, and no working day,
no law by date, nothing that is not yet due. Ours says all of it, with the order, for the whole national rulebook.

Each way runs in a process of its own, three times, alternating. The times are of the processors, and each process
measures itself: after its imports, from the file to the answer.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import make_population

AS_AT = "2025-03-31"
RUNS = 3
_PEER = """
import json, sys, time
import pandas, pm4py
path, way = sys.argv[1:]
follows = {
    ("referral", "assessment-completed"): 65,
    ("strategy-discussion", "initial-conference"): 21,
    ("initial-conference", "core-group"): 14,
    ("initial-conference", "review-conference"): 92,
}
begin = time.process_time()
frame = pandas.read_parquet(path, columns=["child", "event", "at"])
frame["event"] = frame["event"].astype(str)
frame["at"] = pandas.to_datetime(frame["at"], utc=True)
log = pm4py.format_dataframe(frame, case_id="child", activity_key="event", timestamp_key="at")
if way == "token replay":
    few = pm4py.sample_cases(log, 200)
    answer = pm4py.conformance_diagnostics_token_based_replay(log, *pm4py.discover_petri_net_inductive(few))
    odd = sum(not one["trace_is_fit"] for one in answer)
elif way == "DECLARE":
    model = {"response": {pair: {"support": 1, "confidence": 1} for pair in follows}}
    answer = pm4py.conformance_declare(log, model)
    odd = sum(one["dev_fitness"] < 1 for one in answer)
else:
    day = 86_400
    profile = {pair: (limit / 2 * day, limit / 2 * day) for pair, limit in follows.items()}
    answer = pm4py.conformance_temporal_profile(log, profile, zeta=1)
    odd = sum(bool(one) for one in answer)
print("\\n" + json.dumps({"seconds": time.process_time() - begin, "children": len(answer), "odd": odd}))
"""
_OURS = """
import json, sys, time
from datetime import date
from pathlib import Path
from childprotect import tables
from childprotect.rulebooks import england
from make_population import CLOCKS
path, way, as_at, out = sys.argv[1:]
book = england.rulebook
if way == "five clocks":
    book = book - [rule for rule in book if rule not in CLOCKS]
begin = time.process_time()
findings = tables.check(path, book, as_at=date.fromisoformat(as_at))
rows = findings.write(out, irregular=None if way == "five clocks" else out + ".odd", force=True)
print(json.dumps({"seconds": time.process_time() - begin, "findings": rows}))
"""
PEERS = ("token replay", "DECLARE", "temporal profile")
OURS = ("five clocks", "whole rulebook and order")


def _said(python: str, code: str, *arguments: str) -> dict[str, float]:
    """What a process prints of itself, on its last line."""
    path = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [python, "-c", code, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": path if python == sys.executable else ""},
    )
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def main() -> None:
    """Run everything and print the ratios."""
    parser = argparse.ArgumentParser(description="The check of tables beside pm4py.")
    parser.add_argument("--children", type=int, default=50_000)
    parser.add_argument("--peer", required=True, help="A Python that has pm4py.")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path, out = str(Path(folder) / "events.parquet"), str(Path(folder) / "findings.parquet")
        make_population.write(Path(path), asked.children)
        runs: dict[str, list[float]] = {way: [] for way in (*OURS, *PEERS)}
        for _ in range(RUNS):
            for way in OURS:
                runs[way].append(_said(sys.executable, _OURS, path, way, AS_AT, out)["seconds"])
            for way in PEERS:
                runs[way].append(_said(asked.peer, _PEER, path, way)["seconds"])
    print(f"{asked.children} children; seconds of the processors, from the file to the answer, median of {RUNS}:")
    for way, some in runs.items():
        print(f"  {'ours: ' if way in OURS else 'pm4py: '}{way:<26} {statistics.median(some):8.2f} s")
    ours = statistics.median(runs[OURS[1]])
    for way in PEERS:
        ratio = statistics.median(runs[way]) / ours
        print(f"  pm4py's {way} takes {ratio:.1f} times as long as the whole rulebook with order")


if __name__ == "__main__":
    main()
