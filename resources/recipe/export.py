"""Writes the trained model as the folder that Winnow opens: config, tokenizer, ONNX graph.

The graph is written by hand. Matrices lie in it as 8-bit integers with one scale a row, behind
plain Cast and Mul nodes, which onnxruntime folds into fp32 weights when it loads the model: the
file is small and the arithmetic fp32. (DequantizeLinear would be fused into an 8-bit product.)
The word embedding stays in 8 bits: its rows are gathered first, then scaled. In the last layer
only the [CLS] position is computed, as nothing else is read.
"""

import json
import shutil
from pathlib import Path

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

from quantize import integer_rows
from settings import MODELS, REWARD_FOLDER

WIDTH, HEADS, LAYERS, EPSILON = 384, 12, 6, 1e-12
MICROSOFT = "com.microsoft"


class Graph:
    """Collects nodes and weights, with names made up on the way."""

    def __init__(self, weights: dict[str, numpy.ndarray]):
        self.weights = weights
        self.nodes, self.initializers, self.count = [], {}, 0

    def node(self, operation: str, *inputs: str, domain: str = "", outputs: int = 1, **attributes):
        self.count += 1
        names = [f"{operation}_{self.count}" + (f"_{i}" if outputs > 1 else "") for i in range(outputs)]
        self.nodes.append(helper.make_node(operation, list(inputs), names, domain=domain, **attributes))
        return names if outputs > 1 else names[0]

    def constant(self, name: str, value: numpy.ndarray) -> str:
        self.initializers[name] = numpy_helper.from_array(numpy.ascontiguousarray(value), name)
        return name

    def weight(self, name: str) -> str:
        """A weight that stays fp32: norms, biases, positions."""
        return self.constant(name, self.weights[name])

    def matrix(self, names: list[str], label: str) -> str:
        """Linear weights, side by side, as 8-bit integers and scales; the result is [inputs, outputs]."""
        parts = [integer_rows(self.weights[name + ".weight"]) for name in names]
        integers = numpy.concatenate([p[0] for p in parts]).T
        scales = numpy.concatenate([p[1] for p in parts]).T
        integer_name = self.constant(f"{label}.integers", integers)
        scale_name = self.constant(f"{label}.scales", scales)
        return self.node("Mul", self.node("Cast", integer_name, to=TensorProto.FLOAT), scale_name)

    def bias(self, names: list[str], label: str) -> str:
        return self.constant(f"{label}.bias", numpy.concatenate([self.weights[name + ".bias"] for name in names]))

    def linear(self, value: str, names: list[str], label: str) -> str:
        return self.node("Add", self.node("MatMul", value, self.matrix(names, label)), self.bias(names, label))

    def norm(self, value: str, name: str) -> str:
        return self.node(
            "LayerNormalization", value, self.weight(name + ".weight"), self.weight(name + ".bias"), axis=-1, epsilon=EPSILON
        )

    def add_and_norm(self, value: str, residual: str, bias: str, name: str) -> str:
        return self.node(
            "SkipLayerNormalization",
            value, residual, self.weight(name + ".weight"), self.weight(name + ".bias"), bias,
            domain=MICROSOFT, epsilon=EPSILON,
        )  # fmt: skip


def build_graph(weights: dict[str, numpy.ndarray]) -> onnx.ModelProto:
    graph = Graph(weights)
    hidden = embed(graph)
    mask = graph.node("Cast", "attention_mask", to=TensorProto.INT32)
    for layer in range(LAYERS):
        hidden = encoder_layer(graph, hidden, mask, layer, only_first=layer == LAYERS - 1)
    pooled = graph.node("Tanh", graph.linear(hidden, ["bert.pooler.dense"], "pooler"))
    product = graph.node("MatMul", pooled, graph.constant("classifier.weight", weights["classifier.weight"].T))
    logits = graph.node("Add", product, graph.weight("classifier.bias"))
    shape = graph.constant("logits_shape", numpy.array([-1, 1], dtype=numpy.int64))
    graph.nodes.append(helper.make_node("Reshape", [logits, shape], ["logits"]))
    ids = lambda name: helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "sequence"])
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "winnow-reward-minilm",
            [ids("input_ids"), ids("attention_mask"), ids("token_type_ids")],
            [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 1])],
            list(graph.initializers.values()),
        ),
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(MICROSOFT, 1)],
        producer_name="winnow-recipe",
        ir_version=8,
    )
    onnx.checker.check_model(model)
    return model


