"""What became of the sign-ups: a step of `rewards.settlement`, the one path that settles, and of nothing else."""

from sqlalchemy import case, exists, update
from sqlalchemy.orm import Session

from points.service.statuses import COUNTED, SignupStatus, StayStatus
from points.service.tables import Signup, Stay

# --- what happens


def settle_roster(session: Session, *, activity_id: int) -> tuple[int, int]:
    """Say of every approved sign-up whether the person came; how many attended and how many did not.

    A sign-up stays what it became.
    """
    came = exists().where(
        Stay.activity_id == activity_id,
        Stay.volunteer_id == Signup.volunteer_id,
        Stay.status.in_((StayStatus.OPEN, *COUNTED)),
    )
    became = session.scalars(
        update(Signup)
        .where(Signup.activity_id == activity_id, Signup.status == SignupStatus.APPROVED)
        .values(status=case((came, SignupStatus.ATTENDED), else_=SignupStatus.NO_SHOW))
        .returning(Signup.status),
        execution_options={"synchronize_session": False},
    ).all()
    return became.count(SignupStatus.ATTENDED), became.count(SignupStatus.NO_SHOW)
