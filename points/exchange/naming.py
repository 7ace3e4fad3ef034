"""What goods are called wherever two of one name could be meant: 大米 5 kg, 大米 2.5 kg."""


def as_shown(name: str, spec: str) -> str:
    """The name with its size; a size that the name says already is not said twice."""
    spec = spec.strip()
    return name if not spec or spec in name else f"{name} {spec}"
