"""What the service costs: measured over real HTTP, side by side in one run, never as a timed test.

`make bench` runs every part and writes `docs/performance.json` and the table in `docs/performance.md`. It fails when a
figure misses what it must be (`limits`). Absolute figures belong to one machine; multiples of what `/healthz` costs
the processor, measured in turns within the same run, can be compared.
"""
