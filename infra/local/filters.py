"""Filter patterns of event source mappings: which records a function is woken for.

The part of the language that the template may use; anything else is refused, since a pattern
that is silently not understood would let the local cloud differ from the deployed one.
Source: AWS Lambda developer guide, "Filter rule syntax" (read 2026-11).
"""

from collections.abc import Mapping, Sequence
from typing import Any

_MISSING = object()


def matches(pattern: Mapping[str, Any], record: Mapping[str, Any]) -> bool:
    """Whether `record` passes: every key of `pattern` must match, each by one of its rules."""
    for key, rules in pattern.items():
        value = record.get(key, _MISSING)
        if isinstance(rules, Mapping):
            if not isinstance(value, Mapping) or not matches(rules, value):
                return False
        elif isinstance(rules, list):
            if not any(_obeys(rule, value) for rule in rules):
                return False
        else:
            raise ValueError(f"filter: {key}: {rules!r}; use a list of rules or an object")
    return True


def passes(patterns: Sequence[Mapping[str, Any]], record: Mapping[str, Any]) -> bool:
    """Whether one of the mapping's patterns matches; without patterns every record passes."""
    return not patterns or any(matches(pattern, record) for pattern in patterns)


def _obeys(rule: Any, value: Any) -> bool:
    if not isinstance(rule, Mapping):
        return value is not _MISSING and bool(value == rule)
    match dict(rule):
        case {"exists": bool(wanted)}:
            return (value is not _MISSING) is wanted
        case {"prefix": str(prefix)}:
            return isinstance(value, str) and value.startswith(prefix)
        case {"anything-but": list(unwanted)}:
            return value is not _MISSING and value not in unwanted
    raise ValueError(f"filter: the local cloud does not know the rule {dict(rule)!r}")