def embed(graph: Graph) -> str:
    """Words (8-bit rows, gathered, then scaled), positions and token types, added and normalised."""
    prefix = "bert.embeddings."
    integers, scales = integer_rows(graph.weights[prefix + "word_embeddings.weight"])
    rows = graph.node("Gather", graph.constant("words.integers", integers), "input_ids", axis=0)
    row_scales = graph.node("Gather", graph.constant("words.scales", scales), "input_ids", axis=0)
    words = graph.node("Mul", graph.node("Cast", rows, to=TensorProto.FLOAT), row_scales)
    number = lambda name, value: graph.constant(name, numpy.array(value, dtype=numpy.int64))
    length = graph.node("Gather", graph.node("Shape", "input_ids"), number("length_axis", [1]), axis=0)
    positions = graph.node(
        "Slice", graph.weight(prefix + "position_embeddings.weight"), number("zero", [0]), length, number("position_axis", [0])
    )
    types = graph.node("Gather", graph.weight(prefix + "token_type_embeddings.weight"), "token_type_ids", axis=0)
    return graph.norm(graph.node("Add", graph.node("Add", words, types), positions), prefix + "LayerNorm")


def encoder_layer(graph: Graph, hidden: str, mask: str, layer: int, only_first: bool) -> str:
    """One layer of BERT; with `only_first`, its output is the [CLS] position alone."""
    prefix = f"bert.encoder.layer.{layer}."
    attention = prefix + "attention.self."
    query_key_value = [attention + part for part in ("query", "key", "value")]
    if only_first:
        reader = graph.node(
            "Slice", hidden,
            graph.constant("slice_start", numpy.array([0], dtype=numpy.int64)),
            graph.constant("slice_end", numpy.array([1], dtype=numpy.int64)),
            graph.constant("slice_axis", numpy.array([1], dtype=numpy.int64)),
        )  # fmt: skip
        query = graph.node("MatMul", reader, graph.matrix(query_key_value[:1], f"{layer}.query"))
        both = graph.node("MatMul", hidden, graph.matrix(query_key_value[1:], f"{layer}.key_value"))
        halves = graph.constant(f"{layer}.halves", numpy.array([WIDTH] * 2, dtype=numpy.int64))
        key, value = graph.node("Split", both, halves, outputs=2, axis=-1)
        hidden = reader
    else:
        product = graph.node("MatMul", hidden, graph.matrix(query_key_value, f"{layer}.query_key_value"))
        thirds = graph.constant(f"{layer}.thirds", numpy.array([WIDTH] * 3, dtype=numpy.int64))
        query, key, value = graph.node("Split", product, thirds, outputs=3, axis=-1)
    mixed = graph.node(
        "MultiHeadAttention", query, key, value, graph.bias(query_key_value, f"{layer}.query_key_value"), mask,
        domain=MICROSOFT, num_heads=HEADS,
    )  # fmt: skip
    output = prefix + "attention.output."
    mixed = graph.node("MatMul", mixed, graph.matrix([output + "dense"], f"{layer}.attention_output"))
    hidden = graph.add_and_norm(mixed, hidden, graph.weight(output + "dense.bias"), output + "LayerNorm")
    wide = graph.node("MatMul", hidden, graph.matrix([prefix + "intermediate.dense"], f"{layer}.intermediate"))
    wide = graph.node("BiasGelu", wide, graph.weight(prefix + "intermediate.dense.bias"), domain=MICROSOFT)
    narrow = graph.node("MatMul", wide, graph.matrix([prefix + "output.dense"], f"{layer}.output"))
    return graph.add_and_norm(narrow, hidden, graph.weight(prefix + "output.dense.bias"), prefix + "output.LayerNorm")


def write_tokenizer(base: Path, folder: Path) -> None:
    """The base's tokenizer without its fixed padding and its cut at 128 tokens."""
    tokenizer = json.loads((base / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer["truncation"] = tokenizer["padding"] = None
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False), encoding="utf-8")
    special = {f"{name}_token": f"[{name.upper()}]" for name in ("cls", "sep", "pad", "mask", "unk")}
    settings = {
        "tokenizer_class": "BertTokenizer",
        "model_max_length": 512,
        "do_lower_case": True,
        "strip_accents": None,
        "tokenize_chinese_chars": True,
        **special,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(settings, indent=2) + "\n")


def export_reward_model(work: Path, folder: Path = REWARD_FOLDER) -> None:
    from train import reward_config

    (folder / "onnx").mkdir(parents=True, exist_ok=True)
    config = reward_config()
    config.to_json_file(folder / "config.json", use_diff=False)
    write_tokenizer(work / "base", folder)
    model = build_graph(load_file(work / "reward.safetensors"))
    (folder / "onnx" / "model.onnx").write_bytes(model.SerializeToString())
    if not (folder / "LICENSE").exists():
        shutil.copy(MODELS / "smollm2-135m-instruct" / "LICENSE", folder / "LICENSE")
