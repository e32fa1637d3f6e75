import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.support.shop_machine import ShopMachine

UNHURRIED = settings(deadline=None, suppress_health_check=list(HealthCheck))


def test_the_shop_does_what_the_model_says(engine, books):
    some = {"memory": 40}.get(engine, 8)
    run_state_machine_as_test(
        ShopMachine.on(books),
        settings=settings(UNHURRIED, max_examples=some, stateful_step_count=25),
    )


@pytest.mark.heavy
@pytest.mark.timeout(900)
def test_the_shop_does_what_the_model_says_for_long(engine, books):
    many = {"memory": 200}.get(engine, 40)
    run_state_machine_as_test(
        ShopMachine.on(books),
        settings=settings(UNHURRIED, max_examples=many, stateful_step_count=100),
    )
