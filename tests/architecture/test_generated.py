"""What is said in the code and read elsewhere says the same."""

import json
import re
from pathlib import Path

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from answerprint.web.done import DONE
from answerprint.web.generated import generated

ROOT = Path(__file__).parents[2]
FILES = generated()


@pytest.mark.parametrize("name", FILES)
def test_generated_file_is_what_the_code_says(name: str) -> None:
    """A generated file that differs from the code is out of date: run 'make openapi'."""
    assert (ROOT / name).read_text(encoding="utf-8") == FILES[name]


def test_api_description_is_valid() -> None:
    """The description is OpenAPI 3.1, as a validator of others' sees it."""
    described = json.loads(FILES["openapi/openapi.json"])

    validate(described, cls=OpenAPIV31SpecValidator)
    assert described["openapi"] == "3.1.0"


def test_every_operation_says_what_it_does_and_needs() -> None:
    """Each operation has a summary, a name of its own, and either a permission or none at all."""
    operations = [
        operation
        for path in json.loads(FILES["openapi/openapi.json"])["paths"].values()
        for method, operation in path.items()
        if method != "parameters"
    ]
    names = [operation["operationId"] for operation in operations]

    assert len(names) == len(set(names))
    assert all(operation.get("summary") for operation in operations)
    assert all("x-permission" in operation or operation.get("security") == [] for operation in operations)


def test_every_success_has_its_sentence() -> None:
    """A page that says something was done finds the sentence for it, and no sentence is left over."""
    used = set()
    for floor in ("audit", "facility", "licensing", "reviews"):
        for path in (ROOT / floor).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            used |= set(re.findall(r'\bdone(?:=|: str = | = )"([a-z-]+)"', text))
            used |= set(re.findall(r'\bdone ?= ?"[a-z-]+" if [^"]+ else "([a-z-]+)"', text))

    assert used == set(DONE)
