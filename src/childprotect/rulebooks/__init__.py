"""Rulebooks, one package a nation. Data only: the law as values."""
