"""Every change is in the audit log: who, as what role, on what, why."""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from types import FunctionType, ModuleType

from points.journal import audit
from tests.house.verbs import all_verbs

ASKING = {
    "points.exchange.redemption.allowance.allowance",
    "points.exchange.redemption.counter.require_own_or_staff",
    "points.exchange.exchange_days.screen.live",
    "points.access.sign_ins.mine",
    "points.help.feedback.inbox",
    "points.help.feedback.seen",
    "points.reports.lists.listed",
    "points.registry.own_copy.of",
    "points.office.waiting.on",
    "points.people.minors.closed",
    "points.people.minors.explained",
    "points.people.minors.names",
    "points.people.minors.require_open",
    "points.people.minors.seen",
    "points.people.wards.own_or",
    "points.people.wards.seen",
    "points.rewards.overdue.late_records",
    "points.rewards.overdue.unsettled",
    "points.rewards.preview.of_draft",
    "points.rewards.preview.of_params",
    "points.service.records.queries.overdue",
    "points.service.signups.queries.roster",
}
"""What only reads, and takes the time because its answer depends on it."""

PART_OF_A_VERB = {
    "points.people.consents.record": "volunteers.register notes the consents given with it",
    "points.people.guardians.enter": "volunteers.register notes that a minor came with a guardian",
    "points.access.accounts.managing.add_grant": "accounts.add_staff and accounts.grant note it",
    "points.service.activities.planning.write": "draft, backfill and series.draft note it",
    "points.service.checkin.subject.identify": "it only looks",
    "points.service.records.versions.write": "the verbs of records note it",
    "points.exchange.redemption.counter.issue_vouchers": "redeem and fulfil note it",
    "points.exchange.stock.batches.note_moves": "a stock move is its own trail: who, second, why, immutable",
}
"""What other verbs call and account for."""

OWN_TRAIL = {
    "points.access.sign_ins.revoke": "one's own session; its row keeps when it ended",
    "points.service.records.computing.compute_day": "arithmetic, not a decision; a record's versions are immutable",
    "points.service.records.computing.compute_activity": "arithmetic, not a decision; versions are immutable",
    "points.rewards.earning.recompute": "arithmetic; each award and transfer is immutable and names who caused it",
    "points.rewards.brought_in.settle": "arithmetic in bulk; each record, award and transfer names who caused it",
    "points.service.records.computing.compute_many": "arithmetic in bulk; each record names who confirmed it",
    "points.service.records.versions.write_unread": "the rows that compute_many reckoned",
    "points.rewards.earning.recompute_many": "arithmetic; each award and transfer names who caused it",
}
"""What writes immutable rows that say the same as an audit entry would."""

LEDGER = "points.ledger."
"""A transfer is its own trail – actor, time, purpose, reference, reason – and can be neither changed nor deleted."""


def test_every_verb_leaves_an_audit_entry() -> None:
    excused = ASKING | PART_OF_A_VERB.keys() | OWN_TRAIL.keys()
    silent = {
        name
        for name, verb in all_verbs().items()
        if not name.startswith(LEDGER) and not any(called is audit.write for called in reached(verb))
    }
    assert silent == excused, "write journal.audit.write(…) in these, or say here why not"


def reached(function: FunctionType) -> Iterator[FunctionType]:
    """Every function that `function` names, and those that these name."""
    seen: set[FunctionType] = set()
    waiting = [function]
    while waiting:
        one = waiting.pop()
        if one in seen or not one.__module__.startswith("points."):
            continue
        seen.add(one)
        yield one
        waiting += named(one)


def named(function: FunctionType) -> Iterator[FunctionType]:
    scope = vars(inspect.getmodule(function))
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
        found: object = None
        if isinstance(node, ast.Name):
            found = scope.get(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            owner = scope.get(node.value.id)
            found = getattr(owner, node.attr, None) if isinstance(owner, ModuleType) else None
        if isinstance(found, FunctionType):
            yield found
