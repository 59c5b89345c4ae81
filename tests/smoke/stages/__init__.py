"""The two stages a `World` can stand on: fakes in memory, and the app on the local cloud.

ground    what both are for a world, and the account that both ask
memory    the services over fakes, hundreds of times as fast
cloud     `app.py` on moto, driven as Lambda drives it

Both have the same phones, mailboxes and rooms, the same sources (a recording that the world
writes), the same routes and the same account; they differ in the stores and in what drives the
services.
"""

from tests.smoke.stages.cloud import CloudStage
from tests.smoke.stages.ground import Stage
from tests.smoke.stages.memory import MemoryStage

__all__ = ["CloudStage", "MemoryStage", "Stage"]
