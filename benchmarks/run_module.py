"""Set Django up and call `main` of a module of this package: `python -m benchmarks.run_module NAME …`."""

import sys
from importlib import import_module

import django

if __name__ == "__main__":
    django.setup()
    import_module(f"benchmarks.{sys.argv[1]}").main(sys.argv[2:])
