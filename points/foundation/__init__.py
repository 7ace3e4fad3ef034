"""What every room stands on: the declarative base, refusals, the actor, the clock, working days, codes, QR, masking."""
