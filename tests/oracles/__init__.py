"""The rules of counting, pairing and order a second time, as a person would do it by hand with a calendar and a ruler.

Written from `docs/pairing.md` and the words of the rules, not from the code: nothing here imports the library, nothing
is fast, and nothing is clever. `tests/test_oracles.py` holds the two against each other.
"""
