"""The descriptor of a person's desk."""

from typing import Final

from domain.desk import following, inbox, saved_views
from domain.desk.desk import INITIAL, Desk
from domain.thing import Thing

THING: Final[Thing[Desk]] = Thing(
    "desk", INITIAL, chapters=(following.CHAPTER, inbox.CHAPTER, saved_views.CHAPTER)
)
