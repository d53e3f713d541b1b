"""The losses against their formulas written out."""

from __future__ import annotations

import math

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from torch.nn import functional as F  # noqa: E402

from whyrec.models.training.losses import full_softmax, gbce, sampled_softmax, with_bias  # noqa: E402


def drawn(t, n, d, seed=0):
    """Hidden states and item vectors that want gradients, and targets."""
    rng = torch.Generator().manual_seed(seed)
    hidden, items = (torch.randn(rows, d, generator=rng).requires_grad_() for rows in (t, n))
    return hidden, items, torch.randint(n, (t,), generator=rng)


def number(loss):
    return float(loss.detach())


# 4,000,000 scores are held at once: 200 items give one piece, 62,500 pieces of 64, 2,000 pieces of 2,000.
@pytest.mark.parametrize(
    ("t", "n"), [(1, 2), (1, 200), (64, 62_500), (65, 62_500), (200, 62_500), (4100, 2_000)]
)
def test_full_softmax_is_cross_entropy_in_value_and_gradients(t, n):
    hidden, items, target = drawn(t, n, 4)
    loss = full_softmax(hidden, items, target)
    ours = torch.autograd.grad(3 * loss, (hidden, items))
    expected = F.cross_entropy(hidden @ items.T, target)
    theirs = torch.autograd.grad(3 * expected, (hidden, items))
    torch.testing.assert_close(loss, expected, rtol=1e-5, atol=1e-6)
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("weight", [0.0, 0.4, 1.0])
def test_a_teacher_is_a_soft_target(weight):
    hidden, items, target = drawn(70, 62_500, 4)
    with torch.no_grad():
        told, known = torch.randn(70, 3), torch.randn(62_500, 3)
    ours = torch.autograd.grad(
        full_softmax(hidden, items, target, teacher=(told, known, weight)), (hidden, items)
    )
    soft = (1 - weight) * F.one_hot(target, len(items)) + weight * torch.softmax(told @ known.T, -1)
    theirs = torch.autograd.grad(F.cross_entropy(hidden @ items.T, soft), (hidden, items))
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-3, atol=1e-7)


def test_full_softmax_in_bfloat16_is_near():
    hidden, items, target = drawn(100, 50, 16)
    loss = full_softmax(hidden, items, target, torch.bfloat16)
    assert loss.dtype == torch.float32
    assert number(loss) == pytest.approx(
        number(F.cross_entropy(hidden @ items.T, target)), rel=2e-2
    )


def test_full_softmax_of_no_number_is_no_number():
    hidden, items, target = drawn(3, 5, 2)
    with torch.no_grad():
        hidden[1, 0] = math.nan
    assert math.isnan(number(full_softmax(hidden, items, target)))


def test_a_bias_is_one_more_dimension():
    hidden, items, _ = drawn(3, 5, 2)
    bias = torch.arange(5.0)
    h, i = with_bias(hidden, items, bias)
    torch.testing.assert_close(h @ i.T, hidden @ items.T + bias)


def test_sampled_softmax_has_the_right_sum_in_expectation():
    hidden, items, target = drawn(1, 40, 3)
    rng = torch.Generator().manual_seed(1)
    with torch.no_grad():
        full = number(F.cross_entropy(hidden @ items.T, target))
        losses = np.array(
            [
                float(
                    sampled_softmax(hidden, items, target, torch.randint(40, (16,), generator=rng))
                )
                for _ in range(4000)
            ]
        )
        # exp(loss) is (sum over items) / exp(own score), and unbiased; the mean's own error is a hundredth of it.
        assert np.exp(losses).mean() == pytest.approx(
            math.exp(full), rel=4 * np.exp(losses).std() / 4000**0.5 / math.exp(full)
        )
        near = [
            abs(
                float(
                    sampled_softmax(hidden, items, target, torch.randint(40, (s,), generator=rng))
                )
                - full
            )
            for s in (100_000,)
        ]
    assert near[0] < 0.02


def test_a_negative_that_is_the_target_does_not_count_against_it():
    hidden, items, target = drawn(4, 6, 3)
    all_of_them = torch.arange(6)
    torch.testing.assert_close(
        sampled_softmax(hidden, items, target, all_of_them),
        F.cross_entropy(hidden @ items.T, target),
    )
    alone = sampled_softmax(hidden[:1], items, target[:1], target[:1].repeat(3))
    assert number(alone) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("t", [0.0, 0.5, 0.75, 1.0])
def test_gbce_is_the_formula_of_the_paper(t):
    hidden, items, _ = drawn(2, 11, 3)
    target, negatives = torch.tensor([0, 1]), torch.tensor([4, 5, 9, 4])
    # alpha = sampled share; beta = alpha (t (1 - 1/alpha) + 1/alpha);
    # (-log(sigmoid(s+)^beta) - sum log(1 - sigmoid(s-))) / (s + 1), 4 negatives.
    alpha = 4 / 10
    beta = alpha * (t * (1 - 1 / alpha) + 1 / alpha)
    scores = (hidden @ items.T).detach().numpy().astype(float)
    sigmoid = 1 / (1 + np.exp(-scores))
    expected = (
        np.mean(
            [
                -math.log(sigmoid[r, target[r]] ** beta)
                - sum(math.log(1 - sigmoid[r, int(j)]) for j in negatives)
                for r in range(2)
            ]
        )
        / 5
    )
    assert number(gbce(hidden, items, target, negatives, t=t)) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("loss", [sampled_softmax, gbce])
def test_gradients_stay_finite_where_all_negatives_are_the_target(loss):
    hidden, items, target = drawn(2, 5, 3)
    target[:] = 2
    value = loss(hidden, items, target, torch.tensor([2, 2]))
    for gradient in torch.autograd.grad(value, (hidden, items)):
        assert torch.isfinite(gradient).all()
