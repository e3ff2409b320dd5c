"""Things that a request names by their ids: whether they exist, and where they are at home.

Most have a stream of their own, so the log tells. Parts, such as key results and check-ins, live in
another's stream; the views know in whose, and are waited for before an id counts as unknown.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Column
from sqlalchemy.exc import SQLAlchemyError

from api.core.bodies import About, Discussed
from api.core.fields import UUID_TEXT
from api.core.present import once_built
from api.core.problems import Problem, behind, invalid_field, refused
from api.services import Services
from domain.facts import Pointer
from domain.people.person import Person, refuse_person
from journal.draft import Draft
from projections.engine.errors import ViewHalted
from projections.engine.versions import Row
from projections.obligations.pages import titles_of
from projections.view import Home

_PATIENCE: Final = 2.0


def pointer_to(services: Services, about: About, pointer: str = "/about") -> Pointer:
    """What an obstacle or an action is about; ``pointer`` is its place in the body.

    Raises 422 for a kind that they cannot be about, and 404 when there is no such thing.
    """
    return _one_of(services, about, services.things.about, pointer)


def discussed(services: Services, about: Discussed) -> Pointer:
    """What people comment on or follow. Raises 422 and 404 as :func:`pointer_to` does."""
    return _one_of(services, about, services.things.discussed, "/about")


def _one_of(
    services: Services, about: About | Discussed, kinds: tuple[str, ...], pointer: str
) -> Pointer:
    if about.kind not in kinds:
        *others, last = (f"'{kind}'" for kind in kinds)
        raise invalid_field(f"{pointer}/kind", f"One of {', '.join(others)} or {last} is needed.")
    must_exist(services, about.kind, about.id, pointer)
    return Pointer(kind=about.kind, id=about.id)


def title_of(services: Services, thing: Pointer | None, upto: int | None) -> str | None:
    """The title of a thing up to a position, None for the present; None if no view knows it.

    Whoever shows a single thing needs no view for the rest of it, so none has to be up for this.
    """
    if thing is None:
        return None
    views, name = services.views, (thing.kind, thing.id)
    try:
        present = views.moment(None, services.clock.now())
        known = present if upto is None else replace(present, position=min(upto, present.position))
        with views.reading() as look:
            return titles_of(look, known, [name]).get(name)
    except (ViewHalted, SQLAlchemyError):
        return None


def must_exist(services: Services, kind: str, thing_id: str | None, pointer: str) -> None:
    """There is such a thing, if one is named at all; a person who is named has not left.

    Raises 404, or 409 ``person-inactive``, with ``pointer``, the place in the body that names it.
    """
    if thing_id is not None and kind == "person":
        person: Person = services.journal.state(f"person/{thing_id}")[0]
        if refusal := refuse_person(person, thing_id, pointer):
            raise refused(refusal)
        return
    if thing_id is not None and not exists(services, kind, thing_id):
        detail = f"There is no {kind.replace('_', ' ')} {thing_id}."
        raise Problem(404, "not-found", detail, errors=[{"pointer": pointer, "detail": detail}])


def exists(services: Services, kind: str, thing_id: str) -> bool:
    """True when there is a thing, or a part of one, of that kind and id, and it is not gone."""
    if (home := services.catalogue.parts.get(kind)) is None:
        return _there(services, f"{kind}/{thing_id}")
    if isinstance(services.journal, Draft) and (stream := services.journal.home_of(thing_id)):
        return _there(services, stream)
    row = _row(services, home, thing_id)
    return row is not None and _there(services, f"{home.kind}/{row[f'{home.kind}_id']}")


def _there(services: Services, stream: str) -> bool:
    state, version = services.journal.state(stream)
    kind, _, thing_id = stream.partition("/")
    thing = services.things.of(kind)
    return (version > 0 or thing_id in thing.always) and not thing.gone(state)


def homes_of_key_results(services: Services, ids: Collection[str]) -> dict[str, str]:
    """Of those key results that there are: the objective in whose stream each lives."""
    journal, home = services.journal, services.catalogue.parts["key_result"]
    found: dict[str, str] = {}
    if isinstance(journal, Draft):
        streams = {each: stream for each in ids if (stream := journal.home_of(each))}
        found = {each: stream.partition("/")[2] for each, stream in streams.items()}
    for waited in (False, True):
        sought = [each for each in ids if each not in found]
        if not sought:
            break
        arrived = not waited or services.views.wait_for(
            journal.head(), _PATIENCE, (home.projection,)
        )
        rows = _rows(services, home.ids, sought)
        found |= {row[home.ids.name]: row["objective_id"] for row in rows}
        if not arrived and len(found) < len(ids):
            raise behind("the end of the log")
    return found


def home_of_check_in(services: Services, check_in_id: str) -> tuple[str, str] | None:
    """Ids of the objective and the key result of a check-in; None when there is no such one."""
    if not UUID_TEXT.match(check_in_id):
        return None
    row = _row(services, services.catalogue.parts["check_in"], check_in_id)
    return (row["objective_id"], row["key_result_id"]) if row is not None else None


def home_of_key_result(services: Services, key_result_id: str) -> str | None:
    """The id of the objective of a key result; None when there is no such one."""
    if not UUID_TEXT.match(key_result_id):
        return None
    row = _row(services, services.catalogue.parts["key_result"], key_result_id)
    return None if row is None else str(row["objective_id"])


def _row(services: Services, home: Home, part_id: str) -> Row | None:
    """The row of the present that holds such an id, if there is one.

    An id that somebody names is in the log by now, whichever process wrote it. Raises 503 when
    the views are too far behind the log to deny it.
    """
    found = _rows(services, home.ids, [part_id])
    if not found:
        arrived = services.views.wait_for(services.journal.head(), _PATIENCE, (home.projection,))
        found = _rows(services, home.ids, [part_id])
        if not found and not arrived:
            raise behind("the end of the log")
    return found[0] if found else None


def _rows(services: Services, ids: Column[Any], sought: Collection[str]) -> Sequence[Row]:
    def look() -> Sequence[Row]:
        with services.views.reading() as reading:
            present = services.views.moment(None, services.clock.now())
            return reading.rows(ids.table, present, ids.in_(sought))

    return once_built(services, look)
