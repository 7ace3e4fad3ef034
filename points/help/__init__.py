"""Help: what residents write and ask for, and the answer that every one of them gets."""
