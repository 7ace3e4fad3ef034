"""What the proof answers with."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: its `kind` (stable, kebab-case), where (`kind:public code`), and the figures."""

    kind: str
    where: str
    detail: str

    def __str__(self) -> str:
        return f"{self.kind} {self.where}: {self.detail}"
