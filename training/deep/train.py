"""The training itself: one run from a mix of examples to a network, the same for the same seed."""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from rich.progress import Progress, TextColumn
from tokenizers import Tokenizer
from torch import Tensor, nn

from chalicelib.scoring.deep import as_trained
from chalicelib.scoring.text import prepared
from training.deep.examples import Example, Target, batches
from training.deep.network import Network, loss_of, padded


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """What a run is made of besides its examples."""

    epochs: int = 3
    size: int = 32
    """Posts a step."""
    rate: float = 1.5e-4
    """Learning rate of the top layer and, times ten, of the heads."""
    layer_decay: float = 0.9
    """The rate of a layer as a share of that of the layer above it."""
    frozen_layers: int = 0
    """How many of the lowest layers, and the embeddings with them, stay as they are."""
    decay: float = 0.01
    dropout: float = 0.1
    warm_up: float = 0.06
    average_from: float = 0.6
    """From which share of the run on the weights are averaged."""
    longest: int = 80
    """Tokens read of a post."""
    weights: tuple[tuple[str, float], ...] = (("mood", 1.0), ("urgency", 1.0), ("topic", 0.3))
    hardly_wake_weight: float = 0.3
    seed: int = 1


def tokenizer_of(folder: Path, longest: int) -> Tokenizer:
    """The encoder's own tokenizer, cutting at `longest` tokens and padding nothing."""
    tokenizer: Tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(longest)
    return tokenizer


def train(
    encoder: Path,
    epoch: Callable[[int], Sequence[Example]],
    recipe: Recipe,
    *,
    priors: dict[str, Target],
    start: Sequence[Path] = (),
    after_epoch: Callable[[Network, int], None] = lambda network, number: None,
) -> Network:
    """Fine-tunes the encoder on `epoch(0)`, `epoch(1)`, … and gives the averaged network.

    With `start`, files of `Network.state_dict`, it goes on from there: from the mean of the
    weights where there are several (Wortsman et al. 2022, "Model soups"), which alone, after no
    epoch at all, is often better than each of them.
    """
    random.seed(recipe.seed)
    torch.manual_seed(recipe.seed)
    network = Network(encoder, dropout=recipe.dropout)
    if start:
        network.load_state_dict(_mean([torch.load(path, weights_only=True) for path in start]))
    tokenizer = tokenizer_of(encoder, recipe.longest)
    padding: int = network.encoder.config.pad_token_id or 0
    mixes = [epoch(number) for number in range(recipe.epochs)]
    steps = sum(math.ceil(len(mix) / recipe.size) for mix in mixes)
    optimizer = torch.optim.AdamW(_groups(network, recipe), betas=(0.9, 0.98), fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _pace(step, steps, recipe))
    average = torch.optim.swa_utils.AveragedModel(
        network, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.998)
    )
    done = 0
    columns = (*Progress.get_default_columns(), TextColumn("loss {task.fields[loss]:.3f}"))
    with Progress(*columns) as progress:
        bar = progress.add_task("training", total=steps, loss=math.nan)
        for number, mix in enumerate(mixes):
            tokens = _tokens(tokenizer, [one.text for one in mix])
            network.train()
            recent = math.nan
            for places in batches(
                [len(ids) for ids in tokens], size=recipe.size, seed=recipe.seed + number
            ):
                ids, mask = padded([tokens[place] for place in places], padding)
                with torch.autocast("cpu", torch.bfloat16):
                    logits = network(ids, mask)
                loss = loss_of(
                    logits,
                    [mix[place] for place in places],
                    weights=dict(recipe.weights),
                    priors=priors,
                    hardly_wake_weight=recipe.hardly_wake_weight,
                )
                optimizer.zero_grad(set_to_none=True)
                loss.backward()
                nn.utils.clip_grad_norm_(network.parameters(), 1.0)
                optimizer.step()
                schedule.step()
                done += 1
                if done >= recipe.average_from * steps:
                    average.update_parameters(network)
                recent = loss.item() if math.isnan(recent) else 0.98 * recent + 0.02 * loss.item()
                progress.update(bar, advance=1, loss=recent)
            after_epoch(network, number)
    averaged: Network = average.module
    averaged.eval()
    return averaged


def logits_of(
    network: Network, encoder: Path, texts: Sequence[str], *, longest: int = 128
) -> Tensor:
    """The network's logits for each text, in their order."""
    tokenizer = tokenizer_of(encoder, longest)
    padding: int = network.encoder.config.pad_token_id or 0
    tokens = _tokens(tokenizer, texts)
    order = sorted(range(len(texts)), key=lambda place: len(tokens[place]))
    network.eval()
    found: list[Tensor | None] = [None] * len(texts)
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for start in range(0, len(order), 64):
            places = order[start : start + 64]
            ids, mask = padded([tokens[place] for place in places], padding)
            for place, row in zip(places, network(ids, mask).float(), strict=True):
                found[place] = row
    return torch.stack([row for row in found if row is not None])


def _mean(states: Sequence[dict[str, Tensor]]) -> dict[str, Tensor]:
    """The mean of several networks' weights; whole numbers, such as positions, are the first's."""
    return {
        name: torch.stack([state[name] for state in states]).mean(0)
        if first.is_floating_point()
        else first
        for name, first in states[0].items()
    }


def _tokens(tokenizer: Tokenizer, texts: Sequence[str]) -> list[list[int]]:
    read = [as_trained(prepared(text)) for text in texts]
    return [encoding.ids for encoding in tokenizer.encode_batch(read)]


def _groups(network: Network, recipe: Recipe) -> list[dict[str, object]]:
    """Parameters with their rates: the lower a layer, the slower it changes."""
    layers = network.encoder.config.num_hidden_layers
    groups: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        layer = layers
        # Below all layers; a bias that all layers share counts as below, too, or the frozen ones
        # would have to be walked back through.
        if ".embeddings." in name or ".relative_attention_bias" in name:
            layer = -1
        elif ".layer." in name:
            layer = int(name.split(".layer.")[1].split(".")[0])
        if layer < recipe.frozen_layers and recipe.frozen_layers:
            parameter.requires_grad_(False)
            continue
        rate = recipe.rate * recipe.layer_decay ** (layers - 1 - min(layer, layers - 1))
        if name.startswith("heads."):
            rate = recipe.rate * 10
        decay = recipe.decay if parameter.dim() > 1 else 0.0
        groups.setdefault((rate, decay), []).append(parameter)
    return [
        {"params": parameters, "lr": rate, "weight_decay": decay}
        for (rate, decay), parameters in groups.items()
    ]


def _pace(step: int, steps: int, recipe: Recipe) -> float:
    """Up in a straight line, then down in a cosine to a twentieth."""
    first = max(1, int(steps * recipe.warm_up))
    if step < first:
        return (step + 1) / first
    return 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * (step - first) / max(1, steps - first)))
