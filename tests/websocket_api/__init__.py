"""The websocket API, a file for each module of it."""
