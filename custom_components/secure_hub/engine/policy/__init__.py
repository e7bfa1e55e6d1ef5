"""Policy: what each asset may do, and why."""
