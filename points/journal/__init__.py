"""What happened besides the business itself.

`audit` entries · `refused_scans` · `idempotency`, what was done once · `counters` of numbers that people see · `jobs`
"""
