"""The command line as `python -m childprotect`."""

from childprotect.cli import main

if __name__ == "__main__":
    main()
