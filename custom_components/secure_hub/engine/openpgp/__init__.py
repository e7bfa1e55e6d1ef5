"""Detached OpenPGP signatures (RFC 9580): only what it takes to check one, of version 4, with today's algorithms.

Advisories are signed this way (CSAF 2.0, 7.1.19). Of the libraries, PGPy does not run on this Python, and Sequoia's is
not pure Python, which Home Assistant OS may have no build of.
"""
