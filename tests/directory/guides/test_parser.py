"""The guides: plain, sourced, whole in both languages, and each with a way on."""

import datetime
import itertools
import re
from collections import defaultdict

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.db import DatabaseError
from django.urls import resolve
from django.utils import timezone

from directory.guides import parser
from directory.guides.parser import GuideLink
from directory.models import TranslationReview
from directory.reference_data.parser import read_hotlines
from directory.search.filter_registry import all_filters
from directory.search.parsing.analyzer import index_terms
from directory.search.query import QueryReader
from tests import guide_rules, readability
from tests.project_rules import ROOT

LANGUAGES = ("en", "es")
SLUGS = list(parser.guides("en"))
EVERY = [(language, slug) for language in LANGUAGES for slug in SLUGS]
EACH = pytest.mark.parametrize(("language", "slug"), EVERY)
PREFIX = {"en": "", "es": "/es"}
# Words that make a person into a problem. They are looked for in what people read, in both languages.
BANNED = {
    "en": "addict addicts junkie junkies alcoholic alcoholics druggie abuser abusers user users sober clean dirty "
    "habit relapser relapsers suffer suffers suffering victim victims",
    "es": "adicto adicta adictos adictas drogadicto drogadicta drogadictos drogadicción alcohólico alcohólica "
    "borracho borracha yonqui toxicómano toxicómana vicio vicios sobrio sobria víctima víctimas",
}
# What a path, a kind of house or a fellowship is called by its own people.
OWN_NAMES = re.compile(
    r"Women for Sobriety|Adult Children of Alcoholics|Alcoholics Anonymous|Sober recreation|Sober living|"
    r"Alcohólicos Anónimos|clean your|dirty dishes|victims? of crime",
    re.IGNORECASE,
)


def ways(guide):
    return [
        line
        for section in guide.sections
        for block in section.blocks
        for line in block.lines
        if isinstance(line, GuideLink)
    ]


def soup(answer):
    return BeautifulSoup(answer.content, "html.parser")


