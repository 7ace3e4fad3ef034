"""The WSGI application, for servers that want one by name: `gunicorn --worker-class gthread --threads 4 wsgi:app`."""

from points.app import create_app

app = create_app()
