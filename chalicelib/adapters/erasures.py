"""Who was forgotten when, and which posts were erased, without saying who or which, in the table
of the desk.

`erasure`/`<instant>#<digest of the person>` has `erasure`, `erased-post`/`<instant>#<digest of the
post>` has `erased_post`; they never expire.
"""

from typing import TYPE_CHECKING

from chalicelib.adapters.items import readable
from chalicelib.adapters.tables import DeskTable, bound
from chalicelib.adapters.values import from_text, instant_to_text, to_text
from chalicelib.domain.erasure import ErasedPost, Erasure


class DynamoErasures:
    """One item for each."""

    def __init__(self, table: str, *, region: str | None = None) -> None:
        self._items = bound(DeskTable, table, region)

    def keep(self, erasure: Erasure) -> None:
        sk = f"{instant_to_text(erasure.at)}#{erasure.person}"
        self._items("erasure", sk, erasure=to_text(erasure)).save()

    def all(self) -> tuple[Erasure, ...]:
        return readable(self._items.query("erasure", consistent_read=True), _erasure)

    def keep_post(self, erased: ErasedPost) -> None:
        sk = f"{instant_to_text(erased.found_at)}#{erased.post}"
        self._items("erased-post", sk, erased_post=to_text(erased)).save()

    def posts(self) -> tuple[ErasedPost, ...]:
        return readable(self._items.query("erased-post", consistent_read=True), _erased_post)


def _erased_post(item: DeskTable) -> ErasedPost:
    return from_text(ErasedPost, item.erased_post, f"erased post {item.sk}")


def _erasure(item: DeskTable) -> Erasure:
    return from_text(Erasure, item.erasure, f"erasure {item.sk}")


if TYPE_CHECKING:
    from chalicelib.ports import Erasures

    _: type[Erasures] = DynamoErasures
