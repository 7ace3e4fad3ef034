"""The pages: one blueprint per audience, each behind its one guard; what they share stands in modules beside them."""

from flask import Blueprint, Flask

from points.web import pages, security, subjects
from points.web.public import bp as public
from points.web.staff import bp as staff
from points.web.volunteer import bp as volunteer


def init_app(app: Flask) -> None:
    """Serve the pages and their static files, under the guards and headers that every page has."""
    assets = Blueprint("assets", __name__, static_folder="static", static_url_path="/static")
    # a service worker reaches no further than the folder it comes from
    assets.add_url_rule("/staff/worker.js", "worker", lambda: assets.send_static_file("worker.js"))
    app.register_blueprint(assets)
    security.init_app(app)
    pages.init_app(app)
    for audience in (public, volunteer, staff):
        app.register_blueprint(audience)
    app.register_blueprint(volunteer, name=subjects.CHILDS, url_prefix=f"/my/children/<{subjects.CHILDS}>")
