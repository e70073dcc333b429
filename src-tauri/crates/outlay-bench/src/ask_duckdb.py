"""Runs one query on a DuckDB file for a list of bounds and tells how long each run took.

`load FILE CSV` fills a new file; `ask FILE` reads {"query", "bounds"} from standard input.
"""

import json
import sys
import time

import duckdb

TABLE = """
CREATE TABLE calls AS SELECT * FROM read_csv(?, header = true, columns = {
    'created_at': 'BIGINT', 'application': 'UTINYINT', 'generation_type': 'VARCHAR', 'model_used': 'VARCHAR',
    'provider': 'VARCHAR', 'tokens_input': 'BIGINT', 'tokens_output': 'BIGINT', 'cached_tokens': 'BIGINT',
    'cost_nanos': 'BIGINT', 'duration_ms': 'BIGINT'})
"""


def load(file, rows):
    with duckdb.connect(file) as connection:
        connection.execute(TABLE, [rows])


def ask(file):
    task = json.load(sys.stdin)
    with duckdb.connect(file, read_only=True) as connection:
        connection.execute(task["query"], task["bounds"][0]).fetchall()
        times = []
        for bounds in task["bounds"]:
            start = time.perf_counter()
            connection.execute(task["query"], bounds).fetchall()
            times.append(time.perf_counter() - start)
    json.dump(times, sys.stdout)


if __name__ == "__main__":
    {"load": load, "ask": ask}[sys.argv[1]](*sys.argv[2:])
