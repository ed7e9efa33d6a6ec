"""Checks the exported folder against the trained model; every line is a fact or the recipe stops."""

from pathlib import Path

import numpy
import onnx
import onnxruntime
import torch
from safetensors.torch import load_file
from transformers import BertForSequenceClassification

from answers import read_answers
from generator import Generator
from scorer import Scorer
from settings import GENERATOR_FILE, REWARD_FOLDER
from train import reward_config, to_batch

LARGEST_FOLDER = 30_000_000
LARGEST_DIFFERENCE = 2e-2


def require(fact: bool, sentence: str) -> None:
    print(("  yes: " if fact else "  NO:  ") + sentence)
    if not fact:
        raise SystemExit("the exported model is not what it should be")


def check_exported_model(work: Path, folder: Path = REWARD_FOLDER) -> None:
    scorer = Scorer(folder)
    decode = Generator.load_decoder(GENERATOR_FILE)
    records = read_answers(work / "held-out-graded.jsonl")[:16]
    pairs = [(r["prompt"], decode(a["tokens"])) for r in records for a in r["answers"][::5]]

    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    require(size <= LARGEST_FOLDER, f"the folder has {size:,} bytes, at most {LARGEST_FOLDER:,}")

    model = BertForSequenceClassification(reward_config())
    model.load_state_dict(load_file(work / "reward.safetensors"))
    model.eval()
    with torch.inference_mode():
        expected = torch.cat([model(**to_batch(scorer.tokenizer, [pair])).logits[:, 0] for pair in pairs]).numpy()
    scores = scorer.score(pairs)
    difference = float(numpy.abs(scores - expected).max())
    require(difference <= LARGEST_DIFFERENCE, f"{len(pairs)} logits differ from torch in fp32 by at most {difference:.1e}")
    require(bool((numpy.argsort(scores) == numpy.argsort(expected)).all()), "the order is the same")

    optimised = work / "optimised.onnx"
    options = onnxruntime.SessionOptions()
    options.optimized_model_filepath = str(optimised)
    onnxruntime.InferenceSession(folder / "onnx" / "model.onnx", options, providers=["CPUExecutionProvider"])
    operations = {node.op_type for node in onnx.load(optimised).graph.node}
    eight_bit = [o for o in operations if "NBits" in o or "Integer" in o or "QLinear" in o or "Quant" in o]
    require(not eight_bit, f"the optimised graph computes in fp32: {', '.join(sorted(operations))}")

    rows = scorer.inputs(pairs)
    same = True
    for length in {len(row["input_ids"]) for row in rows}:
        alike = [row for row in rows if len(row["input_ids"]) == length]
        batch = (alike * 64)[:64]
        together = scorer.run(batch)
        for count in (1, 2, 17, 63):
            same &= bool((scorer.run(batch[-count:]) == together[-count:]).all())
    require(same, "a text's score is the same, bit for bit, alone and in a batch of 64")
