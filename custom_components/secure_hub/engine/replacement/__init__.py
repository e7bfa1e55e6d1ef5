"""Replacing a device: what of the old one the new one takes over, as steps that can be done, undone and resumed."""
