"""Prices the rows of a file with one of the peers, and says how long it took and what they come to."""

import json
import sys
import time
from datetime import datetime, timezone

peer, path = sys.argv[1:]
rows = []
with open(path) as file:
    for line in file:
        provider, model, at, *counts = line.strip().split(",")
        rows.append((provider, model, datetime.fromtimestamp(int(at), timezone.utc), *map(int, counts)))

if peer == "genai-prices":
    from genai_prices import Usage, calc_price

    def price(provider, model, at, fresh, read, out):
        usage = Usage(input_tokens=fresh + read, cache_read_tokens=read, output_tokens=out)
        return calc_price(usage, model, provider_id=provider, genai_request_timestamp=at).total_price
else:
    import os

    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    from litellm import cost_per_token

    def price(provider, model, at, fresh, read, out):
        name = f"gemini/{model}" if provider == "google" else model
        return sum(cost_per_token(model=name, prompt_tokens=fresh + read, completion_tokens=out,
                                  cache_read_input_tokens=read))

for row in rows[:100]:
    price(*row)
start = time.perf_counter_ns()
total = sum(price(*row) for row in rows)
taken = time.perf_counter_ns() - start
print(json.dumps({"time": taken, "nanos": int(total * 10**9)}))
