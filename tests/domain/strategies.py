"""Any fact and any command there is, drawn from their fields; ids collide on purpose."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import UnionType
from typing import Annotated, Any, Literal, NewType, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import AwareDatetime, BaseModel

from domain.facts import Command, Fact
from domain.things import THINGS

IDS = ("a", "b", "c")
MILESTONES = ("draft.open", "align.open", "run.open", "week-03.ask", "grade.lock", "close", "due")
WORDS = (
    *IDS,
    *MILESTONES,
    "open",
    "doing",
    "done",
    " ",
    "Europe/Berlin",
    "Asia/Kathmandu",
    "09:00",
)

EPOCH = datetime(2025, 11, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 270 * 24 * 60).map(lambda minutes: EPOCH + timedelta(minutes=minutes))
DAYS = st.dates(date(2025, 11, 1), date(2026, 8, 1))
NUMBERS = st.decimals(-3, 9, places=2) | st.sampled_from(
    [Decimal(0), Decimal(1), Decimal("1e99"), Decimal("-1e-99")]
)


def anything(annotation: Any) -> st.SearchStrategy[Any]:
    """Values of a field with this annotation."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if isinstance(annotation, NewType):
        return st.sampled_from(IDS)
    if origin is Annotated:
        return anything(inner[0])
    if origin in (Union, UnionType):
        return st.one_of([anything(each) for each in inner])
    if origin is Literal:
        return st.sampled_from(inner)
    if origin is tuple:
        return st.lists(anything(inner[0]), max_size=3).map(tuple)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return drawn(annotation)
    return {
        str: st.sampled_from(WORDS),
        int: st.integers(-1, 30),
        bool: st.booleans(),
        type(None): st.none(),
        date: DAYS,
        datetime: INSTANTS,
        AwareDatetime: INSTANTS,
        Decimal: NUMBERS,
    }[annotation]


def drawn(model: type[BaseModel]) -> st.SearchStrategy[Any]:
    """Instances of ``model``; a field with a default often keeps it."""
    required, optional = {}, {}
    for name, field in model.model_fields.items():
        if field.is_required():
            required[name] = anything(field.annotation)
        else:
            optional[name] = anything(field.annotation)
    return st.fixed_dictionaries(required, optional=optional).map(lambda fields: model(**fields))


def facts() -> st.SearchStrategy[Fact]:
    """Any fact."""
    return st.sampled_from(list(THINGS.facts.values())).flatmap(drawn)


def commands() -> st.SearchStrategy[Command]:
    """Any command."""
    return st.sampled_from(tuple(THINGS.commands)).flatmap(drawn)
