"""A code in the field of a group's name is no name."""

import pytest

from feeds.formats.group_codes import is_group_code
from tests.feeds.rows import a_row, one_group, read

CODES = [
    "D27", "D27 / GSO #123456", "District 12 / GSO #123456", "00123456", "Group #123456", "N/A", "n/a", "GSO 123456",
    "Dist. 4", "D-31 GSO #161837", "Area 15", "Distrito 4", "Grupo #12345", "WSO# 4455", "Intergroup", "None",
    "District 12, Group 00123456", "GSO Group No. 123456", "#12",
]  # fmt: skip
NAMES = [
    "Puffin Night", "Code 3 Group", "Group 867-5309", "24", "Group 7", "Step 12", "D Street Group", "1935", "11th Step",
    "District of Columbia Group", "Dawn", "Area Women", "Grupo 11 de Febrero de 2006", "The 4:30 Group", "Noon",
    "Zone of Peace", "Group of Drunks", "Grupo Código 12 Pasos", "Room 101", "No Matter What", "",
]  # fmt: skip


@pytest.mark.parametrize("text", CODES)
def test_code_gives_the_group_the_name_of_its_meeting(text: str) -> None:
    assert is_group_code(text)
    assert one_group(group=text, name="Puffin Night").name == "Puffin Night"
    (problem,) = read(a_row(group=text)).problems
    assert (problem.field, problem.rejected) == ("group", False)
    assert text in problem.reason


@pytest.mark.parametrize("text", NAMES)
def test_name_with_numbers_is_no_code(text: str) -> None:
    assert not is_group_code(text)
