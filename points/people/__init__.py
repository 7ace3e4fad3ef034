"""Who takes part: volunteers, guardians, consents, cards, households, teams, units and report-ins."""
