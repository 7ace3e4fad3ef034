"""The register as a whole.

`merging`: two numbers of one person become one; `own_copy`: what is kept of a person, for that person.
"""
