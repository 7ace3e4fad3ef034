"""What comes in and goes out: one marshmallow schema per thing, shared by pages and API."""
