"""Composition root and operations: command line, settings, local stack, demo company."""
