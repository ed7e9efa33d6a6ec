"""Trains the reward model: a BERT on (prompt, answer) with one output, on ordered pairs.

Bradley-Terry: the probability that A is better than B is sigmoid(score A - score B). All texts of
a group are scored once and used in all pairs that are known among them.
"""

import json
import random
import time
from collections import defaultdict
from pathlib import Path

import torch
import torch.nn.functional as functional
from torch import distributed
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from transformers import BertConfig, BertForSequenceClassification

from answers import read_answers
from generator import Generator
from pairs import Group, make_group
from quantize import keep_rounded, round_while_training
from settings import ANSWER_TOKENS, GENERATOR_FILE, SEED, VALIDATION_PROMPTS

FIRST_STEPS = 500
STEPS = 650  # the last 150, begun at half the learning rate, see two more repeated sentences in each group
PROCESSES = 2
GROUPS_PER_STEP = 4
SHORTEST_CUT = 10
LEARNING_RATE = 1e-4
HEAD_LEARNING_RATE = 4e-4
WARM_UP = 40
SCORE_PENALTY = 0.001
KIND_WEIGHTS = {"topic": 0.5}


def reward_config() -> BertConfig:
    return BertConfig(
        vocab_size=30522,
        hidden_size=384,
        num_hidden_layers=6,
        num_attention_heads=12,
        intermediate_size=1536,
        max_position_embeddings=512,
        layer_norm_eps=1e-12,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        num_labels=1,
        id2label={0: "reward"},
        label2id={"reward": 0},
        architectures=["BertForSequenceClassification"],
    )


def start_model(base: Path) -> BertForSequenceClassification:
    """The base with a new head. A small pooler keeps its tanh in the linear part: a wide, unsquashed scale."""
    torch.manual_seed(SEED)
    config = reward_config()
    config._attn_implementation = "eager"  # on a processor, its gradient takes a third of the fused one's time
    model = BertForSequenceClassification(config)
    model.bert.load_state_dict(load_file(base / "model.safetensors"), strict=False)
    with torch.no_grad():
        model.bert.pooler.dense.weight.copy_(0.2 * torch.eye(384) + 0.002 * torch.randn(384, 384))
        model.bert.pooler.dense.bias.zero_()
        model.classifier.weight.normal_(0, 0.05)
        model.classifier.bias.zero_()
        round_while_training(model)
    return model


def load_tokenizer(path: Path) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def to_batch(tokenizer: Tokenizer, pairs: list[tuple[str, str]]) -> dict[str, torch.Tensor]:
    encodings = tokenizer.encode_batch(pairs)
    length = max(len(e.ids) for e in encodings)
    pad = lambda values: values + [0] * (length - len(values))
    return {
        "input_ids": torch.tensor([pad(e.ids) for e in encodings]),
        "attention_mask": torch.tensor([pad(e.attention_mask) for e in encodings]),
        "token_type_ids": torch.tensor([pad(e.type_ids) for e in encodings]),
    }


def score_groups(model, tokenizer, groups: list[Group]) -> list[torch.Tensor]:
    """The scores of all texts, group by group."""
    batch = to_batch(tokenizer, [(g.prompt, text) for g in groups for text in g.texts])
    with torch.autocast("cpu", torch.bfloat16):
        hidden = model.bert(**batch).pooler_output
    scores = model.classifier(hidden.float())[:, 0]
    return list(scores.split([len(g.texts) for g in groups]))


def random_groups(records: list[dict], decode, chance: random.Random, cut: int, count: int, more_loops: bool) -> list[Group]:
    groups = []
    for record in chance.sample(records, count):
        other = chance.choice([r for r in chance.sample(records, 2) if r is not record])
        groups.append(make_group(record, other, cut, decode, chance, more_loops))
    return groups


def validate(model, tokenizer, groups: list[Group]) -> str:
    """The share of validation pairs in the right order, by kind."""
    right = defaultdict(list)
    with torch.inference_mode():
        for start in range(0, len(groups), 4):
            part = groups[start : start + 4]
            for group, scores in zip(part, score_groups(model, tokenizer, part)):
                for better, worse, kind in group.pairs:
                    right[kind].append(float(scores[better] > scores[worse]))
    return "  ".join(f"{kind} {sum(v) / len(v):.2f}" for kind, v in sorted(right.items()))


def pair_loss(groups: list[Group], scores: list[torch.Tensor]) -> torch.Tensor:
    """Bradley-Terry over all known pairs, and a small penalty that keeps the scores near zero."""
    differences, weights = [], []
    for group, group_scores in zip(groups, scores):
        for better, worse, kind in group.pairs:
            differences.append(group_scores[better] - group_scores[worse])
            weights.append(KIND_WEIGHTS.get(kind, 1.0))
    weights = torch.tensor(weights)
    losses = functional.softplus(-torch.stack(differences))
    return (losses * weights).sum() / weights.sum() + SCORE_PENALTY * torch.cat(scores).square().mean()


