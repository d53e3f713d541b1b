"""Requests of every shape that the OpenAPI page allows or forbids: no server error, no answer that the page does not describe.
WHYREC_CASES sets how many requests at least (`make fuzz`: 10,000)."""

from __future__ import annotations

import os

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.generation.stateful import run_state_machine_as_test

from tests.serve.helpers import served

CASES = int(os.environ.get("WHYREC_CASES", "600"))
COUNT = {"requests": 0}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    with served(tmp_path_factory.mktemp("fuzz"), rate=1e9, burst=10**9) as one:
        yield one


def quiet(examples):
    return settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck),
                    phases=[Phase.explicit, Phase.generate], derandomize=True, database=None)


def page_of(made):
    return schemathesis.openapi.from_asgi("/openapi.json", made.client.app)


def head(made, case):
    # The fuzzer must not take its own key away, nor erase what the other tests stand on: a new database each run suffices.
    return {"Authorization": f"Bearer {made.keys['admin']}"}


def test_every_operation_alone(made):
    from hypothesis import given

    page = page_of(made)
    operations = [one.ok() for one in page.get_all_operations()]
    assert len(operations) > 30
    each = max(5, CASES // len(operations))
    for operation in operations:
        for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):
            try:
                strategy = operation.as_strategy(generation_mode=mode)
            except Exception:
                continue

            @quiet(max(2, each // 2))
            @given(case=strategy)
            def check(case):
                COUNT["requests"] += 1
                case.call_and_validate(headers=head(made, case))

            check()
    assert COUNT["requests"] >= CASES // 2


def test_operations_after_each_other(made):
    page = page_of(made)
    Machine = page.as_state_machine()

    class Walk(Machine):
        def before_call(self, case):
            COUNT["requests"] += 1
            case.headers = {**(case.headers or {}), **head(made, case)}

    run_state_machine_as_test(Walk, settings=settings(max_examples=max(5, CASES // 40), stateful_step_count=5, deadline=None,
                                                      suppress_health_check=list(HealthCheck), derandomize=True, database=None))
