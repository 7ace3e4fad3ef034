"""Hours become points, by rules that the residents decided.

`settlement` is the one path that settles; `earning` posts what the rules give, and only the difference. `rulesets` are
drafted, published and previewed (`preview`); `rules`, `caps` and `stars` are pure. `adjustments`, `civic` points and
`opening_balances` are given by hand; `overdue` and `missed_check_outs` say what waits and until when.
"""
