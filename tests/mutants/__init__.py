"""What would no test notice? `make mutants` changes the rules and refusals one place at a time and runs their tests.

`scope` names the files, `changes` makes the changed versions of one, `reach` knows which test reaches which line,
`trying` puts a change into the running process and takes it out again, `__main__` runs it all and writes the result.
"""
