"""Answers of graded quality, written by the generator: the raw material of all training pairs.

For every prompt there is one answer per entry of TEMPERATURES, and for some of them a twin: the
same random numbers and the same temperature, so the same text, up to a slip, a stretch of tokens
sampled at SLIP_TEMPERATURE, after which the twin goes on from what the slip left behind.
"""

import json
import os
import random
from multiprocessing import get_context
from pathlib import Path

import torch

from generator import Generator, Request
from settings import (
    ANSWER_TOKENS,
    BATCH_ROWS,
    CANDIDATES,
    GRADED_TEMPERATURES,
    SEED,
    SLIP_TEMPERATURE,
    SLIP_TOKENS,
    TEMPERATURES,
    TWINS,
)


def training_requests(generator: Generator, prompt: str) -> list[Request]:
    """The answers to one prompt: one per temperature, then the twins."""
    chance = random.Random(f"{SEED} answers {prompt}")
    question = generator.encode_question(prompt)
    streams = [chance.getrandbits(60) for _ in TEMPERATURES]
    requests = [Request(question, t, stream) for t, stream in zip(TEMPERATURES, streams)]
    for index in TWINS:
        start = chance.randrange(4, ANSWER_TOKENS * 3 // 4)
        end = start + chance.randint(*SLIP_TOKENS)
        requests.append(Request(question, TEMPERATURES[index], streams[index], start, end, SLIP_TEMPERATURE))
    return requests


def candidate_requests(generator: Generator, prompt: str) -> list[Request]:
    """CANDIDATES answers at temperature 1, as Best-of-N writes them."""
    chance = random.Random(f"{SEED} candidates {prompt}")
    question = generator.encode_question(prompt)
    return [Request(question, 1.0, chance.getrandbits(60)) for _ in range(CANDIDATES)]


def graded_requests(generator: Generator, prompt: str) -> list[Request]:
    """Answers at several temperatures, for the pairs that are right by construction."""
    chance = random.Random(f"{SEED} graded {prompt}")
    question = generator.encode_question(prompt)
    return [Request(question, t, chance.getrandbits(60)) for t in GRADED_TEMPERATURES]


def write_answers(generator: Generator, prompts: list[str], make_requests, path: Path) -> None:
    """Write the answers to all prompts into a JSON-lines file, one prompt a line; goes on where it stopped."""
    known = {record["prompt"] for record in read_answers(path)} if path.exists() else set()
    waiting = sorted((p for p in prompts if p not in known), key=len)  # similar lengths need little padding
    size = max(1, BATCH_ROWS // len(make_requests(generator, prompts[0])))
    batches = [waiting[start : start + size] for start in range(0, len(waiting), size)]
    requests = ([make_requests(generator, prompt) for prompt in batch] for batch in batches)
    with get_context("fork").Pool(os.cpu_count(), one_thread, (generator,)) as pool:
        for number, (batch, records) in enumerate(zip(batches, pool.imap(write_batch, requests)), 1):
            with path.open("a", encoding="utf-8") as file:
                for prompt, answers in zip(batch, records):
                    file.write(json.dumps({"prompt": prompt, "answers": answers}) + "\n")
            print(f"  batch {number} of {len(batches)}", flush=True)


def one_thread(generator: Generator) -> None:
    """One process per core with one thread each: no thread ever waits for another."""
    global worker_generator
    torch.set_num_threads(1)
    worker_generator = generator


def write_batch(groups: list[list[Request]]) -> list[list[dict]]:
    """The answers to all requests of some prompts, prompt by prompt."""
    answers = iter(worker_generator.write([r for group in groups for r in group], ANSWER_TOKENS))
    return [[describe(request, next(answers)) for request in group] for group in groups]


def describe(request: Request, answer) -> dict:
    return {
        "temperature": request.temperature,
        "slip": request.slip_start if request.slip_start >= 0 else None,
        "finished": answer.finished,
        "tokens": answer.tokens,
        "log_probabilities": [round(p, 3) for p in answer.log_probabilities],
    }


def read_answers(path: Path) -> list[dict]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]