def test_parse_reads_every_kind_of_line():
    text = (
        "---\ntitle: T: t\nlead: L\nicon: lamp\ndanger: yes\nsearch: i cannot sleep,  tired , ,bed\n"
        "source: W | P | https://a.example/ | 2026-11-25\n---\n\n"
        "## H\n\nOne.\n\nTwo.\n- a\n- b\n1. x\n2. y\n\n- [Go now](/now/)\n- [Find](/find/?q=%22x%22&kind=y)\n"
    )
    guide = parser.parse(text, slug="t", language="es")
    assert (guide.title, guide.lead, guide.icon, guide.danger) == ("T: t", "L", "lamp", True)
    assert guide.search_phrases == ("i cannot sleep", "tired", "bed")
    (section,) = guide.sections
    assert [(block.kind, block.lines) for block in section.blocks] == [
        ("text", ["One."]),
        ("text", ["Two."]),
        ("points", ["a", "b"]),
        ("steps", ["x", "y"]),
        ("links", [GuideLink("/es/now/", "Go now"), GuideLink("/es/find/?q=%22x%22&kind=y", "Find")]),
    ]
    assert guide.sources == (parser.Source("W", "P", "https://a.example/", datetime.date(2026, 11, 25)),)


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("## H\n\n<script>x</script>", "line 9: html_block is not allowed"),
        ("## H\n\nSo <b>bold</b>.", "line 9: html_inline is not allowed"),
        ("## H\n\nSo *bold*.", "line 9: em_open is not allowed"),
        ("## H\n\n![x](/x.png)", "line 9: image is not allowed"),
        ("## H\n\nGo [there](/now/) now.", "line 9: link_open is not allowed"),
        ("## H\n\n- [x](https://a.example/)", "line 9: a link leads to a page of this site"),
        ("## H\n\n- [x](//a.example/)", "line 9: a link leads to a page of this site"),
        ("## H\n\n- [x](<data:text/html,x>)", "line 9: a link leads to a page of this site"),
        ("## H\n\n- <https://a.example/>", "line 9: a link leads to a page of this site"),
        ("## H\n\n- a\n  - b", "line 10: a list has neither a heading nor a list inside"),
        ("## H\n\n- a\n\n      code", "line 11: code_block is not allowed"),
        ("## H\n\n> quoted", "line 9: blockquote_open is not allowed"),
        ("# H\n", "line 7: a heading begins with ##"),
        ("Text.\n\n## H", "line 7: text stands before the first heading"),
    ],
)
def test_parse_rejects_other_markdown(body, rule):
    head = "---\ntitle: T\nlead: L\nicon: lamp\nsearch: a\n---\n"
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the message is compared
        parser.parse(head + body, slug="t", language="en", file="en/01-t.md")
    assert f"en/01-t.md, {rule}" in str(raised.value)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("# T", "line 1: the head begins with ---"),
        ("---\ntitle: T", "line 2: the head ends with ---"),
        ("---\nwords: a\n---", "line 2: the head has only the keys title, lead"),
        ("---\nsource: W | P | http://a.example/ | 2026-11-25\n---", "line 2: a source is: who"),
        ("---\nsource: W | P | https://a.example/ | today\n---", "line 2: the day of a source"),
    ],
)
def test_parse_rejects_a_wrong_head(text, rule):
    with pytest.raises(ValueError) as raised:  # noqa: PT011 - the message is compared
        parser.parse(text, slug="t", language="en", file="en/01-t.md")
    assert f"en/01-t.md, {rule}" in str(raised.value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_search_word_belongs_to_one_guide(language):
    """Phrases that the search holds for the same are one phrase: case, accents, hyphens, apostrophes and endings."""
    owners = defaultdict(set)
    for guide in parser.guides(language).values():
        assert guide.search_phrases, f"{language}/{guide.slug}: no search phrases"
        for phrase in guide.search_phrases:
            owners[" ".join(index_terms(phrase, language))].add(guide.slug)
    assert {phrase: slugs for phrase, slugs in owners.items() if len(slugs) > 1} == {}


# What people type, and the guide that answers it. The search uses the same phrases.
SEARCHES = {
    "en": {
        "slipped": ["i slipped", "relapse", "ashamed", "shame"],
        "cravings": ["cravings", "triggers", "urges"],
        "network": ["stigma", "boundaries", "support network", "ask for help"],
        "goals": ["motivation", "goals", "small victories"],
        "self-care": ["self care", "nutrition", "relaxation", "sleep", "can't sleep"],
        "after-treatment": ["aftercare", "jail", "prison", "follow-up care"],
        "family": ["how do i help my son", "domestic violence", "my husband drinks"],
        "therapist": ["how do i choose a therapist", "what is cbt"],
        "which-group": ["which group is for me", "first meeting"],
        "medication": ["medication", "naltrexone", "suboxone"],
        "practical-help": ["practical help", "no ride", "bed for tonight"],
        "overdose": ["overdose", "naloxone", "narcan", "took too many pills", "fentanyl"],
        "teens": ["teen", "my mom drinks", "my dad drinks", "will my parents find out"],
        "withdrawal": [
            "withdrawal",
            "cold turkey",
            "the shakes",
            "seizures",
            "xanax",
            "benzos",
            "taper",
            "ghb",
        ],
    },
    "es": {
        "slipped": ["recaída", "tuve una recaída", "vergüenza"],
        "cravings": ["ganas de consumir", "detonantes", "ansias"],
        "network": ["estigma", "límites", "red de apoyo", "pedir ayuda"],
        "goals": ["motivación", "metas", "pequeños logros"],
        "self-care": ["autocuidado", "nutrición", "relajación", "sueño", "no puedo dormir"],
        "after-treatment": ["después del tratamiento", "seguimiento", "cárcel", "prisión"],
        "family": ["cómo ayudo a mi hijo", "violencia doméstica", "mi esposo bebe"],
        "therapist": ["cómo elijo un terapeuta", "tipos de terapia"],
        "which-group": ["qué grupo es para mí", "primera reunión"],
        "medication": ["medicación", "naltrexona", "suboxone"],
        "practical-help": ["ayuda práctica", "no tengo cómo llegar", "cama para esta noche"],
        "overdose": ["sobredosis", "naloxona", "narcan", "tomó demasiadas pastillas", "fentanilo"],
        "teens": ["adolescente", "mi mamá bebe", "mi papá toma", "se van a enterar mis padres"],
        "withdrawal": [
            "abstinencia",
            "dejarlo de golpe",
            "temblores",
            "convulsiones",
            "xanax",
            "benzos",
            "ghb",
        ],
    },
}


@EACH
def test_guide_has_the_words_of_those_who_need_it(language, slug):
    assert set(SEARCHES[language][slug]) <= set(parser.guides(language)[slug].search_phrases)


def test_there_are_fourteen():
    assert len(SLUGS) == 14


@EACH
def test_guide_keeps_every_rule(language, slug):
    name = next(path.name for path in parser.guide_files() if path.stem[3:] == slug)
    assert guide_rules.guide_problems(parser.guides(language)[slug], f"{language}/{name}") == []


WHOLE = (
    "---\ntitle: T\nlead: L\nicon: lamp\nsearch: a\nsource: W | P | https://a.example/ | 2026-11-25\n---\n"
    "## H\nOne.\n- [Go](/now/)\n"
)


@pytest.mark.parametrize(
    ("line", "put", "problem"),
    [
        ("title: T\n", "", "t.md, title: missing"),
        ("lead: L\n", "", "t.md, lead: missing"),
        ("## H\nOne.\n- [Go](/now/)\n", "", "t.md, section (##): missing"),
        ("One.\n- [Go](/now/)\n", "", "t.md, section “H”: no text"),
        ("source: W | P | https://a.example/ | 2026-11-25\n", "", "t.md, source: missing"),
        ("search: a\n", "", "t.md, search: missing"),
        ("search: a\n", "search: ,\n", "t.md, search: missing"),
        ("icon: lamp\n", "", "t.md, icon: missing"),
        (
            WHOLE[WHOLE.index("icon") :],
            WHOLE[WHOLE.index("icon") :].replace("/now/", "/find/").replace("icon", "danger: yes\nicon"),
            "t.md, danger: no link to /now/ in the first two sections",
        ),
        (
            "One.",
            "Do not use drugs alone.",
            "t.md, section “H”: “Do not use drugs alone.” is not followed by a link to "
            "/find/?kind=hotlines&q=%22alone%22",
        ),
    ],
)
def test_guide_without_a_required_entry_is_named_with_file_entry_and_rule(line, put, problem):
    assert line in WHOLE
    text = WHOLE.replace(line, put)
    assert guide_rules.guide_problems(parser.parse(text, slug="t", language="en"), "t.md") == [problem]


def test_whole_guide_has_no_problem():
    advice = WHOLE.replace("One.", "Do not use alone.").replace("/now/", guide_rules.COMPANION_LINES)
    for text in (WHOLE, WHOLE.replace("icon: lamp", "icon: lamp\ndanger: yes"), advice):
        assert guide_rules.guide_problems(parser.parse(text, slug="t", language="en"), "t.md") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_advice_not_to_use_alone_is_heard_in_guides(language):
    """The rule about companion lines holds only if it hears the advice as the guides give it."""
    heard = guide_rules.ADVICE_NOT_TO_USE_ALONE[language]
    found = {g.slug for g in parser.guides(language).values() if any(map(heard.search, g.prose))}
    assert found >= {"slipped", "after-treatment", "overdose", "teens"}


def test_templates_follow_the_advice_not_to_use_alone_with_the_companion_lines():
    advice = guide_rules.ADVICE_NOT_TO_USE_ALONE["en"]
    given = {}
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text("utf-8")
        given |= {f"{path.name}:{found.start()}": text[found.end() :] for found in advice.finditer(text)}
    assert given
    link = re.compile(r'[^<>]*</p><p><a [^>]*href="{% url \'find\' %}\?kind=hotlines&amp;q=%22alone%22"')
    assert [place for place, rest in given.items() if not link.match(rest)] == []


@pytest.mark.django_db
@pytest.mark.parametrize("prefix", PREFIX.values())
def test_companion_lines_are_shown_first_and_alone_on_a_site_with_the_shipped_facts(client, prefix):
    call_command("load_facts", verbosity=0)
    for country in ("US", "CA"):
        expected = {
            fact.slug
            for fact in read_hotlines()
            if fact.country == country and "alone" in f"{fact.name} {fact.summary}".lower()
        }
        page = soup(client.get(f"{prefix}{guide_rules.COMPANION_LINES}&country={country}"))
        shown = {card["data-listing"] for card in page.select("article[data-listing]")}
        assert shown == expected
        assert {"US": "us-safespot", "CA": "ca-nors"}[country] in shown


@pytest.mark.django_db
@pytest.mark.parametrize("prefix", PREFIX.values())
def test_way_to_lines_for_violence_at_home_shows_such_a_line_first(client, prefix):
    call_command("load_facts", verbosity=0)
    (way,) = [way for way in ways(parser.guides("en")["family"]) if "violence" in way.url]
    first = soup(client.get(f"{prefix}{way.url}")).select_one("article[data-listing]")
    assert first["data-listing"] == "us-domestic-violence-hotline"


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_guide_is_short(language, slug):
    assert len(" ".join(parser.guides(language)[slug].prose).split()) <= guide_rules.MAX_WORDS


@EACH
def test_guide_has_its_sources_and_ends_in_something_to_do(language, slug):
    guide = parser.guides(language)[slug]
    assert guide.language == language
    assert guide.sections[-1].blocks[-1].kind == "links"
    for each in guide.sources:
        assert "" not in (each.who, each.what)
        assert each.url.startswith("https://")
        assert each.day <= timezone.localdate()


@pytest.mark.parametrize("slug", SLUGS)
def test_spanish_says_as_much_as_english(slug):
    english, spanish = parser.guides("en")[slug], parser.guides("es")[slug]
    assert [[block.kind for block in section.blocks] for section in spanish.sections] == [
        [block.kind for block in section.blocks] for section in english.sections
    ]
    assert [len(b.lines) for s in spanish.sections for b in s.blocks] == [
        len(b.lines) for s in english.sections for b in s.blocks
    ]
    assert [way.url for way in ways(spanish)] == ["/es" + way.url for way in ways(english)]
    assert [(each.url, each.day) for each in spanish.sources] == [
        (each.url, each.day) for each in english.sources
    ]


@pytest.mark.django_db
@EACH
def test_guide_opens_with_headings_in_order(client, language, slug):
    answer = client.get(f"{PREFIX[language]}/guides/{slug}/")
    assert answer.status_code == 200
    page = soup(answer)
    levels = [int(heading.name[1]) for heading in page.select("main h1, main h2, main h3, main h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels) if after < 4)
    outside = page.select("main a[href^=http]")
    assert outside
    assert all(link["rel"] == ["noreferrer"] for link in outside)


@pytest.mark.django_db
@pytest.mark.parametrize("slug", SLUGS)
def test_every_way_leads_to_a_page_that_understands_it(slug, rf):
    for way in ways(parser.guides("en")[slug]):
        path = way.url.partition("?")[0]
        found = resolve(path)
        if found.url_name == "guide":
            assert found.kwargs["slug"] in SLUGS
        asked = rf.get(way.url).GET
        assert set(asked) <= {"q", "kind", *all_filters()}
        _query, _spot, _others, problems = QueryReader(asked).read_query(fixed_kind="")
        assert problems == [], f"{way.url}: {problems}"


@pytest.mark.django_db
@pytest.mark.parametrize("prefix", PREFIX.values())
def test_shelf_leads_to_all_of_them(client, prefix):
    links = {link["href"] for link in soup(client.get(f"{prefix}/guides/")).select(".guide-list a")}
    assert links == {f"{prefix}/guides/{slug}/" for slug in SLUGS}


@pytest.mark.django_db
@EACH
def test_emergency_number_comes_first_where_a_life_may_hang_on_it(client, language, slug):
    page = soup(client.get(f"{PREFIX[language]}/guides/{slug}/"))
    numbers = [link["href"] for link in page.select("main .emergency a")]
    assert numbers == (["tel:911"] if slug in ("slipped", "overdose", "withdrawal") else [])


@pytest.mark.django_db
def test_unknown_guide_is_not_found(client):
    assert client.get("/guides/nope/").status_code == 404


@pytest.mark.parametrize("slug", SLUGS)
def test_guide_is_read_with_seven_years_of_school(slug):
    assert readability.grade("\n".join(parser.guides("en")[slug].prose)) <= 7


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("The cat sat. The dog ran. We all go home now.", -3, 1),
        ("She looked at the letter again before she put it away in the drawer of the table.", 4, 8),
        (
            "Notwithstanding considerable institutional heterogeneity, pharmacological interventions demonstrate "
            "statistically significant reductions in morbidity across representative populations.",
            16,
            40,
        ),
    ],
)
def test_grade_tells_plain_from_hard(text, low, high):
    assert low <= readability.grade(text) <= high


@pytest.mark.parametrize(
    ("word", "count"),
    [("cat", 1), ("table", 2), ("stopped", 1), ("wanted", 2), ("recovery", 4), ("the", 1), ("use", 1)],
)
def test_syllables(word, count):
    assert readability.syllables(word) == count


def unkind(text, language):
    """The words of the banned list that stand in a text as words of their own."""
    plain = OWN_NAMES.sub("", text)
    return sorted(set(re.findall(r"\w+", plain.lower())) & set(BANNED[language].split()))


@EACH
def test_guide_puts_the_person_first(language, slug):
    guide = parser.guides(language)[slug]
    said = [
        guide.title,
        *(section.heading for section in guide.sections),
        *(way.text for way in ways(guide)),
    ]
    assert unkind(" ".join([*said, *guide.prose]), language) == []


def test_templates_put_the_person_first():
    found = {
        str(path.relative_to(ROOT)): unkind(said(path.read_text("utf-8")), "en")
        for path in (ROOT / "templates").rglob("*.html")
    }
    assert {path: words for path, words in found.items() if words} == {}


def said(template):
    """What of a template is for people: texts to translate, and what stands between tags."""
    texts = re.findall(r"{% translate ['\"](.*?)['\"]", template)
    texts += re.findall(r"{% blocktranslate.*?%}(.*?){% endblocktranslate %}", template, re.DOTALL)
    return " ".join(re.sub(r"{{.*?}}|{%.*?%}|<[^>]*>", " ", text) for text in texts)


@pytest.mark.parametrize("text", ["Help for addicts.", "She is clean now.", "a junkie"])
def test_word_rule_finds_unkind_words(text):
    assert unkind(text, "en")


@pytest.mark.parametrize(
    "text", ["People who use drugs", "Women for Sobriety", "Cleaning up after a meeting"]
)
def test_word_rule_lets_kind_words_through(text):
    assert unkind(text, "en") == []


@pytest.mark.django_db
def test_translation_says_so_until_a_native_speaker_has_read_it(client):
    assert not soup(client.get("/guides/network/")).select(".note")
    assert soup(client.get("/es/guides/network/")).select(".note")
    TranslationReview.objects.create(language="es", page_path="guides/network")
    assert not soup(client.get("/es/guides/network/")).select(".note")
    assert soup(client.get("/es/guides/goals/")).select(".note")


@pytest.mark.django_db
def test_guide_stands_without_a_database(client, monkeypatch):
    def gone(*args, **kwargs):
        raise DatabaseError

    monkeypatch.setattr(TranslationReview.objects, "filter", gone)
    assert client.get("/es/guides/overdose/").status_code == 200
