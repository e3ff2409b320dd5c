"""What people of the demo say to each other, what they follow, and what they have read of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from deploy.demo.cast import Step
from deploy.demo.quarter import Quarter
from domain.desk.following import FollowThing, UnfollowThing
from domain.desk.inbox import ReadNotifications, VisitHome
from domain.desk.saved_views import SaveView
from domain.facts import Command, Pointer
from domain.talk.comment import PostComment, ReactToComment, ReplyToComment

About = tuple[str, ...]
"""Kind and name: ``("key_result", "lead", "1")``, ``("action", title)``; a check-in's week last."""


@dataclass(frozen=True)
class Said:
    """A comment; ``{mira}`` in its words mentions Mira. ``reactions`` are (emoji, who)."""

    key: str
    who: str
    day: int
    hour: int
    about: About
    words: str
    reply_to: str | None = None
    reactions: tuple[tuple[str, str], ...] = ()


FIRST: Final = (
    Said("press", "lena", 43, 9, ("key_result", "lead", "1"), "The press comes in January at the earliest. {tomas}, **15 minutes** was reckoned with the new one. What do we do with the target?"),
    Said("press-answer", "tomas", 43, 16, ("key_result", "lead", "1"), "25 is what SMED gives us on the old press. I move it tomorrow and write down why.", "press", (("👍", "lena"), ("👍", "kenji"))),
    Said("rush", "ines", 60, 8, ("check_in", "promise", "0", "9"), "First week without a rush list in four years. Thank you all.", None, (("🎉", "tomas"), ("🎉", "mira"), ("🎉", "lena"), ("❤️", "sofia"))),
)  # fmt: skip

SECOND: Final = (
    Said("second-order", "amina", 10, 9, ("objective", "trust"), "{nora} {sofia}: which of our complaints come from a *first* order? I think that is where we lose them."),
    Said("second-order-care", "sofia", 10, 14, ("objective", "trust"), "Six of ten. I put the list into the case view.", "second-order", (("👀", "amina"), ("🙏", "nora"))),
    Said("horn", "kenji", 20, 10, ("obstacle", "andon"), "At line 3 one sees nothing either: {lena}, a *light* would help more than a louder horn.", None, (("👍", "lena"),)),
    Said("horn-answer", "lena", 20, 15, ("obstacle", "andon"), "Both, then. I asked the electrician for Friday.", "horn"),
    Said("drawings", "ravi", 32, 11, ("obstacle", "drawings"), "Nobody has taken this one for two days. {nora}, shall I ask the suppliers myself?"),
    Said("racks", "mira", 40, 10, ("action", "Point-of-use racks for line 2"), "The maker has a broken welding robot. {jonas}, please keep the old shelf for one more week.", None, (("👍", "jonas"),)),
    Said("stations", "jonas", 32, 8, ("check_in", "pack", "1", "5"), "Station 4 is the one that is out. The tape has no place there."),
    Said("stations-answer", "mira", 32, 9, ("check_in", "pack", "1", "5"), "Make it your shadow board, then :-)", "stations", (("😄", "jonas"),)),
    Said("minute", "tomas", 19, 8, ("key_result", "stop", "2"), "84 EUR a minute: I would have guessed 30. Good that we looked.", None, (("😮", "ines"), ("💡", "greta"))),
    Said("farewell", "amina", 38, 9, ("objective", "first"), "Sofia has handed everything over to {pavel}. He is whom you ask from today on."),
    Said("welcome", "ines", 38, 11, ("objective", "first"), "Good luck, {pavel}. My door is open.", "farewell", (("🙏", "pavel"), ("👏", "greta"), ("👏", "tomas"))),
)  # fmt: skip

FOLLOWS: Final = (
    ("ines", 8, ("objective", "rhythm")),
    ("ines", 8, ("objective", "lead")),
    ("greta", 20, ("obstacle", "andon")),
    ("tomas", 22, ("action", "Andon drill on each shift")),
    ("jonas", 16, ("key_result", "pack", "2")),
)  # fmt: skip
UNFOLLOWS: Final = (("tomas", 39, ("action", "Andon drill on each shift")),)
"""Who, on which day of the second quarter, what."""

