"""Scores texts with the exported folder, the way the application does.

A text is padded to the next multiple of 32 of its own length and shares a batch only with texts
of that length, so its score never depends on its company.
"""

from collections import defaultdict
from pathlib import Path

import numpy
import onnxruntime
from tokenizers import Tokenizer

BATCH = 64
WINDOW = 512


class Scorer:
    def __init__(self, folder: Path, threads: int = 0):
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(folder / "onnx" / "model.onnx", options, providers=["CPUExecutionProvider"])
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))

    def inputs(self, pairs: list[tuple[str, str]]) -> list[dict[str, numpy.ndarray]]:
        """Every (prompt, answer) as a row of its padded length."""
        rows = []
        for encoding in self.tokenizer.encode_batch(pairs):
            padded = -(-len(encoding.ids) // 32) * 32
            assert padded <= WINDOW, "longer than the model's window"
            pad = lambda values: numpy.array(values + [0] * (padded - len(values)), dtype=numpy.int64)
            rows.append(
                {
                    "input_ids": pad(encoding.ids),
                    "attention_mask": pad(encoding.attention_mask),
                    "token_type_ids": pad(encoding.type_ids),
                }
            )
        return rows

    def run(self, rows: list[dict[str, numpy.ndarray]]) -> numpy.ndarray:
        """The scores of rows that have one length."""
        batch = {name: numpy.stack([row[name] for row in rows]) for name in rows[0]}
        return self.session.run(["logits"], batch)[0][:, 0]

    def score(self, pairs: list[tuple[str, str]]) -> numpy.ndarray:
        rows = self.inputs(pairs)
        places = defaultdict(list)
        for place, row in enumerate(rows):
            places[len(row["input_ids"])].append(place)
        scores = numpy.empty(len(rows), dtype=numpy.float32)
        for same_length in places.values():
            for start in range(0, len(same_length), BATCH):
                part = same_length[start : start + BATCH]
                scores[part] = self.run([rows[place] for place in part])
        return scores
