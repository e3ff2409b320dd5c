"""What clients send about obstacles."""

from typing import Literal

from api.core.bodies import About
from api.core.descriptions import Description, Links
from api.core.fields import Id, Request, Text, Title

Severity = Literal["low", "medium", "high"]
Type = Literal["resource", "dependency", "clarity", "priority", "external"]
Category = Literal["people", "method", "machine", "material", "measurement", "environment"]


class NewObstacle(Request):
    title: Title
    about: About
    severity: Severity
    type: Type | None = None
    owner_id: Id | None = None
    next_action: Text | None = None
    description: Description | None = None
    links: Links = ()
    reason: Text | None = None


class ObstacleEdit(Request):
    """Only the fields that are given change; null takes away what may be absent."""

    title: Title = ""
    description: Description | None = None
    links: Links = ()
    severity: Severity = "low"
    type: Type | None = None
    owner_id: Id | None = None
    next_action: Text | None = None
    about: About | None = None
    reason: Text | None = None


class Why(Request):
    """One answer of the 5 Whys; ``under`` is the answer it explains."""

    answer: Text
    under: Id | None = None
    evidence: Text | None = None
    reason: Text | None = None


class WhyEdit(Request):
    """Only the fields that are given change."""

    answer: Text = ""
    evidence: Text | None = None
    reason: Text | None = None


class Cause(Request):
    category: Category
    text: Text
    reason: Text | None = None


class CauseEdit(Request):
    """Only the fields that are given change."""

    category: Category = "people"
    text: Text = ""
    reason: Text | None = None


class RootCause(Request):
    why_id: Id
    reason: Text | None = None


class Resolution(Request):
    result: Text
    evidence: Text
    reason: Text | None = None
