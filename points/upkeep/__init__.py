"""Upkeep: the sweep that does what the clock asks for, and the archive of the whole service."""
