"""Every change is in the audit log: who, as what role, on what, why.

A verb that leaves no entry of its own has one of three properties, and each is looked for in the code itself:

- it asks: nothing that it reaches writes, and it takes no reason;
- its rows are their own trail, as arithmetic leaves it: no page, no command and nothing of the API calls it, and it
  only adds rows to tables that both databases refuse to change, or books in the ledger;
- it is a part: again nothing at an edge calls it, and whoever does leaves the entry.
"""

import inspect

import pytest

from points.journal import audit
from tests.house.verbs import Function, all_verbs, at_an_edge, callers, reached, room_of, written

LEDGER = "points.ledger"
"""A transfer is its own trail – actor, time, purpose, reference, reason – and can be neither changed nor deleted."""

OWN_TRAIL = {"sign_in": "the row keeps when it began and when it ended, and only its own person ends it by a verb"}
"""Tables that can be changed and tell of it all the same; every other one has its triggers."""


@pytest.mark.parametrize("name", sorted(all_verbs()))
def test_every_verb_leaves_an_audit_entry(name: str) -> None:
    verb = all_verbs()[name]
    assert leaves_an_entry(verb) or asks(verb) or is_its_own_trail(verb) or is_a_part(verb), (
        f"{name} changes {sorted(map(str, changed_by(verb)))}: write journal.audit.write(…) in it"
    )


def test_the_properties_are_told_apart() -> None:
    verbs = list(all_verbs().values())
    silent = [verb for verb in verbs if not leaves_an_entry(verb)]
    assert len(verbs) > 2 * len(silent) > 0
    assert any(asks(verb) for verb in silent)
    assert any(is_its_own_trail(verb) and not asks(verb) for verb in silent)
    assert any(is_a_part(verb) and not is_its_own_trail(verb) for verb in silent)
    assert not any(asks(verb) for verb in verbs if leaves_an_entry(verb))


def leaves_an_entry(verb: Function) -> bool:
    return not reached(verb).isdisjoint({audit.write, audit.gather})


def asks(verb: Function) -> bool:
    return not any(written(one) for one in reached(verb)) and "reason" not in inspect.signature(verb).parameters


def is_its_own_trail(verb: Function) -> bool:
    booked_outside_the_ledger = at_an_edge(verb) and room_of(verb) != LEDGER
    for one in reached(verb):
        added = {write.table.name for write in written(one) if write.table is not None and write.adds}
        for write in written(one):
            table = write.table
            if table is not None and table.name in OWN_TRAIL:
                continue
            superseded = table is not None and "append_only" in table.info and table.name in added
            if booked_outside_the_ledger or not (superseded or room_of(one) == LEDGER):
                return False
    return bool(changed_by(verb))


def is_a_part(verb: Function, above: frozenset[Function] = frozenset()) -> bool:
    """Whether everything that calls it leaves the entry, itself or by what calls it in turn."""
    calling = callers(verb) - above
    return (
        bool(calling)
        and not at_an_edge(verb)
        and all(leaves_an_entry(one) or is_a_part(one, above | {verb}) for one in calling)
    )


def changed_by(verb: Function) -> set[object]:
    return {write for one in reached(verb) for write in written(one)}
