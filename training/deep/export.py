"""Packs a trained network: ONNX with 8-bit weights, the tokenizer, nothing else.

Matrices are quantised per output channel and embeddings as a table of bytes; activations are
quantised while it runs (dynamic quantisation of ONNX Runtime). Imported only where torch, onnx and
onnxruntime are installed (requirements-train.txt).
"""

import shutil
import tempfile
from pathlib import Path
from typing import Any

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from training.deep.network import Network


class _Shipped(nn.Module):
    """The network with the two inputs that the shipped model has."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        logits: Tensor = self.network(input_ids, attention_mask)
        return logits


def export(network: Network, encoder: Path, folder: Path) -> None:
    """Writes `model.onnx` and `tokenizer.json` into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    network.eval()
    ids = torch.randint(1000, 2000, (2, 9))
    with tempfile.TemporaryDirectory() as scratch:
        whole = Path(scratch) / "whole.onnx"
        torch.onnx.export(
            _Shipped(network),
            (ids, torch.ones_like(ids)),
            str(whole),
            input_names=["input_ids", "attention_mask"],
            output_names=["logits"],
            dynamic_axes={
                "input_ids": {0: "posts", 1: "tokens"},
                "attention_mask": {0: "posts", 1: "tokens"},
                "logits": {0: "posts"},
            },
            opset_version=17,
            dynamo=False,
        )
        model = onnx.load(whole)
        quantize_dynamic(
            model,
            folder / "model.onnx",
            op_types_to_quantize=["MatMul", "Gemm", "Gather"],
            per_channel=True,
            # Seven bits a weight: x86 without VNNI adds products in 16 bits; eight would overflow.
            reduce_range=True,
            weight_type=QuantType.QInt8,
            nodes_to_exclude=_heads(model),
            extra_options={"MatMulConstBOnly": True},
        )
    shutil.copyfile(encoder / "tokenizer.json", folder / "tokenizer.json")


def _heads(model: Any) -> list[str]:
    """The last matrix: it is tiny, and rounding it costs more than its bytes save."""
    return [node.name for node in model.graph.node if "/heads/" in node.name]
