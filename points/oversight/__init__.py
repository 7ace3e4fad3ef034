"""What watches the rest: figures and their definitions, the proof of the books, the evidence of every point."""
