"""A payload of the daily API with N children (assessment, section 47, plan, workers, placement), for the benchmarks.

About 2 kB a child, with the fields that no rule uses, as every payload has them. One in ten was looked after.
"""

import json
import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any


def children(n: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """The records of n children."""
    chance = random.Random(seed)
    for number in range(n):
        yield _child(chance, number)


def _child(chance: random.Random, number: int) -> dict[str, Any]:
    referred = date(2024, 4, 2) + timedelta(days=chance.randrange(90))
    enquiry = referred + timedelta(days=chance.randrange(1, 5))
    conference = enquiry + timedelta(days=chance.choice((12, 14, 16, 18, 19, 20, 20, 20, 20, 35)))
    ended = conference + timedelta(days=chance.randrange(60, 250))
    assessed = referred + timedelta(days=chance.choice((20, 30, 40, 50, 55, 58, 60, 60, 60, 90)))

    def part(name: str, begun: date, over: date, **more: Any) -> dict[str, Any]:
        return {
            f"{name}_id": f"{name[:2]}{number}",
            "start_date": str(begun),
            "end_date": str(over),
            **more,
            "purge": False,
        }

    care = [part("child_looked_after_placement", conference, ended, start_reason="S", end_reason="E4A")]
    assessment: dict[str, Any] = {
        "child_and_family_assessment_id": f"A{number}",
        "start_date": str(referred),
        "authorisation_date": str(assessed),
        "factors": ["1C", "4A"],
        "purge": False,
    }
    enquiries = part("section_47_assessment", enquiry, conference, icpc_required_flag=True, icpc_date=str(conference))
    workers = [("W1", referred, conference), ("W2", conference, ended)]
    return {
        "la_child_id": f"B{number:07}",
        "mis_child_id": f"M{number:07}",
        "purge": False,
        "child_details": {
            "unique_pupil_number": "A123456789012",
            "first_name": "Child",
            "surname": f"Of {number}",
            "date_of_birth": str(date(2010, 1, 1) + timedelta(days=chance.randrange(4000))),
            "sex": "U",
            "ethnicity": "NOBT",
            "disabilities": ["NONE"],
            "postcode": "AB12 3DE",
            "uasc_flag": False,
            "purge": False,
        },
        "health_and_wellbeing": {"sdq_assessments": [{"date": str(ended), "score": "15"}], "purge": False},
        "social_care_episodes": [
            {
                "social_care_episode_id": f"E{number}",
                "referral_date": str(referred),
                "referral_source": "1C",
                "referral_no_further_action_flag": False,
                "closure_date": str(ended + timedelta(days=20)),
                "closure_reason": "RC7",
                "care_worker_details": [
                    {"worker_id": name, "start_date": str(begun), "end_date": str(over)}
                    for name, begun, over in workers
                ],
                "child_and_family_assessments": [assessment],
                "section_47_assessments": [enquiries],
                "child_protection_plans": [part("child_protection_plan", conference, ended)],
                "child_looked_after_placements": care if number % 10 == 0 else [],
                "purge": False,
            }
        ],
    }


def write(path: Path, n: int) -> None:
    """Write a payload of n children."""
    with path.open("w", encoding="utf-8") as file:
        before = "["
        for child in children(n):
            file.write(before + json.dumps(child))
            before = ",\n"
        file.write("]\n")


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
