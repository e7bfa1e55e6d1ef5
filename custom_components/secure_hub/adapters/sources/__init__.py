"""Sources: each turns what one outside thing tells into facts for the engine."""
