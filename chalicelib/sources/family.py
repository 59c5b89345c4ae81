"""What every member of the sources family is made of: its options, and what opens it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import cast
from urllib.parse import urlsplit

from chalicelib.domain.cost import Charge
from chalicelib.domain.desk import Brand, SourceEntry
from chalicelib.http import HttpClient
from chalicelib.ports import Source

OptionValue = str | int | bool | list[str]

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One thing a member may be told in the configuration."""

    name: str
    says: str
    """What it does, in one line; the member's page of docs repeats it."""
    default: OptionValue
    """Its type is the option's type."""
    is_required: bool = False
    least: int = 1
    most: int = 1_000
    """Of a number its value, of a list its length."""

    def problem(self, value: object) -> str:
        """What is wrong with `value`, with the remedy; empty when nothing is."""
        where = f"{self.name}: {value!r}"
        wanted = {
            str: "text",
            int: "a whole number",
            bool: "true or false",
            list: "a list of texts",
        }
        if type(value) is not type(self.default):
            return f"{where}; use {wanted[type(self.default)]}"
        if isinstance(value, list) and not all(isinstance(one, str) and one for one in value):
            return f"{where}; use {wanted[list]}"
        if self.is_required and not value:
            return f"{where} is empty; say {self.says}"
        if isinstance(value, list) and len(value) > self.most:
            return f"{where}; at most {self.most} are taken"
        if type(value) is int and not self.least <= value <= self.most:
            return f"{where}; use {self.least} to {self.most}"
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a member is opened with."""

    entry: SourceEntry
    brand: Brand
    secret: str
    """Its credentials as they are stored, empty when there are none."""
    http: HttpClient
    now: Callable[[], datetime]
    options: Mapping[str, OptionValue]
    """Checked, and complete with the defaults."""

    def __repr__(self) -> str:
        return f"Opening({self.entry.name})"

    def text(self, name: str) -> str:
        return str(self.options[name])

    def number(self, name: str) -> int:
        value = self.options[name]
        assert isinstance(value, int)  # noqa: S101 - `Option.problem` has seen to it
        return value

    def words(self, name: str) -> tuple[str, ...]:
        value = self.options[name]
        return tuple(value) if isinstance(value, list) else ()


class Ability(StrEnum):
    """What a source can do; each is the method of that name."""

    FETCH = "fetch"
    RECEIVE = "receive"
    REPLY = "reply"
    REPLY_PRIVATELY = "reply_privately"
    DELETE_CHECK = "delete_check"


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """Requests that a platform allows; all that share a credential share it."""

    most: int
    per: timedelta
    bucket: str = ""
    """Which requests it is for, as they are named to `HttpClient.request`; empty: all without a
    limit of their own."""


def everything_by_handle(options: Mapping[str, OptionValue]) -> bool:
    """For a member that reads what is said to us or on our own place, never by a word."""
    return False


def its_kind(entry: SourceEntry) -> str:
    """For a member whose mentions all stand on the platform that it is named after."""
    return entry.kind


def nothing_charged(options: Mapping[str, OptionValue]) -> tuple[Charge, ...]:
    """For a member whose platform takes no money for what is read."""
    return ()


def one_call(options: Mapping[str, OptionValue]) -> int:
    """For a member whose pull is one request."""
    return 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One platform we can listen to: what it can do, what it may be told, and how it is opened."""

    kind: str
    listens: str
    """What it hears; this and the next five are its row in `docs/sources/README.md`."""
    answers: str
    """How it replies in public; `no`: an agent opens the post and answers there."""
    answers_privately: str
    """How it replies so that only the customer reads it, or `no`."""
    credentials: str
    window: str
    """How far back it can read after a pause."""
    costs: str
    options: tuple[Option, ...]
    open: Callable[[Opening], Source]
    opens: tuple[type[Source], ...]
    """The classes that `open` may give, by credentials and options: they tell the abilities."""
    every: timedelta = timedelta(minutes=1)
    """How often it is read where the configuration does not say: longer where each request costs
    money, or few are allowed."""
    quickest: timedelta = timedelta(minutes=1)
    """The same for when it matters most; never longer than `every`."""
    is_pulled: bool = True
    """False where everything is pushed: it is never asked."""
    platform_of: Callable[[SourceEntry], str] = its_kind
    """The network that the mentions of an entry stand on."""
    charges: tuple[Charge, ...] = ()
    """Empty where the platform takes no money; `adapters/prices/<kind>.json` has the prices."""
    per_mention: Callable[[Mapping[str, OptionValue]], tuple[Charge, ...]] = nothing_charged
    """What one mention takes at most, as when each has an author of its own: for forecasts. What
    was really read, `fetch` says."""
    calls_per_pull: Callable[[Mapping[str, OptionValue]], int] = one_call
    """Requests of a pull that finds little: for the forecast of `nightdesk doctor`."""
    limits: tuple[RateLimit, ...] = ()
    """As documented; what its answers say counts besides."""
    is_by_keyword: Callable[[Mapping[str, OptionValue]], bool] = everything_by_handle
    """Whether an entry with these options finds posts by words: such reading is given up first
    when a budget runs short."""
    check: Callable[[Mapping[str, OptionValue], bool], list[str]] = lambda options, has_secret: []
    """What is wrong with options that are each of the right kind, by whether there is a secret."""

    @property
    def abilities(self) -> tuple[Ability, ...]:
        """All that some class of it can do, in the order of `Ability`."""
        return tuple(one for one in Ability if any(hasattr(made, one) for made in self.opens))

    def problems(self, options: Mapping[str, object], *, has_secret: bool) -> list[str]:
        """All that is wrong with the options, each as field, finding and remedy."""
        known = {option.name: option for option in self.options}
        takes = f"{self.kind} takes {', '.join(known)}"
        found = [f"{name}: unknown; {takes}" for name in options if name not in known]
        found += [
            f"{option.name}: missing; say {option.says}"
            for option in self.options
            if option.is_required and option.name not in options
        ]
        found += [
            problem
            for name, value in options.items()
            if name in known and (problem := known[name].problem(value))
        ]
        return found or self.check(self.complete(options), has_secret)

    def complete(self, options: Mapping[str, object]) -> Mapping[str, OptionValue]:
        """The options, which have no problems, with the defaults for those not given."""
        return {
            option.name: cast(OptionValue, options.get(option.name, option.default))
            for option in self.options
        }


def address_problem(name: str, address: OptionValue, *, is_secret: bool) -> list[str]:
    """What is wrong with a web address; with `is_secret` it must not travel in the clear."""
    where = f"{name}: {address!r}"
    try:
        parts = urlsplit(str(address))
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return [f"{where} is no web address; use one such as https://example.com"]
    if parts.scheme not in ("http", "https") or not host or not host.isascii():
        return [f"{where} is no web address; use one such as https://example.com"]
    if parts.username or parts.password:
        return [f"{name}: carries a password; name a secret instead"]
    if is_secret and parts.scheme == "http" and host not in LOOPBACK_HOSTS:
        return [f"{where} would send the secret in the clear; use https"]
    return []