def learning_rate_share(step: int) -> float:
    """Up during the warm-up, down until FIRST_STEPS, then once more from a half."""
    if step < FIRST_STEPS:
        return min((step + 1) / WARM_UP, max(0.02, (FIRST_STEPS - step) / (FIRST_STEPS - WARM_UP)))
    return 0.5 * max(0.02, (STEPS - step) / (STEPS - FIRST_STEPS))


def average_gradients(parameters: list[torch.nn.Parameter]) -> None:
    """One exchange a step: every process goes on with the mean gradient of all."""
    gradients = [p.grad for p in parameters]
    flat = torch.cat([g.flatten() for g in gradients])
    distributed.all_reduce(flat)
    flat /= distributed.get_world_size()
    for gradient, part in zip(gradients, flat.split([g.numel() for g in gradients])):
        gradient.copy_(part.view_as(gradient))


def train_process(rank: int, processes: int, work: Path) -> None:
    """One of the processes, each with one thread; they share every step's groups among them.

    Goes on from the last state saved; delete training.pt to begin anew.
    """
    torch.set_num_threads(1)
    meeting = f"file://{(work / 'meeting').resolve()}"
    distributed.init_process_group("gloo", init_method=meeting, rank=rank, world_size=processes)
    records = sorted(read_answers(work / "answers.jsonl"), key=lambda r: r["prompt"])
    random.Random(SEED).shuffle(records)
    validation, training = records[:VALIDATION_PROMPTS], records[VALIDATION_PROMPTS:]
    decode = Generator.load_decoder(GENERATOR_FILE)
    tokenizer = load_tokenizer(work / "base" / "tokenizer.json")
    model = start_model(work / "base")
    model.train()

    chance = random.Random(f"{SEED} validation")
    validation_groups = [
        make_group(r, chance.choice(training), cut, decode, chance) for cut in (ANSWER_TOKENS, 40) for r in validation
    ]
    named = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    in_head = lambda name: "classifier" in name or "pooler" in name
    body = [p for name, p in named if not in_head(name)]
    head = [p for name, p in named if in_head(name)]
    optimizer = torch.optim.AdamW(
        [{"params": body, "lr": LEARNING_RATE}, {"params": head, "lr": HEAD_LEARNING_RATE}], weight_decay=0.01, fused=True
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, learning_rate_share)
    parts, first, losses = (model, optimizer, schedule), 1, []
    saved = work / "training.pt"
    if saved.exists():
        first, losses, states = torch.load(saved)
        for part, state in zip(parts, states):
            part.load_state_dict(state)
    start = time.time()
    for step in range(first, STEPS + 1):
        shorter = random.Random(f"{SEED} cut {step}").randint(SHORTEST_CUT, ANSWER_TOKENS)
        cut = ANSWER_TOKENS if step % 2 else shorter
        chance = random.Random(f"{SEED} training {rank} {step}")
        groups = random_groups(training, decode, chance, cut, GROUPS_PER_STEP // processes, step > FIRST_STEPS)
        scores = score_groups(model, tokenizer, groups)
        loss = pair_loss(groups, scores)
        optimizer.zero_grad()
        loss.backward()
        average_gradients(body + head)
        torch.nn.utils.clip_grad_norm_(body + head, 1.0)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
        if rank == 0 and step % 25 == 0:
            spread = torch.cat(scores).std().item()
            print(f"  step {step}  loss {sum(losses[-50:]) / len(losses[-50:]):.3f}  spread {spread:.2f}  {time.time() - start:.0f} s", flush=True)
        if rank == 0 and (step % 200 == 0 or step == STEPS):
            print(f"  validation: {validate(model, tokenizer, validation_groups)}", flush=True)
        if rank == 0 and step % 50 == 0:
            torch.save((step + 1, losses, [part.state_dict() for part in parts]), saved)
    if rank == 0:
        keep_rounded(model)
        save_file({name: tensor.contiguous() for name, tensor in model.state_dict().items()}, work / "reward.safetensors")
        (work / "training.json").write_text(json.dumps({"steps": STEPS, "losses": losses}))
    distributed.destroy_process_group()


def train_reward_model(work: Path) -> None:
    """Two processes of one thread each, whatever the machine, so that the result does not depend on it."""
    (work / "meeting").unlink(missing_ok=True)
    torch.multiprocessing.spawn(train_process, (PROCESSES, work), nprocs=PROCESSES)
