"""What the address of the trail asks for: the search as it was typed, and what it means."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from marshmallow import ValidationError

from answerprint.core.forms import by_field
from answerprint.core.problems import Invalid
from audit.pages.frame import midnight
from audit.queries.search import EntryFilter
from audit.schemas.entries import SearchForm

CURSOR = (str, int, int)
"""The shape of the cursors of searches: time, log, index."""
FILTERS = tuple(SearchForm().fields)
"""What a search may say in its address."""


def asked_search(args: Mapping[str, str]) -> dict[str, str]:
    """Return the search as it stands in the address; what is not asked is empty."""
    return {name: args.get(name, "").strip() for name in FILTERS}


def sought_entries(asked: Mapping[str, str]) -> EntryFilter:
    """Return what is sought; raises ``Invalid`` naming the fields at fault."""
    try:
        loaded: dict[str, Any] = SearchForm().load({name: text for name, text in asked.items() if text})
    except ValidationError as error:
        raise Invalid("This search needs another look.", fields=by_field(error.messages)) from error
    loaded["with_readings"] = loaded.pop("readings")
    loaded["since"] = midnight("since", asked["since"])
    loaded["until"] = midnight("until", asked["until"], later=timedelta(days=1))
    if "project" in loaded:
        loaded["project"] = str(loaded["project"])
    return EntryFilter(**loaded)
