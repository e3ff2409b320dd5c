"""What a view promises: nothing of a thing is overlooked. What a view gives is shown by
``tests/test_new_thing.py``.
"""

from dataclasses import replace
from typing import Any

import pytest

from domain.thing import Overlooked
from projections.catalogue import VIEWS
from projections.view import Views
from tests.new_thing import VIEW


@pytest.mark.parametrize(
    ("forgotten", "message"),
    [
        ({"stored": None}, r"rows of lesson: nothing about .*lesson-withdrawn"),
        ({"telling": VIEW.telling[:3]}, r"telling of lesson: nothing about .*lesson-withdrawn"),
        ({"telling": (*VIEW.telling, VIEW.telling[0])}, r"lesson-captured is named twice"),
        ({"awake": None}, r"lesson has a clock"),
        ({"parts": {}}, r"parts of lesson: takeaway"),
        ({"owes": VIEWS.of("action").owes}, r"owes of lesson: .* is another thing's"),
    ],
)
def test_a_view_that_overlooks_something_cannot_be_made(forgotten: dict[str, Any], message: str):
    with pytest.raises(Overlooked, match=message):
        replace(VIEW, **forgotten)


def test_two_views_of_one_kind_cannot_stand_together():
    with pytest.raises(Overlooked, match="lesson"):
        Views((VIEW, VIEW))
