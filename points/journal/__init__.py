"""What happened besides the business itself: audit entries, refused scans, idempotency keys, counters, job runs."""
