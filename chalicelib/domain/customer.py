"""A customer: one person, with one or more profiles, and what agents know of them."""

import hashlib
from base64 import b32encode
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.errors import BadInput
from chalicelib.domain.mention import Mention
from chalicelib.domain.ticket import CustomerId, MoodAt, Note, TicketId

MOST_PROFILES = 10
MOST_NOTES = 50
MOST_NOTED = 40_000
"""Characters of all notes: a person is stored as one item, which has 400 KB."""

MOST_TICKETS = 50
"""The newest that are remembered by the customer."""

OPENING_LASTS = timedelta(minutes=2)
"""A ticket is listed here before it is stored. Longer than any function may run: one that is
listed and not there after this was left by a crash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One account of a person on one platform."""

    platform: str
    handle: str
    """As the platform writes it, without a leading `@`."""

    @property
    def key(self) -> CustomerId:
        """Equal for every spelling of one profile; safe in a URL path. The id of a customer who
        has been linked to no other is that of their profile."""
        text = f"{self.platform}\0{self.handle.casefold()}"
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:15]
        return CustomerId("c-" + b32encode(digest).decode().lower())


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """One person."""

    id: CustomerId
    profiles: tuple[Profile, ...]
    notes: tuple[Note, ...] = ()
    tickets: tuple[TicketId, ...] = ()
    """Oldest first, at most `MOST_TICKETS`, of any brand."""
    listed_at: datetime | None = None
    """When the newest of `tickets` was listed."""
    version: int = 0
    """Counts its changes; 0: it is not stored yet."""

    def with_ticket(self, id: TicketId, *, now: datetime) -> "Customer":
        """With a ticket that is about to be opened; listed anew when it was listed before."""
        others = tuple(one for one in self.tickets if one != id)
        return replace(self, tickets=(*others, id)[-MOST_TICKETS:], listed_at=now)

    def without_tickets(self, gone: Collection[TicketId]) -> "Customer":
        """Without those that are not there, such as one that a crash left unopened."""
        return replace(self, tickets=tuple(one for one in self.tickets if one not in gone))

    def may_be_opening(self, now: datetime) -> bool:
        """Whether a listed ticket that is not there may be opened at this moment."""
        return self.listed_at is not None and now - self.listed_at < OPENING_LASTS

    def has_profile(self, profile: Profile | None) -> bool:
        return profile is not None and any(one.key == profile.key for one in self.profiles)

    def with_profile(self, profile: Profile) -> "Customer":
        """With a profile by which they were found; itself when it is known."""
        if self.has_profile(profile):
            return self
        return replace(self, profiles=(*self.profiles, profile))

    def with_note(self, note: Note) -> "Customer":
        """Raises BadInput when there are too many."""
        if len(self.notes) >= MOST_NOTES:
            raise BadInput(f"text: this customer has {MOST_NOTES} notes; more are not taken")
        if sum(len(one.text) for one in (*self.notes, note)) > MOST_NOTED:
            raise BadInput("text: the notes of this customer are full; more is not taken")
        return replace(self, notes=(*self.notes, note))

    def linked(self, other: "Customer") -> "Customer":
        """Both are one person: this one, with all that is known of the other.

        Itself when they are one already. Raises BadInput when there would be too many profiles.
        """
        if other.id == self.id:
            return self
        profiles = (
            *self.profiles,
            *(one for one in other.profiles if not self.has_profile(one)),
        )
        if len(profiles) > MOST_PROFILES:
            raise BadInput(f"handle: a customer has at most {MOST_PROFILES} profiles")
        return replace(
            self,
            profiles=profiles,
            notes=tuple(sorted((*self.notes, *other.notes), key=lambda one: one.at))[-MOST_NOTES:],
            tickets=tuple(dict.fromkeys((*other.tickets, *self.tickets)))[-MOST_TICKETS:],
            listed_at=max((one for one in (self.listed_at, other.listed_at) if one), default=None),
        )


class Standing(StrEnum):
    """What somebody is to us, by what they said."""

    REGULAR_CRITIC = "regular-critic"
    ADVOCATE = "advocate"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A standing and its evidence."""

    standing: Standing
    evidence: str
    """What a person reads: "7 of 9 posts since 03 March 2026 were angry, on 3 of 4 occasions"."""


FEWEST = 4
"""Posts below which nobody is marked."""

FEWEST_OCCASIONS = 3
"""Occasions below which nobody is: one bad evening with ten posts makes no regular critic."""

ONE_OCCASION = timedelta(days=3)
"""Posts less than this apart are of one occasion."""

ANGRY = -0.3
GLAD = 0.3


def mark_of(moods: Sequence[MoodAt]) -> Mark | None:
    """Whether somebody is known for one mood: on two of three occasions or more.

    An occasion has the mood of most of its posts, so that one thanks at the end does not hide a
    complaint, nor a slip of ours a friend.
    """
    if len(moods) < FEWEST:
        return None
    occasions = _occasions(sorted(moods, key=lambda one: one.at))
    if len(occasions) < FEWEST_OCCASIONS:
        return None
    since = occasions[0][0].at
    for standing, sign, least, word in (
        (Standing.REGULAR_CRITIC, -1, -ANGRY, "angry"),
        (Standing.ADVOCATE, 1, GLAD, "glad"),
    ):
        such = [sum(sign * one.mood >= least for one in each) for each in occasions]
        count = sum(2 * n > len(each) for n, each in zip(such, occasions, strict=True))
        if 3 * count >= 2 * len(occasions):
            posts = sum(such)
            evidence = (
                f"{posts} of {len(moods)} posts since {since:%d %B %Y} were {word}, on {count} of "
                f"{len(occasions)} occasions"
            )
            return Mark(standing=standing, evidence=evidence)
    return None


def _occasions(moods: Sequence[MoodAt]) -> list[list[MoodAt]]:
    """Posts, oldest first, by occasion."""
    found: list[list[MoodAt]] = []
    for one in moods:
        if found and one.at - found[-1][-1].at < ONE_OCCASION:
            found[-1].append(one)
        else:
            found.append([one])
    return found


def profile_of(mention: Mention) -> Profile | None:
    """Who wrote it; None where the platform does not tell, or tells no more than a name."""
    author = mention.author
    if author is None or not author.handle or not author.is_account:
        return None
    return Profile(platform=mention.platform, handle=author.handle)
