"""Reading material for a blind comparison: the best of 64 against the median one, by reward."""

import json
import random
from pathlib import Path

import numpy

from answers import read_answers
from generator import Generator
from settings import GENERATOR_FILE, SEED


def write_blind_pairs(work: Path) -> None:
    """pairs.md for the reader, who learns neither rewards nor which is which, and key.json for later."""
    decode = Generator.load_decoder(GENERATOR_FILE)
    rewards = json.loads((work / "rewards.json").read_text())
    chance = random.Random(f"{SEED} blind")
    folder = work / "blind"
    folder.mkdir(exist_ok=True)
    pages, key = [], []
    for number, (record, scores) in enumerate(zip(read_answers(work / "held-out-candidates.jsonl"), rewards), 1):
        ranked = numpy.argsort(scores, kind="stable")[::-1]
        best, median = int(ranked[0]), int(ranked[len(ranked) // 2])
        sides = ["best", "median"]
        chance.shuffle(sides)
        index = {"best": best, "median": median}
        texts = [decode(record["answers"][index[side]]["tokens"]).strip() for side in sides]
        pages.append(f"## {number}. {record['prompt']}\n\n### Left\n\n{texts[0]}\n\n### Right\n\n{texts[1]}\n")
        key.append(
            {
                "number": number,
                "prompt": record["prompt"],
                "left": sides[0],
                "right": sides[1],
                **{f"{side}_index": i for side, i in index.items()},
                **{f"{side}_reward": round(scores[i], 3) for side, i in index.items()},
            }
        )
    head = (
        "# Twenty pairs of answers\n\nBoth answers were written by the same small language model, and are cut off at 128 tokens "
        "if they did not end before. For each question: which answer is the better one, Left or Right?\n\n"
    )
    (folder / "pairs.md").write_text(head + "\n".join(pages))
    (folder / "key.json").write_text(json.dumps(key, indent=1))
