import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.support.selling_machine import SellingMachine

UNHURRIED = settings(deadline=None, suppress_health_check=list(HealthCheck))


def test_selling_does_what_the_model_says(engine, books):
    some = {"memory": 25}.get(engine, 5)
    run_state_machine_as_test(
        SellingMachine.on(books),
        settings=settings(UNHURRIED, max_examples=some, stateful_step_count=25),
    )


@pytest.mark.heavy
@pytest.mark.timeout(900)
def test_selling_does_what_the_model_says_for_long(engine, books):
    run_state_machine_as_test(
        SellingMachine.on(books),
        settings=settings(UNHURRIED, max_examples=40, stateful_step_count=100),
    )
