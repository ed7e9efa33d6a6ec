"""Weights on an 8-bit grid: one scale a row, symmetric.

Training sees the rounded weights from the first step on (the gradient passes the rounding as if
it were not there), so storing them in 8 bits afterwards loses nothing at all.
"""

import numpy
import torch
from torch import nn
from torch.nn.utils import parametrize


def row_scales(weight: torch.Tensor) -> torch.Tensor:
    return weight.abs().amax(dim=1, keepdim=True).clamp(min=1e-8) / 127


def round_rows(weight: torch.Tensor) -> torch.Tensor:
    scales = row_scales(weight)
    return (weight / scales).round() * scales


class RoundedRows(nn.Module):
    def forward(self, weight: torch.Tensor) -> torch.Tensor:
        return weight + (round_rows(weight) - weight).detach()


def round_while_training(model: nn.Module) -> None:
    """Round the frozen word embedding for good, and every linear layer but the last at each use."""
    embedding = model.bert.embeddings.word_embeddings.weight
    embedding.requires_grad_(False)
    embedding.copy_(round_rows(embedding))
    for module in model.bert.modules():
        if isinstance(module, nn.Linear):
            parametrize.register_parametrization(module, "weight", RoundedRows())


def keep_rounded(model: nn.Module) -> None:
    """Make the rounded weights the model's own, and stop rounding."""
    for module in model.bert.modules():
        if isinstance(module, nn.Linear):
            parametrize.remove_parametrizations(module, "weight", leave_parametrized=True)


def integer_rows(weight: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray]:
    """A rounded matrix as 8-bit integers and one scale a row; their product is the matrix again."""
    scales = numpy.maximum(numpy.abs(weight).max(axis=1, keepdims=True), 1e-8) / 127
    return numpy.round(weight / scales).astype(numpy.int8), scales.astype(numpy.float32)
