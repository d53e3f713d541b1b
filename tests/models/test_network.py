"""The network: attention by hand and fused, what a state may read, and what trust does."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch.nn import functional as F  # noqa: E402

from whyrec.models.sequence.network import GAPS, Block, ItemTower, Network, attention_by_hand  # noqa: E402


def network(n=12, t=3, width=8, blocks=2, heads=2, length=10, dropout=0.0, seed=0):
    torch.manual_seed(seed)
    made = Network(
        torch.randn(n, t),
        torch.arange(n),
        width=width,
        blocks=blocks,
        heads=heads,
        length=length,
        dropout=dropout,
        item_dropout=0.5,
    )
    with torch.no_grad():
        for block in made.blocks:  # as they are after some training
            block.by_gap.normal_(0, 0.5)
    return made


def test_fused_attention_is_the_one_by_hand():
    torch.manual_seed(0)
    q, k, v = torch.randn(3, 2, 4, 7, 5)
    bias = torch.randn(2, 4, 7, 7).masked_fill(
        torch.ones(7, 7, dtype=torch.bool).triu(1), -torch.inf
    )
    torch.testing.assert_close(
        attention_by_hand(q, k, v, bias), F.scaled_dot_product_attention(q, k, v, attn_mask=bias)
    )


@pytest.mark.parametrize("clock", [False, True])
@pytest.mark.parametrize("own_steps", [False, True])
def test_both_ways_through_the_network_agree(clock, own_steps):
    net = network().eval()
    x = torch.randn(3, 9, 8)
    times = torch.randint(0, 10**8, (3, 9)).cumsum(1) if clock else None
    steps = torch.tensor([[20, 15, 9, 7, 5, 4, 2, 1, 0]] * 3) if own_steps else None
    torch.testing.assert_close(
        net(x, steps=steps, times=times, fused=True),
        net(x, steps=steps, times=times),
        atol=1e-5,
        rtol=1e-5,
    )


def test_attention_is_softmax_of_scaled_products():
    q, k, v = (
        torch.tensor([[[[1.0, 1.0]]]]),
        torch.tensor([[[[1.0, 0.0], [0.0, 3.0]]]]),
        torch.tensor([[[[1.0], [5.0]]]]),
    )
    first, second = np.exp(1 / 2**0.5), np.exp(3 / 2**0.5 - 1)
    out = attention_by_hand(q, k, v, torch.tensor([[[[0.0, -1.0]]]]))
    assert float(out) == pytest.approx((first + 5 * second) / (first + second), rel=1e-5)


@pytest.mark.parametrize("fused", [False, True])
def test_a_state_reads_no_later_event(fused):
    net = network().eval()
    x, times = torch.randn(2, 8, 8), torch.arange(8).repeat(2, 1) * 1000
    before = net(x, times=times, fused=fused)
    changed = x.clone()
    changed[:, 5:] = torch.randn(2, 3, 8)
    later = times.clone()
    later[:, 5:] += 10**7
    after = net(changed, times=later, fused=fused)
    torch.testing.assert_close(after[:, :5], before[:, :5], atol=1e-6, rtol=1e-6)
    assert (after[:, 5:] - before[:, 5:]).abs().max() > 0.1


def test_steps_in_a_row_are_what_is_taken_without_any():
    net = network().eval()
    x = torch.randn(2, 6, 8)
    steps = torch.arange(5, -1, -1).repeat(2, 1)
    torch.testing.assert_close(net(x, steps=steps), net(x), atol=1e-6, rtol=1e-6)
    assert not torch.allclose(net(x, steps=2 * steps), net(x), atol=1e-4)


def test_more_steps_than_the_length_count_as_its_last():
    net = network(length=4).eval()
    x = torch.randn(1, 2, 8)
    near, far = (net(x, steps=torch.tensor([[s, 0]])) for s in (3, 4000))
    torch.testing.assert_close(near, far)


def test_gaps_are_powers_of_two_of_seconds():
    times = torch.tensor([[0, 0, 1, 3, 100, 10**12]])
    gaps = Network._gaps(times)[0]
    assert (
        gaps[1, 0] == 0
        and gaps[2, 1] == 1
        and gaps[3, 0] == 2
        and gaps[4, 0] == 6
        and gaps[5, 0] == GAPS - 1
    )
    assert (gaps.triu(1) == 0).all()


# --- the item tower ------------------------------------------------------------------------------------


def test_an_item_without_events_is_known_by_its_side_alone():
    net = network().eval()
    vectors, events, bias = net.tower()
    with torch.no_grad():
        net.tower.own[0] += 100
        net.tower.own_event[0] += 100
        net.tower.bias[0] += 100
        net.tower.own[1] += 100
    again = net.tower()
    torch.testing.assert_close(again[0][0], vectors[0])
    torch.testing.assert_close(again[1][0], events[0])
    assert bias[0] == again[2][0] == 0
    assert (again[0][1] - vectors[1]).abs().max() > 1


def test_one_stand_in_serves_all_items_without_events_and_no_others():
    net = network().eval()
    before = net.tower()
    with torch.no_grad():
        net.tower.unknown += 1
        net.tower.unknown_event += torch.arange(net.tower.unknown_event.numel())
        net.tower.unknown_bias += 2
    after = net.tower()
    without = net.tower.log_counts == 0
    assert without.any() and not without.all()
    for old, new, step in zip(before, after, (1.0, None, 2.0), strict=True):
        torch.testing.assert_close(new[~without], old[~without])
        moved = new[without] - old[without]
        assert (
            (moved.abs() > 1e-3).any()
            if step is None
            else torch.allclose(moved, torch.full_like(moved, step), atol=1e-6)
        )


def test_trust_rises_with_events():
    net = network().eval()
    with torch.no_grad():
        net.tower.own[:] = 1.0
        for p in net.tower.adapter.parameters():
            p.zero_()
    vectors = net.tower()[0][:, 0]
    assert vectors[0] == 0 and (vectors.diff() > 0).all() and vectors[-1] < 1


def test_items_are_left_out_in_training_alone():
    net = network(n=400)
    torch.manual_seed(1)
    share = float((net.train().tower()[2] == 0).float().mean())
    assert 0.4 < share < 0.6
    assert float((net.eval().tower()[2] == 0).float().mean()) < 0.1


def test_without_a_side_own_vectors_are_never_left_out():
    tower = ItemTower(torch.zeros(50, 0), torch.ones(50), 4, 0.0, 0.9).train()
    vectors, events, _ = tower()
    assert (vectors.abs().sum(1) > 0).all() and tower.adapter is None and events.shape == (50, 4)


def test_the_bias_starts_from_popularity():
    bias = ItemTower(torch.zeros(4, 0), torch.tensor([0, 1, 10, 100]), 4, 0.0, 0.0).bias
    assert bias[0] == 0 and bias[1] < bias[2] < bias[3]
    assert float((bias[3] - bias[1]).detach()) == pytest.approx(np.log(100), rel=1e-5)
    assert (ItemTower(torch.zeros(3, 0), torch.zeros(3), 4, 0.0, 0.0).bias == 0).all()


def test_factors_become_own_vectors_at_the_spread_of_chance():
    tower = ItemTower(torch.zeros(200, 0), torch.ones(200), 8, 0.0, 0.0)
    rng = np.random.default_rng(0)
    source, target = (rng.normal(size=(200, 5)).astype(np.float32) * 7 for _ in range(2))
    tower.start_from(source, target)
    assert float(tower.own[:, :5].detach().std()) == pytest.approx(8**-0.5, rel=1e-3)
    np.testing.assert_allclose(
        np.corrcoef(tower.own_event[:, 0].detach(), source[:, 0])[0, 1], 1.0, rtol=1e-5
    )
    assert (tower.own[:, 5:] != 0).all()


def test_dropout_is_for_training_alone():
    torch.manual_seed(0)
    block = Block(8, 2, 10, dropout=0.5)
    x, steps = torch.randn(1, 4, 8), torch.zeros(4, 4, dtype=torch.long)
    assert torch.equal(block.eval()(x, steps), block(x, steps))
    assert not torch.equal(block.train()(x, steps), block(x, steps))


@pytest.mark.parametrize(("heads", "width"), [(1, 4), (4, 8)])
def test_any_number_of_heads_and_no_block_at_all(heads, width):
    assert network(width=width, heads=heads)(torch.randn(1, 3, width)).shape == (1, 3, width)
    assert network(width=width, heads=heads, blocks=0)(torch.randn(1, 3, width)).shape == (
        1,
        3,
        width,
    )


@pytest.mark.parametrize("clock", [False, True])
@pytest.mark.parametrize("own_steps", [False, True])
@pytest.mark.parametrize("blocks", [1, 3])
def test_the_last_state_alone_is_the_one_of_all(clock, own_steps, blocks):
    net = network(blocks=blocks).eval()
    x, ends = torch.randn(3, 9, 8), torch.tensor([8, 0, 4])
    times = torch.randint(0, 10**8, (3, 9)).cumsum(1) if clock else None
    steps = torch.tensor([[20, 15, 9, 7, 5, 4, 2, 1, 0]] * 3) if own_steps else None
    every = net(x, steps=steps, times=times)[torch.arange(3), ends]
    for fused in (False, True):
        torch.testing.assert_close(
            net.last(x, ends, steps=steps, times=times, fused=fused), every, atol=1e-5, rtol=1e-5
        )
