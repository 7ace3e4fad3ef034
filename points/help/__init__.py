"""Help: what residents ask for, and the answer that every one of them gets.

`feedback`: complaints, suggestions and praise, read under a number by whoever wrote.
"""
