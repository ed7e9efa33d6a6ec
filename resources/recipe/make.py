"""Makes the built-in reward model again, from nothing but packages on PyPI.

    python make.py [--work FOLDER] [--only STAGE …]

Each stage leaves files in the work folder and is skipped where they are; delete a file to make it
again. The fixed seed makes the data the same on the same machine; another processor may round
differently, and then single words differ.
"""

import argparse
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import settings

STAGES = ["fetch", "prompts", "answers", "held-out", "train", "export", "check", "evaluate", "blind"]


def load_generator():
    from generator import Generator

    return Generator(settings.GENERATOR_FILE)


def fetch(work: Path) -> None:
    from fetch import fetch_bases

    fetch_bases(work)


def prompts(work: Path) -> None:
    from prompts import make_prompts

    (work / "prompts.json").write_text(json.dumps(make_prompts(load_generator()), indent=1))


def answers(work: Path) -> None:
    from answers import training_requests, write_answers

    written = json.loads((work / "prompts.json").read_text())
    shortest = sorted(written, key=len)[: settings.ANSWERED_PROMPTS]
    write_answers(load_generator(), shortest, training_requests, work / "answers.jsonl")


def held_out(work: Path) -> None:
    from answers import candidate_requests, graded_requests, write_answers

    held_out_prompts = settings.held_out_prompts()[: settings.HELD_OUT_FOR_TABLES]
    generator = load_generator()
    write_answers(generator, held_out_prompts, graded_requests, work / "held-out-graded.jsonl")
    write_answers(generator, held_out_prompts, candidate_requests, work / "held-out-candidates.jsonl")


def train(work: Path) -> None:
    from train import train_reward_model

    train_reward_model(work)


def export(work: Path) -> None:
    from export import export_reward_model

    export_reward_model(work)


def check(work: Path) -> None:
    from check import check_exported_model

    check_exported_model(work)


def evaluate(work: Path) -> None:
    from evaluate import evaluate_reward_model

    evaluate_reward_model(work)


def blind(work: Path) -> None:
    from blind import write_blind_pairs

    write_blind_pairs(work)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=settings.RECIPE / "work", help="folder for data between stages")
    parser.add_argument("--only", nargs="+", choices=STAGES, help="run these stages only")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    for stage in options.only or STAGES:
        mark = options.work / f"{stage}.done"
        if mark.exists() and not options.only:
            print(f"{stage}: done before")
            continue
        print(f"{stage} …", flush=True)
        start = time.time()
        globals()[stage.replace("-", "_")](options.work)
        seconds = round(time.time() - start)
        mark.write_text(f"{seconds}\n")
        print(f"{stage}: {seconds} s", flush=True)


if __name__ == "__main__":
    main()
