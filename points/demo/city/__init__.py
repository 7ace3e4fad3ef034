"""The demo city: the demo street amid a city of invented people, filled in bulk by the business's own rules."""
