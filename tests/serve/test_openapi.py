"""Requests of every shape that the OpenAPI page allows or forbids: no server error, no answer that the page does not describe.
WHYREC_CASES sets how many requests at least (`make fuzz`: 10,000)."""

from __future__ import annotations

import contextlib
import os
import threading
import time
import uuid

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.errors import FlakyStrategyDefinition, Unsatisfiable
from schemathesis.config import SchemathesisConfig
from schemathesis.generation.stateful import run_state_machine_as_test

from tests.serve.helpers import fitted_folder
from tests.serve.postgres import free_port
from whyrec.serve.api.app import make_app
from whyrec.serve.main import prepare
from whyrec.serve.settings import Settings

CASES = int(os.environ.get("WHYREC_CASES", "600"))
COUNT = {"requests": 0}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A service that really listens, and its first key."""
    folder = tmp_path_factory.mktemp("fuzz")
    settings_ = Settings(
        store=f"sqlite:///{folder / 'store.db'}",
        models=str(folder / "models"),
        rate=1e9,
        burst=10**9,
    )
    key = prepare(settings_, fitted_folder(folder / "m"))["key"]
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(make_app(settings_), port=port, log_config=None, access_log=False)
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}", {"Authorization": f"Bearer {key}"}
    server.should_exit = True
    thread.join()


def quiet(examples):
    return settings(
        max_examples=examples,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
        derandomize=True,
        database=None,
    )


# What refuses a request that breaks the schema; 413 where it is so large that it is not read.
REFUSED = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429]


def page_of(made):
    """The key is in the configuration: a case made wrong by leaving it out would be sent with it all the same."""
    config = SchemathesisConfig.from_dict(
        {"headers": made[1], "checks": {"negative_data_rejection": {"expected-statuses": REFUSED}}}
    )
    return schemathesis.openapi.from_url(made[0] + "/openapi.json", config=config)


def own_key(case):
    """A valid Idempotency-Key belongs to one request: make it one of this request alone."""
    key = (case.headers or {}).get("Idempotency-Key")
    if key is not None and 0 < len(key) <= 160:
        case.headers["Idempotency-Key"] = f"{key}{uuid.uuid4().hex}"


def test_every_operation_alone(made):
    from hypothesis import given

    page = page_of(made)
    operations = [one.ok() for one in page.get_all_operations()]
    assert len(operations) > 30
    each = max(5, CASES // len(operations))
    for operation in operations:
        for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):
            strategy = operation.as_strategy(generation_mode=mode)

            @quiet(max(2, each // 2))
            @given(case=strategy)
            def check(case):
                COUNT["requests"] += 1
                own_key(case)
                case.call_and_validate(headers=made[1])

            with contextlib.suppress(
                Unsatisfiable
            ):  # nothing can be wrong in a path that takes nothing
                check()
    assert COUNT["requests"] >= CASES // 2


def test_operations_after_each_other(made):
    """Walks from answer to request. The service remembers, so a walk begun again need not go the same way, which
    Hypothesis ends with; the next walk then starts elsewhere."""
    page, wanted = page_of(made), max(CASES, COUNT["requests"] + CASES // 8)
    Machine = page.as_state_machine()

    class Walk(Machine):
        def before_call(self, case):
            own_key(case)

        def get_call_kwargs(self, case):
            COUNT["requests"] += 1
            return {"headers": made[1]}

    walks = 0
    while COUNT["requests"] < wanted:
        walks += 1
        assert walks < CASES, "walks that send nothing"
        with contextlib.suppress(FlakyStrategyDefinition):
            run_state_machine_as_test(
                seed(walks)(Walk),
                settings=settings(quiet(20), stateful_step_count=5, derandomize=False),
            )
