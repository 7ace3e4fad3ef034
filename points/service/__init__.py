"""Volunteer service: activities, sign-up, check-in, attendance, hours and the records the law asks for."""
