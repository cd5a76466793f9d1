"""Runs the command line in a process of its own, whether or not it is installed as a script."""

from answerprint.web.cli import main

if __name__ == "__main__":
    main()
