"""The register as a whole: two numbers of one person, and one's own copy of what is kept."""
