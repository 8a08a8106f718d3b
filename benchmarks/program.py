"""`python -m benchmarks.program NAME …`: sets Django up, then calls `main` of that module beside this one."""

import sys
from importlib import import_module

import django

if __name__ == "__main__":
    django.setup()
    import_module(f"benchmarks.{sys.argv[1]}").main(sys.argv[2:])
