"""Reports: the figures a street owes upward with their definitions, and the lists that are taken out."""
