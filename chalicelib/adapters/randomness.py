"""Codes and keys nobody can guess, from the operating system."""

import secrets
from typing import TYPE_CHECKING

from chalicelib.domain.page import CODE_ALPHABET, CODE_LENGTH


class SystemRandomness:
    """Randomness for cryptographic use (the standard library's `secrets`)."""

    def code(self) -> str:
        return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))

    def key(self) -> str:
        return secrets.token_urlsafe(16)


if TYPE_CHECKING:
    from chalicelib.ports import Randomness

    _: type[Randomness] = SystemRandomness
