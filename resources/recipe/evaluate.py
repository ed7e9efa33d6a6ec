"""Measures the exported model on the held-out prompts, and writes results.json and results.md."""

import json
import random
import time
from itertools import product
from math import comb
from pathlib import Path

import numpy

import corrupt
from answers import read_answers
from generator import Generator
from scorer import Scorer
from settings import GENERATOR_FILE, RECIPE, REWARD_FOLDER, SEED

DECISIONS = (8, 16, 32, 64, 96)
CALM = (0.5, 0.8, 1.0)
LOW, HIGH = (0.5, 0.8), (1.2, 1.4)
TARGETS = {"topic": 0.90, "shuffled": 0.95, "looped": 0.95, "temperature": 0.90, "drift": 0.88}
MEANINGS = {
    "topic": "an answer against an answer to another question",
    "shuffled": "an answer against itself with 6 to 24 words shuffled",
    "looped": "an answer against itself with a sentence said two to four times",
    "temperature": f"temperature {LOW[0]} or {LOW[1]} against {HIGH[0]} or {HIGH[1]}",
    "drift": "an answer against its own start continued by another answer's end",
    "replaced": "an answer against itself with 2 to 8 words replaced",
    "garbled": "an answer against itself with words dropped, doubled or misspelt",
    "looped phrase": "an answer against itself, ending in a repeated phrase",
    "0.8 against 1.0": "temperature 0.8 against 1.0 (mere chance in part)",
    "0.5 against 1.4": "temperature 0.5 against 1.4",
}


def shares_right(scorer: Scorer, kinds: dict[str, list[tuple[str, str, str]]]) -> dict:
    """For every kind, how many of its (prompt, better, worse) are ordered right. Each text is scored once."""
    texts = list({(prompt, text): None for pairs in kinds.values() for prompt, *both in pairs for text in both})
    reward = dict(zip(texts, scorer.score(texts)))
    share = lambda pairs: numpy.mean([reward[prompt, better] > reward[prompt, worse] for prompt, better, worse in pairs])
    return {kind: {"right": round(float(share(pairs)), 4), "pairs": len(pairs)} for kind, pairs in kinds.items()}


def ordered_pairs(records: list[dict], decode, cut: int | None) -> dict[str, list[tuple[str, str, str]]]:
    """Pairs that are right by construction, on answers cut to `cut` tokens."""
    chance = random.Random(f"{SEED} ordered {cut}")
    kinds: dict[str, list] = {kind: [] for kind in MEANINGS}
    for number, record in enumerate(records):
        prompt = record["prompt"]
        texts = lambda *temperatures: [decode(a["tokens"][:cut]) for a in record["answers"] if a["temperature"] in temperatures]
        for better, worse in product(texts(*LOW), texts(*HIGH)):
            kinds["temperature"].append((prompt, better, worse))
        for better, worse in product(texts(0.8), texts(1.0)):
            kinds["0.8 against 1.0"].append((prompt, better, worse))
        for better, worse in product(texts(0.5), texts(1.4)):
            kinds["0.5 against 1.4"].append((prompt, better, worse))
        for answer in (a for a in record["answers"] if a["temperature"] in CALM):
            text = decode(answer["tokens"][:cut])
            other_record = chance.choice(records[:number] + records[number + 1 :])
            other = chance.choice([a for a in other_record["answers"] if a["temperature"] in CALM])
            other_text = decode(other["tokens"][:cut])
            spliced = corrupt.splice(answer["tokens"][:cut], other["tokens"], chance)
            spoiled = {
                "topic": other_text,
                "shuffled": corrupt.shuffle_words(text, chance),
                "looped": corrupt.loop_sentence(text, chance),
                "drift": spliced and decode(spliced),
                "replaced": corrupt.replace_words(text, other_text, chance),
                "garbled": chance.choice([corrupt.drop_and_double, corrupt.garble_letters])(text, chance),
                "looped phrase": corrupt.loop_phrase(text, chance),
            }
            for kind, worse in spoiled.items():
                if worse:
                    kinds[kind].append((prompt, text, worse))
    return kinds


def expected_best(rewards: numpy.ndarray, count: int) -> float:
    """The mean of the best of `count` drawn without replacement, over all draws."""
    ordered = numpy.sort(rewards)
    chances = [comb(rank, count - 1) / comb(len(ordered), count) for rank in range(len(ordered))]
    return float((ordered * chances).sum())


def pearson(first: numpy.ndarray, second: numpy.ndarray) -> float:
    return float(numpy.corrcoef(first, second)[0, 1])


