"""The description and the application agree on what is taken and what is refused."""

from collections.abc import Callable, Iterator

import pytest
import schemathesis
import structlog
from hypothesis import HealthCheck, assume, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import FailureGroup
from schemathesis.core.parameters import ParameterLocation

from cashhaven_adapters.litestar.application import create_application
from cashhaven_adapters.litestar.settings import WebSettings
from cashhaven_app.testing import open_shop
from cashhaven_app.use_cases import use_case_providers
from tests.adapters.litestar.support import KnownTokens, read_position

pytestmark = pytest.mark.slow

TRIALS = 5
# Whether these take what each field allows hangs on the fields together, or on what there is.
FIELDS_MUST_AGREE = {
    "register_user",
    "register_client",
    "update_user",
    "update_client",
    "update_parameters",
    "register_sale",
    "place_order",
    "record_fiscal_answer",
    "move_stock_by_post",
    "move_stock_by_put",
}
load_all_checks()
ACCEPTANCE = CHECKS.get_by_names(["positive_data_acceptance"])


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Say nothing about thousands of requests."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    yield
    structlog.configure(**before)


@pytest.fixture
def schema():
    """The real application with its description, to be tried out by an administrator."""
    shop = open_shop()
    providers: dict[str, Callable[[], object]] = dict(use_case_providers(shop.container.use_cases))
    providers["authenticate"] = lambda: KnownTokens({"adm": shop.administrator})
    providers["stream_position"] = lambda: read_position(shop)
    application = create_application(WebSettings(), providers)
    return schemathesis.openapi.from_asgi("/docs/openapi.json", application)


def negated(case) -> set[ParameterLocation]:
    """Return which parts of the request are wrong on purpose."""
    parts = case.meta.components.items()
    return {where for where, part in parts if part.mode is GenerationMode.NEGATIVE}


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_every_operation_is_what_it_says(schema, mode):
    found = []
    for result in schema.get_all_operations():
        operation = result.ok()

        @given(case=operation.as_strategy(generation_mode=mode))
        @settings(
            max_examples=TRIALS,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        def try_out(case):
            if mode is GenerationMode.POSITIVE:
                # A cursor is ours to make, an end comes after its beginning, of two names one is
                # enough, and a key is used up.
                case.query.pop("depois", None)
                case.query.pop("ate", None)
                case.query.pop("uid", None)
                case.headers.pop("Idempotency-Key", None)
                # In an address this is what broken bytes are read as.
                assume("\ufffd" not in str(case.query))
            # The token is always sent: a header that is missing is no mistake of these trials.
            assume(ParameterLocation.HEADER not in negated(case))
            agrees = case.operation.definition.raw["operationId"] not in FIELDS_MUST_AGREE
            case.call_and_validate(
                headers={"Authorization": "Bearer adm"},
                excluded_checks=[] if agrees else ACCEPTANCE,
            )

        try:
            try_out()
        except FailureGroup as group:
            found.append(f"{operation.label}\n{group}")
        except Unsatisfiable:
            # It takes nothing that could be wrong.
            assert mode is GenerationMode.NEGATIVE
    assert not found, "\n".join(found)
