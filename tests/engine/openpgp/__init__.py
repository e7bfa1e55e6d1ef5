"""Tests of OpenPGP signatures."""
