"""The register as a whole.

`correcting`: what is kept of a person is put right, or the person is suspended; `merging`: two numbers of one person
become one; `leaving`: the end of a person's part in every room; `own_copy`: what is kept of a person, for that person.
"""
