"""`python -m app` is `homereel`."""

from app.cli import main

if __name__ == "__main__":
    main(prog_name="homereel")
