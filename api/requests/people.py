"""Bodies about people and teams."""

from typing import Literal

from api.fields import Email, Id, Request, Title, Word


class NewPerson(Request):
    name: Title
    email: Email


class NewTeam(Request):
    name: Title
    kind: Literal["company", "department", "team", "lean"]
    parent_id: Id | None = None


class Membership(Request):
    role: Literal["lead", "member"]
    department: Word | None = None
    level: Word | None = None
