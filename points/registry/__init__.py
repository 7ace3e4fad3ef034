"""The register as a whole.

`merging`: two numbers of one person become one; `leaving`: the end of a person's part in every room;
`own_copy`: what is kept of a person, for that person.
"""
