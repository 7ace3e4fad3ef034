"""湘妹子能量家 Points: volunteer hours become points, points become goods, and every point explains itself.

A scan at an activity becomes attendance, attendance becomes hours, hours become points by published rules,
and points are exchanged for goods at a station's counter. Start reading at `points.app.create_app`.
"""

__version__ = "0.1.0"