READ: Final = (("ines", 40), ("tomas", 41), ("mira", 40), ("lena", 33), ("amina", 37))
"""Who was at home last on which day and read all that was there."""

VIEWS: Final = (
    ("ines", 9, "The whole company", "/", True),
    ("tomas", 9, "Open obstacles", "/obstacles", True),
)  # fmt: skip


class Talk:
    """In both quarters; ``head`` is the last position of the log."""

    def __init__(self, first: Quarter, second: Quarter, head: Callable[[], int]) -> None:
        self._first = first
        self._second = second
        self._cast = first.cast
        self._head = head

    def steps(self) -> Iterator[Step]:
        for quarter, comments in ((self._first, FIRST), (self._second, SECOND)):
            for said in comments:
                yield from self._said(quarter, said)
        for wanted, chosen in ((FollowThing, FOLLOWS), (UnfollowThing, UNFOLLOWS)):
            for who, day, about in chosen:
                at = self._second.when(day, 12, 30)
                yield Step(at, partial(self._chosen, wanted, who, at, about))
        for who, day in READ:
            at = self._second.when(day, 18)
            yield Step(at, partial(self._read, who, at))
        for who, day, name, address, starred in VIEWS:
            at = self._second.when(day, 18, 5)
            yield self._own(
                SaveView, who, at,
                view_id=self._cast.id("view", who), name=name, address=address, starred=starred,
            )  # fmt: skip

    def _said(self, quarter: Quarter, said: Said) -> Iterator[Step]:
        at = quarter.when(said.day, said.hour, 25)
        yield Step(at, partial(self._says, quarter, said, at))
        for minute, (emoji, who) in enumerate(said.reactions):
            later = quarter.when(said.day, said.hour, 40 + minute)
            reacts = self._cast.give(
                ReactToComment, who, later, comment_id=self._comment(said.key), emoji=emoji
            )
            yield Step(later, lambda reacts=reacts: [reacts])  # type: ignore[misc]

    def _says(self, quarter: Quarter, said: Said, at: datetime) -> Iterator[Command]:
        names = {who: f"@{id_}" for who, id_ in self._cast.people.items()}
        pointer, within = self._about(quarter, said.about)
        fields: dict[str, Any] = {
            "comment_id": self._comment(said.key), "about": pointer, "within": within,
            "text": said.words.format_map(names),
        }  # fmt: skip
        if said.reply_to:
            fields["reply_to"] = self._comment(said.reply_to)
        wanted = ReplyToComment if said.reply_to else PostComment
        yield self._cast.give(wanted, said.who, at, **fields)

    def _comment(self, key: str) -> str:
        return self._cast.id("comment", key)

    def _chosen(
        self, wanted: type[Command], who: str, at: datetime, about: About
    ) -> Iterator[Command]:
        pointer, _ = self._about(self._second, about)
        yield self._cast.give(wanted, who, at, person_id=self._cast.people[who], about=pointer)

    def _read(self, who: str, at: datetime) -> Iterator[Command]:
        person, upto = {"person_id": self._cast.people[who]}, self._head()
        yield self._cast.give(VisitHome, who, at, position=upto, **person)
        yield self._cast.give(ReadNotifications, who, at, upto=upto, **person)

    def _own(self, wanted: type[Command], who: str, at: datetime, /, **fields: Any) -> Step:
        wish = self._cast.give(wanted, who, at, person_id=self._cast.people[who], **fields)
        return Step(at, lambda: [wish])

    def _about(self, quarter: Quarter, about: About) -> tuple[Pointer, Pointer | None]:
        """What a comment is about, and the key result of a check-in."""
        kind, name, *parts = about
        match kind:
            case "obstacle":
                return Pointer(kind=kind, id=quarter.obstacle(name)), None
            case "action":
                return Pointer(kind=kind, id=quarter.action(name)), None
        ids: Mapping[str, str] = {
            "objective": self._cast.id(str(quarter.monday), name),
            "key_result": self._cast.id(str(quarter.monday), name, *parts[:1]),
        }
        if kind == "check_in":
            number, week = parts
            check_in = self._cast.id(str(quarter.monday), name, number, f"week {week}")
            return Pointer(kind=kind, id=check_in), Pointer(kind="key_result", id=ids["key_result"])
        return Pointer(kind=kind, id=ids[kind]), None
