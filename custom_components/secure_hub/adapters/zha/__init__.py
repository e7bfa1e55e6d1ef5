"""The radio: finds ZHA, and keeps it from talking with devices that are cut off."""
