"""The pages: one blueprint per audience, each behind its one guard; what they share stands in modules beside them."""

from flask import Flask

from points.web import assets, pages, security, subjects
from points.web.public import bp as public
from points.web.staff import bp as staff
from points.web.volunteer import bp as volunteer


def init_app(app: Flask) -> None:
    """Serve the pages and their static files, under the guards and headers that every page has."""
    app.register_blueprint(assets.bp)
    security.init_app(app)
    pages.init_app(app)
    for audience in (public, volunteer, staff):
        app.register_blueprint(audience)
    app.register_blueprint(volunteer, name=subjects.CHILDS, url_prefix=f"/my/children/<{subjects.CHILDS}>")
