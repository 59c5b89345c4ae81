"""From the files of a run to its epochs: which posts are read, which are left out, how often."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from chalicelib.domain.signal import Topic
from training.deep.examples import Example, examples, hardly_wake, mixed, rotated
from training.deep.soft import Soft, digest, taught
from training.posts import P_LEVELS, BadFile, Post, read_moods, read_urgencies
from training.split import is_locked_mood, is_locked_urgency

SMOOTHING = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """What a run learns from."""

    mood: tuple[Path, ...] = ()
    """Posts with a mood; locked ones are left out."""
    urgency: tuple[Path, ...] = ()
    """Posts with an urgency; locked ones are left out."""
    written: tuple[Path, ...] = ()
    """Posts with urgency, topic and mood that are used whole."""
    ratings: tuple[Path, ...] = ()
    """Urgency and topic of posts of the mood files, by the first 12 digits of their digests."""
    included: tuple[Path, ...] = ()
    """Posts with an urgency of which only one half is used; the other half measures."""

    def all(self) -> tuple[Path, ...]:
        """Every file once."""
        return self.mood + self.urgency + self.written + self.ratings + self.included


@dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """Everything to learn from, in the parts of which epochs are made."""

    chat: Sequence[Example]
    """Posts with a mood; hardly any of them wakes."""
    judged: Sequence[Example]
    """Posts with a mood whose urgency was judged, too."""
    service: Sequence[Example]
    """Posts to and about companies, with an urgency."""
    rows: dict[Path, int]
    """How many posts each file gave."""

    def everything(self) -> list[Example]:
        """Each example once."""
        return [*self.chat, *self.judged, *self.service]

    def epoch(self, number: int, *, most: int, times: int, seed: int) -> list[Example]:
        """At most `most` chats of each mood, service posts `times` times, judged ones half that."""
        chat = rotated(self.chat, most=most, number=number)
        return mixed(
            [(chat, 1), (self.judged, max(1, times // 2)), (self.service, times)],
            seed=seed + number,
        )


def mix(
    files: Files,
    *,
    soft: Sequence[Soft] = (),
    share: float = 0.7,
    sample: int | None = None,
) -> Mix:
    """Reads the files. `sample` keeps so many posts of each, for a trial. Raises BadFile."""
    rows: dict[Path, int] = {}

    def some(path: Path, posts: Iterable[Post]) -> list[Post]:
        kept = list(posts)[:sample]
        rows[path] = len(kept)
        return kept

    moods = [
        post
        for path in files.mood
        for post in some(path, (p for p in read_moods(path) if not is_locked_mood(p.text)))
    ]
    by_key = {digest(post.text)[:12]: post.text for post in moods}
    ratings = [post for path in files.ratings for post in some(path, read_ratings(path, by_key))]
    service = [
        post
        for path in files.urgency
        for post in some(path, (p for p in read_urgencies(path) if not is_locked_urgency(p.text)))
    ]
    service += [post for path in files.written for post in some(path, read_urgencies(path))]
    service += [
        post
        for path in files.included
        for post in some(path, (p for p in read_urgencies(path) if is_first_half(p.text)))
    ]
    told = {post.text.strip() for post in service}
    service += [post for post in moods + ratings if post.text.strip() in told]
    tweets = examples(
        (post for post in moods + ratings if post.text.strip() not in told), smoothing=SMOOTHING
    )
    chat = hardly_wake(one for one in tweets if one.urgency is None)
    judged = [one for one in tweets if one.urgency is not None]
    posts = examples(service, smoothing=SMOOTHING)
    if soft:
        chat, judged, posts = (taught(part, soft, share=share) for part in (chat, judged, posts))
    return Mix(chat=chat, judged=judged, service=posts, rows=rows)


def read_ratings(path: Path, by_key: dict[str, str]) -> list[Post]:
    """Posts of `by_key` as rated in a file with the columns `key`, `label` and `topic`.

    Keys that are not in `by_key` are skipped: the file may rate more than is given. Raises
    BadFile.
    """
    header, *lines = path.read_text(encoding="utf-8").splitlines() or [""]
    if header.split("\t") != ["key", "label", "topic"]:
        raise BadFile(f"{path.name}:1: must have the columns key, label and topic")
    found = []
    for number, line in enumerate(lines, start=2):
        try:
            key, label, topic = line.split("\t")
            post = Post(text="", id=key, urgency=P_LEVELS[label], topic=Topic(topic))
        except (ValueError, KeyError):
            raise BadFile(f"{path.name}:{number}: is not key, P1 to P4 and a topic") from None
        if key in by_key:
            found.append(replace(post, text=by_key[key]))
    return found


def is_first_half(text: str) -> bool:
    """Whether a post that is not locked is in the half that may be learned from."""
    return not is_locked_urgency(text) and int(digest(text)[-1], 16) % 2 == 0
