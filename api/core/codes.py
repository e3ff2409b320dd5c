"""Every stable problem code this API answers with of its own, and what it means.

The domain's refusals add theirs (``illegal-move``, ``title-taken`` …); they are listed below the
edge's own so that a client finds all of them in one place.
"""

from collections.abc import Mapping
from types import MappingProxyType

EDGE: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
        "unreadable-request": (400, "What came is no HTTP/1.1 request."),
        "unreadable-json": (400, "The body is missing or is not JSON."),
        "unreadable-text": (400, "The body is not UTF-8, or a text holds NUL or half a surrogate."),
        "unreadable-number": (400, "NaN, Infinity, too many digits, or out of range."),
        "unreadable-duplicate": (400, "An object names a field twice."),
        "unreadable-depth": (400, "Nested too deeply."),
        "unreadable-moment": (400, "as_of is no RFC 3339 time with an offset and no @position."),
        "moment-ahead": (
            400,
            "as_of is in the future or past the log's end, or effective_at after as_of.",
        ),
        "unreadable-position": (400, "A position is a whole number."),
        "position-ahead": (400, "The position lies beyond the log's end."),
        "unreadable-cursor": (400, "The cursor was changed, or belongs to another list."),
        "unreadable-if-match": (400, "If-Match is neither a quoted version nor *."),
        "unreadable-idempotency-key": (400, "The key is empty, too long or not plain ASCII."),
        "untrusted-host": (400, "The Host header names no server of ours."),
        "unauthorized": (401, "No key, an unknown key, or a revoked one."),
        "holder-inactive": (401, "The person whose key it is has left."),
        "unknown-person": (401, "TrueNorth-Person names nobody."),
        "forbidden": (403, "Your role may not do this."),
        "local-only": (403, "Local mode answers to this machine only."),
        "cross-site": (403, "A page of another origin began this write."),
        "not-found": (404, "No such thing or address, or not for you to know of."),
        "method-not-allowed": (405, "The address does not take that method."),
        "past-is-read-only": (409, "A write came with as_of."),
        "already-exists": (409, "It exists already."),
        "stale-version": (412, "It has changed since; current_version tells."),
        "too-large": (413, "The body is larger than 256 KiB."),
        "unsupported-media-type": (415, "The body is not application/json."),
        "invalid-request": (422, "Fields are missing, unknown or of the wrong type; see errors."),
        "idempotency-key-reused": (422, "The key was used for another request."),
        "if-match-needed": (428, "Say which version you saw."),
        "too-many-guesses": (429, "Too many unknown keys came from your address."),
        "head-too-large": (431, "The request line and headers are larger than 64 KiB."),
        "store-away": (503, "The store does not answer; nothing was written."),
        "disk-full": (503, "The store has no room left; nothing was written."),
        "store-damaged": (503, "The log or the directory is damaged; nothing was written."),
        "unreadable-fact": (503, "A fact was written by a newer release, or is damaged."),
        "view-halted": (503, "A view stands still; detail, view and reason say which and why."),
        "views-damaged": (503, "The store of the views is damaged and has to be rebuilt."),
        "not-ready": (503, "Something is red; the field red says what."),
        "projection-behind": (503, "The views have not reached TrueNorth-Min-Position."),
        "fault": (500, "A fault of ours; it was logged."),
    }
)

DOMAIN: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
        "illegal-move": (409, "The state forbids it; allowed lists the next moves."),
        "title-taken": (409, "Another objective of the team has this title in the cycle."),
        "too-many-objectives": (409, "The team has as many objectives as the policy allows."),
        "person-inactive": (409, "The person has left: choose somebody else."),
        "team-dissolved": (409, "The team was dissolved: choose another, or restore it first."),
        "team-owns-things": (409, "The team still has open things; the field owns lists them."),
        "team-circle": (422, "A team cannot stand under itself."),
        "cycle-closed": (409, "The cycle is closed."),
        "wip-limit": (409, "The column is full."),
        "person-needed": (409, "Only people may: send TrueNorth-Person, or a person's key."),
        "comment-withdrawn": (409, "The comment was withdrawn; write a new one."),
        "too-many-views": (409, "So many views are saved already: discard one first."),
        "not-yours": (403, "It is somebody else's."),
        "unknown-mention": (422, "The text mentions somebody who is not here."),
        "too-many-mentions": (422, "The text mentions too many people."),
        "invalid-address": (422, "The address of a saved view is a path of this server."),
        "grading-locked": (409, "Grades are locked; regrade with a reason."),
        "already-corrected": (409, "Correct the latest correction instead."),
        "already-withdrawn": (409, "The check-in was withdrawn; record a new one."),
        "contended": (409, "Others kept changing the same thing; look again, then repeat."),
        "reason-required": (422, "This needs a reason."),
        "approver-is-owner": (403, "Somebody other than the owner approves it."),
        "alignment-loop": (422, "Supports must not lead back to the objective."),
        "alignment-moved": (409, "What stands above has changed meanwhile. Try again."),
        "column-unknown": (422, "The board has no such column."),
        "column-not-empty": (409, "Cards stand in a column that is to go; columns names them."),
        "root-cause-required": (409, "An obstacle of high severity needs a root cause first."),
        "why-explained": (409, "Deeper whys stand under the answer."),
        "why-is-root-cause": (409, "The answer is a root cause; unmark it first."),
        "use-correct-measure": (422, "The measure was wrong from the start: correct it instead."),
        "degenerate-measure": (422, "The target equals the baseline."),
        "unknown-policy-version": (422, "The policy has no such version."),
        "outside-window": (409, "This is possible only in its window."),
    }
)
