"""REST does what its OpenAPI document says, whatever is sent: no 5xx, answers as described."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.extensions import db
from app.models.systems import Memo
from tests.records import make, system
from tests.rest import Rest

CHOSEN = r"^/api/v1/(systems|priorities|memos|users|ips|change-sets|search|jobs|names|workflows|snapshots|export-profiles|[a-z]+/create-many)"
"""Enough to have every kind of field once; what is the same for all is in the other contract tests."""
CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["good", "bad"])
def test_rest_obeys_its_document(app, mode):
    rest = Rest(app, "ada")
    make(Memo, system=system("SRV01"), text="seen")
    db.session.rollback()
    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, headers=rest.headers)

    @settings(
        max_examples=4,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def send_some(operation, data):
        case = data.draw(operation.as_strategy(generation_mode=mode, headers=rest.headers))
        case.validate_response(case.call(), checks=CHECKS)

    tried = 0
    for operation in document.include(path_regex=CHOSEN).get_all_operations():
        send_some(operation.ok())
        tried += 1
    assert tried > 30
