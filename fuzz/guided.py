"""Inputs that are led by what they reach: `python fuzz/guided.py TARGET -runs=100000`, with atheris installed.

libFuzzer changes bytes, and keeps in `fuzz/corpus` what takes the library to a line that it had not seen. It begins
with inputs of `fuzz/run.py`, takes its options (`-max_total_time=600`, `-max_len=4096`), and writes what shows a fault
to `fuzz/failures`; `fuzz/run.py --target TARGET --replay FILE` tries that again.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

import atheris  # noqa: E402

with atheris.instrument_imports(include=["childprotect", "tomllib", "json", "csv"]):
    from fuzz.driving import attempt
    from fuzz.targets import TARGETS

SEEDS = 500


def main() -> None:
    """Fuzz one target until libFuzzer is told to stop."""
    target = TARGETS[sys.argv[1]]
    here = Path(__file__).parent
    path, corpus, failures = (
        here / "corpus" / f"{target.name}{target.suffix}",
        here / "corpus" / target.name,
        here / "failures",
    )
    for folder in (corpus, failures):
        folder.mkdir(parents=True, exist_ok=True)
    for n in range(SEEDS):
        (corpus / f"seed-{n}").write_bytes(target.input(0, n))

    def one_input(data: bytes) -> None:
        attempt(target, path, data)

    atheris.Setup([sys.argv[0], f"-artifact_prefix={failures}/{target.name}-", *sys.argv[2:], str(corpus)], one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
