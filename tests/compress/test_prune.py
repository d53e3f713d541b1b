"""Heads, units and blocks come out; what stays is what matters, and the network still agrees with itself."""

from __future__ import annotations

import numpy as np
import pytest

from tests.compress.test_compact import LARGE
from tests.models.test_sequence import planted
from whyrec import registry
from whyrec.compress.prune import Pruning, block_importance, importance
from whyrec.core import ArgumentError

torch = pytest.importorskip("torch")


def network_of(width=16, heads=4, blocks=3):
    from whyrec.models.sequence.network import Network

    torch.manual_seed(0)
    return Network(
        torch.zeros(8, 0),
        torch.ones(8),
        width=width,
        blocks=blocks,
        heads=heads,
        length=6,
        dropout=0.0,
        item_dropout=0.0,
    ).eval()


def losses_of(network):
    torch.manual_seed(1)
    events, goal = torch.randn(5, 6, 16), torch.randn(5, 6, 16)
    return [lambda: ((network(events) - goal) ** 2).mean()]


def test_a_head_that_hands_nothing_on_and_a_dead_unit_are_the_first_to_go_and_nothing_changes():
    network = network_of()
    for block in network.blocks:
        block.out.weight.data[:, 4:12] = 0  # heads 1 and 2
        block.down.weight.data[:, 10:] = 0
    events = torch.randn(3, 6, 16)
    before = network(events)
    Pruning(heads=2, units=10)(network, losses_of(network), 1.0)
    assert [b.heads for b in network.blocks] == [2] * 3
    assert all(
        b.qkv.weight.shape == (24, 16) and b.out.weight.shape == (16, 8) for b in network.blocks
    )
    assert all(
        b.up.weight.shape == (20, 16) and b.down.weight.shape == (16, 10) for b in network.blocks
    )
    assert all(b.by_steps.shape[0] == 2 and b.by_gap.shape[1] == 2 for b in network.blocks)
    assert torch.allclose(network(events), before, atol=1e-5)
    last = network.last(events, torch.tensor([5, 3, 0]))
    assert torch.allclose(
        last, network(events)[torch.arange(3), torch.tensor([5, 3, 0])], atol=1e-5
    )


def test_importance_is_the_gradient_of_a_scale_in_front_of_the_head():
    network, block = (made := network_of()), made.blocks[1]
    [loss] = losses_of(network)
    found = importance(network, [loss])[1][0][2]
    weight, step = block.out.weight.data.clone(), 1e-3
    sides = []
    for scale in (1 + step, 1 - step):
        block.out.weight.data = weight.clone()
        block.out.weight.data[:, 8:12] *= scale
        sides.append(float(loss().detach()))
    assert found == pytest.approx(abs(sides[0] - sides[1]) / (2 * step), rel=0.05)


def test_the_block_without_effect_goes_and_half_of_the_way_is_half():
    network = network_of()
    for part in (network.blocks[1].out, network.blocks[1].down):
        part.weight.data.zero_()
        part.bias.data.zero_()
    events = torch.randn(3, 6, 16)
    before, effects = network(events), block_importance(network, losses_of(network))
    assert effects.shape == (3,)
    if effects.argmin() != 1:  # a block may harm a random goal: without effect means no change
        assert effects[1] == pytest.approx(float(losses_of(network)[0]().detach()), rel=1e-6)
    del network.blocks[1]
    assert torch.allclose(network(events), before, atol=1e-6)
    Pruning(heads=2, units=16)(network, losses_of(network), 0.5)
    assert [b.heads for b in network.blocks] == [3, 3] and [
        b.down.in_features for b in network.blocks
    ] == [40, 40]


def test_a_pruned_compact_model_is_smaller_answers_and_says_what_it_needs():
    data = planted()
    large = registry.model("sequence", **LARGE).fit(data)
    whole, cut = (
        registry.model("compact", item_bytes=8, event_bytes=8, epochs=2, **how).of(large, data)
        for how in ({}, {"heads": 1, "units": 8})
    )
    assert (
        cut.network_.nbytes < whole.network_.nbytes - 4000
    )  # int8 weights that came out; most of so small a file is its graph
    scores = cut.score(data.histories[np.arange(20)])
    assert (
        np.isfinite(scores).all()
        and np.corrcoef(scores.ravel(), large.score(data.histories[np.arange(20)]).ravel())[0, 1]
        > 0.5
    )
    with pytest.raises(ArgumentError, match="epochs"):
        registry.model("compact", epochs=0, heads=1).of(large, data)
    with pytest.raises(ArgumentError, match="heads"):
        Pruning(heads=0)(network_of(), [], 1.0)
