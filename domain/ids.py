"""Names for the ids that facts carry: UUIDv7 strings, one type per kind of thing."""

from typing import NewType

PersonId = NewType("PersonId", str)
AbsenceId = NewType("AbsenceId", str)
TeamId = NewType("TeamId", str)
CycleId = NewType("CycleId", str)
PolicyId = NewType("PolicyId", str)
ObjectiveId = NewType("ObjectiveId", str)
KeyResultId = NewType("KeyResultId", str)
CheckInId = NewType("CheckInId", str)
ObstacleId = NewType("ObstacleId", str)
WhyId = NewType("WhyId", str)
CauseId = NewType("CauseId", str)
ActionId = NewType("ActionId", str)
CommentId = NewType("CommentId", str)
SavedViewId = NewType("SavedViewId", str)
