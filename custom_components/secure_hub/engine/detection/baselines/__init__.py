"""What each asset usually does, learnt as it goes, and what it never did before."""
