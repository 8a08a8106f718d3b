"""Not wanting to live is heard however it is said, and nothing else is taken for it."""

import pytest
from django.test import Client

from directory.models import SynonymEntry
from directory.reference_data.synonyms import FILES, read_synonyms
from directory.search.parsing import synonyms
from directory.search.parsing.parsed_query import FacetOption
from directory.search.parsing.query_parser import parse_query

TABLE = [
    SynonymEntry(
        language=language,
        phrases="\n".join(fact.phrases),
        meanings="\n".join(fact.meanings),
        crisis=fact.crisis,
    )
    for language in FILES
    for fact in read_synonyms(language)
]
SAID = """
i dont want to be alive anymore
don't want to be alive
I don’t want to be here any more
i dont want to be here anymore
i want to disappear
want to be dead
tired of living
i want to stop existing
i do not want to exist
dont wanna live
dont wanna be here anymore
i just dont want to wake up tomorrow
i never want to wake up again
i wish i was dead
wish i were never born
i wish i had never been born
wish i wasn't here
wish i wasnt alive
i wish i could go to sleep and never wake up
i want to go to sleep and not wake up
i want to sleep forever
i want to just die
wanna die
i'd rather die
rather be dead
sick of being alive
so tired of life
done with life
i'm done with living
life isn't worth living
life is not worth it anymore
my life isnt worth anything
life is pointless
no point in living
what's the point of living
i see no reason to live
nothing to live for
no reason to keep going
no will to live
lost the will to live
everyone would be better off without me
they'd be better without me
nobody would miss me
no one would care if i died
i'm a burden to my family
better off dead
i should be dead
i deserve to die
want to kill myself
im going to hang myself
cutting my self
thinking about ending it
thoughts of dying
want to end it all
i want to end my life
take my own life
jump off a bridge
take all my pills
i dont care if i live or die
hope i dont wake up
i don't feel safe with myself
i am suicidal
can't live like this anymore
i cant take it anymore
why am i still alive
hate being alive
hate my life
i want to not exist
i dont see a point in living
i dont want to do this anymore
i can't keep going like this
i want to give up on life
goodbye letter
i'm ready to die
kms
there is no way out
quiero morir
quiero morirme
me quiero morir
ya no quiero vivir
no quiero seguir viviendo
no quiero estar viva
ya no quiero estar aquí
quiero desaparecer
quiero dormir y no despertar
quisiera dormir y nunca despertar
estoy cansada de vivir
cansado de la vida
la vida no vale la pena
mi vida no tiene sentido
no le encuentro sentido a la vida
no tengo ganas de vivir
sin ganas de vivir
ojalá no despierte
me voy a matar
me quiero matar
quiero quitarme la vida
pienso en matarme
estarían mejor sin mí
soy una carga
no hay razón para vivir
para qué vivir
quiero dejar de existir
quiero acabar con todo
no veo salida
odio mi vida
ya no aguanto más
no quiero existir
tengo ganas de morir
preferiría estar muerto
""".strip().splitlines()
OTHER = """
dead battery need a jump
battery dead, want a ride
die cast cars
i want my cravings to disappear
kill time sober
dying for a drink
sober living
tired of sober living rules
tired of living with an alcoholic
i don't want to live with my husband
dont want to be around people who drink
tired after work
tired of drinking
sick and tired of being hungover
sick and tired of being sick and tired
i want to live sober
i want to live
reasons to live sober
dont want to use anymore
i dont want to drink anymore
i want to end my addiction
how to stop drinking
end of life care
is rehab worth it
living room meeting
cant wake up early for meetings
early wake up meeting
my dog died
life coach
live music
grateful dead sober
day of the dead celebration
no point of sale
give up drinking
how to give up smoking
want to be here for my kids
want to be sober
need to end my lease
i cant go to rehab
deadline for court card
jump start recovery
cut down drinking
burden of proof court
not ready to quit
hope house
quiero dejar de tomar
no puedo dormir
quiero dormir mejor
no quiero vivir con mi esposo
quiero vivir sobrio
cansado de tomar
no quiero seguir tomando
vida nueva
mi hijo murió
día de muertos
matar el tiempo
sin techo
no quiero beber más
want to stop using and start living
quit living in my car
dont want to go to aa
help me stay alive after detox
i want to be around sober people
where can i go to be around people
something to do
want to do step work
i dont want to do aa
want to wake up without a hangover
""".strip().splitlines()


@pytest.fixture(scope="module")
def table() -> synonyms.SynonymTable:
    return synonyms.build_table(TABLE)


@pytest.mark.parametrize("text", SAID)
def test_it_is_heard_and_leads_to_a_person_alone(table, text) -> None:
    wording = parse_query(text, table)
    assert wording.crisis
    assert not wording.grief
    assert all(FacetOption("kind", "hotlines") in need.options for need in wording.required)


@pytest.mark.parametrize("text", OTHER)
def test_other_things_raise_no_alarm(table, text) -> None:
    assert not parse_query(text, table).crisis


@pytest.mark.parametrize(
    "text", ["I {} and i am an alcoholic in aa", "{}", "my son died and i {}", "I {}, san jose"]
)
def test_it_counts_more_than_all_else_that_is_said(table, text) -> None:
    wording = parse_query(text.format("don’t want to be here anymore"), table)
    assert (wording.crisis, wording.grief, len(wording.required)) == (True, False, 1)


@pytest.mark.parametrize(
    "text",
    [
        "daughter died of an overdose", "my son died of fentanyl overdose last year", "lost my brother to suicide",
        "my husband died from drinking", "best friend passed away overdose", "mi hijo murió de sobredosis",
    ],
)  # fmt: skip
def test_a_death_leads_to_grief_whatever_else_is_said(table, text) -> None:
    wording = parse_query(text, table)
    assert wording.grief
    assert [FacetOption("concern", "grief") in need.options for need in wording.required] == [True]


@pytest.mark.parametrize(
    "text", ["he is dying of an overdose", "i think he died, not breathing", "she overdosed"]
)
def test_danger_now_is_no_grief(table, text) -> None:
    wording = parse_query(text, table)
    assert (wording.crisis, wording.grief) == (True, False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "panel", "emergency"),
    [
        ("i dont want to be alive anymore", True, True),
        ("i dont wnat to be alive", True, True),
        ("daughter died of an overdose", True, False),
        ("he overdosed last year", True, True),
        ("grief group", False, False),
    ],
)
def test_the_panel_has_the_line_first_and_no_emergency_number_for_a_death_in_the_past(
    town, text, panel, emergency
) -> None:
    page = Client().get("/find/", {"q": text}).content.decode()
    section = page.partition('id="crisis-h"')[2].partition("</section>")[0]
    assert bool(section) is panel
    assert ("tel:911" in section) is emergency
    if panel:
        assert section.index("tel:988") < section.index("sms:988") < (section + "tel:911").index("tel:911")
