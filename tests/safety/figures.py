"""What a row of the safety table measured, said aloud: `pytest -rP` shows it, and a run of a soak keeps it."""


def figure(row: str, measured: str) -> None:
    print(f"{row}: {measured}")
