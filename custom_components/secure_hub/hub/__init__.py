"""The hub of one home: what it can be asked, how it decides, and what else it does."""

from .hub import SecureHub, SecureHubConfigEntry
from .keeper import failed, refused

__all__ = ["SecureHub", "SecureHubConfigEntry", "failed", "refused"]
