"""Hours become points: rule sets, earning, settlement, adjustments, stars."""
