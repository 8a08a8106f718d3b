"""What a type code means depends on the fellowship; a code without a known meaning is kept and named."""

import tomllib

import pytest

from directory.vocabulary import Fellowship, Language
from feeds.formats.meeting_guide.type_codes import EVERYWHERE, TYPE_CODES_PATH, code_tables
from tests.feeds.rows import a_row, meetings_of, read

LANGUAGES = {
    "AF": "af", "AM": "am", "AR": "ar", "BG": "bg", "DA": "da", "DE": "de", "EL": "el", "EN": "en", "FA": "fa",
    "FI": "fi", "FR": "fr", "HE": "he", "HI": "hi", "HR": "hr", "HU": "hu", "IS": "is", "ITA": "it", "JA": "ja",
    "KA": "ka", "KOR": "ko", "LT": "lt", "ML": "ml", "MT": "mt", "NE": "ne", "NL": "nl", "NO": "no", "POL": "pl",
    "POR": "pt", "PUN": "pa", "RUS": "ru", "S": "es", "SK": "sk", "SL": "sl", "SV": "sv", "TH": "th", "TL": "tl",
    "TUR": "tr", "UK": "uk",
}  # fmt: skip


def meeting(types, fellowship=""):
    (found,) = meetings_of(read(a_row(types=types), fellowship=fellowship))
    return found


def facts(types, fellowship=""):
    found = meeting(types, fellowship)
    return {*found.formats, *found.audiences, *found.access, *found.languages, *found.codes}


@pytest.mark.parametrize(("code", "language"), LANGUAGES.items())
def test_language_code_is_a_language_in_any_feed(code, language):
    assert language in Language.values
    assert len(LANGUAGES) == 38
    for fellowship in ("", "aa", "na", "recovery-dharma" if code != "IS" else "aa"):
        assert meeting([code], fellowship).languages == (language,)


@pytest.mark.parametrize(
    ("fellowship", "code", "expected"),
    [
        ("aa", "B", {"big-book"}),
        ("aca", "B", {"literature"}),
        ("debtors-anonymous", "B", {"B"}),
        ("", "B", {"B"}),
        ("aa", "Y", {"young"}),
        ("aca", "Y", {"literature"}),
        ("al-anon", "Y", {"teens"}),
        ("alateen", "Y", {"teens"}),
        ("", "Y", {"Y"}),
        ("aa", "T", {"trans"}),
        ("aca", "T", {"literature"}),
        ("", "T", {"T"}),
        ("aa", "A", {"secular"}),
        ("aca", "A", {"A"}),
        ("", "A", {"A"}),
        ("aca", "ST", {"step-study"}),
        ("aa", "N", {"native"}),
        ("debtors-anonymous", "N", {"N"}),
        ("", "N", {"N"}),
        ("debtors-anonymous", "P", {"P"}),
        ("debtors-anonymous", "AR", {"AR"}),
        ("aca", "S", {"speaker"}),
        ("slaa", "HR", {"HR"}),
        ("na", "BT", {"literature"}),
        ("na", "SPK", {"speaker"}),
        ("na", "STEP", {"step-study"}),
        ("oa", "SD", {"speaker", "discussion"}),
        ("al-anon", "AC", {"AC"}),
        ("al-anon", "PG", {"PG"}),
        ("al-anon", "POA", {"parents"}),
        ("recovery-dharma", "WA", {"step-free"}),
        ("smart", "Y", {"Y"}),
        ("smart", "W", {"women"}),
        ("", "O", {"open"}),
        ("", "D", {"discussion"}),
        ("", "M", {"men"}),
        ("", "SP", {"speaker"}),
        ("", "LGBTQIA", {"lgbtq"}),
    ],
)
def test_code_means_what_its_fellowship_says(fellowship, code, expected):
    assert facts([code], fellowship) == expected


@pytest.mark.parametrize("fellowship", ["", "aa", "na", "slaa", "smart"])
def test_attendance_slips_are_signed(fellowship):
    assert meeting(["POA"], fellowship).attendance_slips == "yes"
    assert meeting(["O"], fellowship).attendance_slips == ""


@pytest.mark.parametrize(
    "label", ["Big Book", "big book study", "Spanish", "Español", "Newcomer", "Proof of Attendance"]
)
def test_name_of_a_code_is_clear_without_a_fellowship(label):
    found = meeting([label])
    assert found.codes == ()
    assert found.formats or found.languages or found.attendance_slips


def test_fellowship_that_the_types_name_decides():
    assert facts(["Adult Children of Alcoholics", "Y"]) == {"literature"}


@pytest.mark.parametrize(
    ("fellowship", "types", "words"),
    [
        ("aa", ["O", "DB"], "DB (Digital Basket)"),
        ("debtors-anonymous", ["N", "B"], "B (Business Owner), N (Numbers)"),
        ("", ["Y", "QQ"], "QQ, Y"),
    ],
)
def test_code_without_a_word_is_named_in_the_report(fellowship, types, words):
    (problem,) = read(a_row(types=types), fellowship=fellowship).problems
    assert (problem.field, problem.rejected) == ("types", False)
    assert problem.reason.endswith(f": {words}.")


def test_each_table_has_a_source_and_known_values():
    tables = tomllib.loads(TYPE_CODES_PATH.read_text("utf-8"))["tables"]
    assert all(table["source"].startswith("https://") for table in tables)
    named = {fellowship for table in tables for fellowship in table["fellowships"]}
    assert named <= {*Fellowship.values, EVERYWHERE}
    assert code_tables().by_fellowship.keys() == named - {EVERYWHERE}
