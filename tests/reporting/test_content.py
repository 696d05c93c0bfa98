"""Content survives its way through JSON, and its hash depends on nothing else."""

from __future__ import annotations

import json

from feedback.reporting import content
from tests.reporting.documents import a_content, an_empty_content


def test_content_comes_back_from_json_as_it_was() -> None:
    for written in (a_content(), an_empty_content()):
        stored = json.loads(json.dumps(content.to_dict(written)))
        assert content.from_dict(stored) == written


def test_the_hash_does_not_depend_on_the_order_of_keys() -> None:
    data = content.to_dict(a_content())
    turned = dict(reversed(data.items()))
    assert content.hash_of(turned) == content.hash_of(data)
    assert content.hash_of({**data, "received": 1}) != content.hash_of(data)
