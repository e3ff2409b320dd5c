"""Bodies about people and teams."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from api.fields import Id, Request, Title, Word


class NewPerson(Request):
    name: Title
    email: Annotated[
        str, StringConstraints(pattern=r"^[^@\s]{1,64}@[^@\s]{1,255}$", max_length=320)
    ]


class NewTeam(Request):
    name: Title
    kind: Literal["company", "department", "team", "lean"]
    parent_id: Id | None = None


class Membership(Request):
    role: Literal["lead", "member"]
    department: Word | None = None
    level: Word | None = None