def candidate_measures(scorer: Scorer, records: list[dict], decode) -> tuple[dict, list[numpy.ndarray]]:
    """Partial against final rewards, the mean best of N, and reward against length."""
    finals, best = [], {n: [] for n in (1, 2, 4, 8, 16, 32, 64)}
    correlations = {position: [] for position in DECISIONS}
    finished_rewards, finished_lengths, per_prompt = [], [], []
    for record in records:
        prompt, answers = record["prompt"], record["answers"]
        final = scorer.score([(prompt, decode(a["tokens"])) for a in answers])
        finals.append(final)
        lengths = numpy.array([len(a["tokens"]) for a in answers])
        for n in best:
            best[n].append(expected_best(final, n))
        for position in DECISIONS:
            unfinished = numpy.flatnonzero(lengths > position)
            partial = scorer.score([(prompt, decode(answers[i]["tokens"][:position])) for i in unfinished])
            correlations[position].append(pearson(partial, final[unfinished]))
        finished = numpy.array([a["finished"] for a in answers])
        if finished.sum() >= 3:
            finished_rewards.append(final[finished] - final[finished].mean())
            finished_lengths.append(lengths[finished] - lengths[finished].mean())
        if finished.sum() >= 8:
            per_prompt.append(pearson(final[finished], lengths[finished]))
    everything = numpy.concatenate(finals)
    return {
        "partial_final_pearson": {p: round(float(numpy.mean(r)), 3) for p, r in correlations.items()},
        "partial_final_pearson_lowest": {p: round(min(r), 3) for p, r in correlations.items()},
        "mean_best": {n: round(float(numpy.mean(values)), 3) for n, values in best.items()},
        "finished_share": round(float(numpy.mean([a["finished"] for r in records for a in r["answers"]])), 3),
        "reward_length_correlation": {
            "pooled, centred on each prompt": round(pearson(numpy.concatenate(finished_rewards), numpy.concatenate(finished_lengths)), 3),
            "mean over prompts with at least 8 finished": round(float(numpy.mean(per_prompt)), 3),
            "prompts": len(per_prompt),
        },
        "reward_quantiles": {q: round(float(numpy.quantile(everything, q)), 2) for q in (0, 0.1, 0.5, 0.9, 0.99, 1)},
    }, finals


def latency(scorer: Scorer) -> dict:
    """Milliseconds a text, in batches of 64 of one length; the best of five."""
    chance, result = numpy.random.default_rng(SEED), {}
    for length in (128, 192, 256):
        batch = {
            "input_ids": chance.integers(1000, 30000, (64, length)),
            "attention_mask": numpy.ones((64, length), numpy.int64),
            "token_type_ids": numpy.zeros((64, length), numpy.int64),
        }
        times = []
        for _ in range(5):
            start = time.perf_counter()
            scorer.session.run(["logits"], batch)
            times.append(time.perf_counter() - start)
        result[length] = round(min(times) / 64 * 1000, 2)
    return result


def as_markdown(results: dict) -> str:
    lines = ["| pair | target | whole answers | cut at 40 tokens |", "|---|---|---|---|"]
    for kind, meaning in MEANINGS.items():
        target = f"{TARGETS[kind]:.0%}" if kind in TARGETS else ""
        cells = [results["ordered"][cut][kind]["right"] for cut in ("whole", "40")]
        lines.append(f"| {meaning} | {target} | {cells[0]:.1%} | {cells[1]:.1%} |")
    candidates = results["candidates"]
    lines += ["", "| tokens | Pearson's r, partial against final reward (mean over prompts) | lowest prompt |", "|---|---|---|"]
    lines += [f"| {p} | {r} | {candidates['partial_final_pearson_lowest'][p]} |" for p, r in candidates["partial_final_pearson"].items()]
    best = candidates["mean_best"]
    lines += ["", "| N | " + " | ".join(map(str, best)) + " |", "|---" * (len(best) + 1) + "|"]
    lines += ["| mean best reward | " + " | ".join(f"{value:.2f}" for value in best.values()) + " |"]
    return "\n".join(lines) + "\n"


def evaluate_reward_model(work: Path, folder: Path = REWARD_FOLDER) -> None:
    decode = Generator.load_decoder(GENERATOR_FILE)
    scorer = Scorer(folder)
    graded = read_answers(work / "held-out-graded.jsonl")
    results = {"ordered": {}}
    for cut in (None, 40):
        results["ordered"][str(cut or "whole")] = shares_right(scorer, ordered_pairs(graded, decode, cut))
    results["candidates"], finals = candidate_measures(scorer, read_answers(work / "held-out-candidates.jsonl"), decode)
    results["milliseconds_a_text"] = latency(scorer)
    (work / "rewards.json").write_text(json.dumps([final.tolist() for final in finals]))
    (RECIPE / "results.json").write_text(json.dumps(results, indent=2) + "\n")
    (RECIPE / "results.md").write_text(as_markdown(results))
    print(as_markdown(results))
    print(json.dumps({key: value for key, value in results["candidates"].items() if "pearson" not in key}, indent=1))
