"""The shapes of the second signature."""

from points.shapes.fields import Login, Shape, Text


class SignerShape(Shape):
    """The second person's login and password; they open no session."""

    login = Login(40, least=1, required=True)
    password = Text(200, least=1, required=True)
