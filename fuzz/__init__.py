"""Fuzzing: many odd inputs for everything that reads a file."""
