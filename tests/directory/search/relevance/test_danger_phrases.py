"""A danger is heard in everyday words, in two levels, and what only sounds like one raises no alarm."""

import pytest

from directory.search.parsing import danger_phrases
from directory.search.parsing.analyzer import folded_words
from directory.search.parsing.parsed_query import Danger, FacetOption
from directory.search.parsing.query_parser import parse_query
from tests.directory.search.relevance.test_crisis_phrases import OTHER, SAID, TABLE

EMERGENCY = {
    Danger.OVERDOSE: """
        overdose
        overdose hotline
        she overdosed
        my friend is overdosing
        over dosed
        he OD'd
        O.D.
        my brother just od'd again
        not breathing
        he isn't breathing
        she stopped breathing
        barely breathing
        i cant breathe
        he wont wake up
        my son won't wake up
        can't wake him up
        can't wake my wife
        she cannot be woken
        not waking up
        her lips are blue
        blue lips
        he is turning blue
        unresponsive
        he is unconscious
        passed out and snoring weird
        she keeps nodding out
        did too much coke
        took too much fentanyl
        shot up too much
        chest pain after meth
        i gave him narcan
        narcan didn't work
        need narcan now
        he overdosed ten minutes ago
        sobredosis
        mi hijo tuvo una sobredosis
        no respira
        casi no respira
        no despierta
        no puedo despertarlo
        no reacciona
        está inconsciente
        tiene los labios morados
        se está poniendo azul
        dolor en el pecho
    """,
    Danger.POISONING: """
        took too many pills
        i took too many pills
        took too much
        she took too much medicine
        he swallowed a bottle of pills
        took a whole bottle of tylenol
        took all his xanax
        too many sleeping pills
        my mom takes too many pills
        took the wrong pills
        took a double dose
        poison control
        poison help
        i think he is poisoned
        alcohol poisoning
        my toddler ate an edible
        my baby swallowed suboxone
        drank bleach
        drinking hand sanitizer
        mixed xanax and alcohol
        tomé demasiadas pastillas
        se tomó muchas pastillas
        se tomó todas las pastillas
        demasiadas pastillas
        tomó demasiado clonazepam
        me tomé demasiado
        envenenamiento
        intoxicación
        mi niño se comió unas gomitas
        bebió cloro
    """,
    Danger.SEIZURE: """
        seizures
        having a seizure
        my husband is having a seizure
        seizure from alcohol withdrawal
        withdrawal seizures
        convulsions
        he is convulsing
        delirium tremens
        the dts
        DTs
        delirium
        hallucinating
        hallucinations
        hallucinating in withdrawal
        seeing things that aren't there
        seeing bugs
        hearing things that are not there
        hearing voices since i quit drinking
        convulsiones
        mi papá está convulsionando
        alucinaciones
        está alucinando
        ve cosas que no hay
        oye voces que no existen
        ataque epiléptico
        delirio
    """,
}
URGENT = {
    Danger.WITHDRAWAL: """
        withdrawal
        withdrawals
        alcohol withdrawal
        heroin withdrawal
        bad withdrawal
        social withdrawal symptoms
        withdrawal symptoms
        going through withdrawals
        withdrawing from fentanyl
        the shakes
        i have the shakes
        shakes in the morning
        alcohol shakes
        shaking
        can't stop shaking
        my hands keep shaking
        shaking and sweating
        tremors
        shaking without alcohol
        sick when i don't drink
        throwing up unless i drink
        dope sick
        dopesick
        pill sick
        cold turkey
        quit drinking cold turkey
        going cold turkey
        taper
        how to taper
        tapering off methadone
        kicking heroin
        coming off suboxone
        get off fentanyl
        detoxing
        detox at home
        home detox
        detox by myself
        history of seizures
        i had seizures last year when i quit
        abstinencia
        síndrome de abstinencia
        estoy en abstinencia
        temblores
        temblor en las manos
        me tiemblan las manos
        malilla
        estoy con el mono
        dejar la heroína de golpe
        dejar de tomar de golpe
        desintoxicarme en casa
    """,
    Danger.SEDATIVES: """
        xanax
        benzos
        on benzos
        benzodiazepines
        valium
        klonopin
        coming off xanax
        taper off xanax
        stop taking my klonopin
        xanax withdrawal
        benzo withdrawal
        sleeping pills
        addicted to ambien
        ghb
        phenibut
        benzodiacepinas
        clonazepam
        rivotril
        pastillas para dormir
        dejar las pastillas para dormir
        tranquilizantes
    """,
    Danger.DRINKING: """
        stop drinking
        i can't stop drinking
        i want to stop drinking
        quit drinking
        how to quit alcohol
        stop drinking alcohol
        giving up alcohol
        give up drinking
        cut out booze
        my husband needs to stop drinking
        dejar de beber
        quiero dejar de tomar
        no puedo dejar de beber
        dejar el alcohol
        dejar la bebida
    """,
    Danger.ALONE: """
        use alone
        using alone
        i use alone
        never use alone
        don't use alone
        i am about to use by myself
        shooting up alone
        stay on the line while i use
        safespot
        sit with me while i use
        consumir sola
        nunca consumas solo
        consumo a solas
        uso drogas solo
    """,
}
NO_ALARM = """
bank withdrawal
art withdrawal
cash withdrawal
ATM withdrawals
withdrawal slip
withdrawal from college
course withdrawal deadline
troop withdrawal
withdrawing money
social withdrawal
nicotine withdrawal
caffeine withdrawal
milkshakes
protein shakes
chocolate shake recipe
burgers and shakes
the shakes at the diner
shakes in town
hand shake
shaking hands
shake it off
seizure dog
seizure alert dog
service dog for seizures
seizure medication
property seizure
search and seizure
epilepsy and seizures
seizure disorder support group
cold turkey sandwich
quit smoking cold turkey
cold turkey vaping
taper fade
taper candles
marathon taper
taper jeans
detox tea
dopamine detox
juice detox
overdose prevention
overdose prevention training
overdose awareness day
overdose kit
overdose deaths
overdose grief group
fear of overdosing
overdosed on sugar
surviving an overdose
odd jobs
the odd couple
breathing exercises
deep breathing technique
breathing room
breathe easy
unconscious bias
passed out flyers
poison ivy
too much time
took too many classes
took too much time off
took too many risks
it takes too much energy
too many meetings
drank too much coffee
stop drinking soda
quit drinking coffee
stop drinking and driving
i stopped drinking 5 years ago
cant wake up early for meetings
doesn't wake up before noon
wake up call
seeing things differently
seeing a therapist
hearing aids
hear my story
blue light
blue cross
i am feeling blue
live alone
i feel alone
home alone
use the app
use my insurance
phone line
no benzos
without xanax
therapist for anxiety without xanax
detox
detox center
alcohol
drinking too much
sober living
hand tremors movie
earth tremors
essential tremor
ai hallucinations
schizophrenia hallucinations
i used to be a pilot
he passed away
bus pass
safe place
support line
retiro de efectivo
abstinencia sexual
tres meses de abstinencia
mantener la abstinencia
abstinencia de nicotina
temblor de hoy
temblores en méxico
sismo temblor magnitud
perro para convulsiones
prevención de sobredosis
taller sobre sobredosis
día de concientización sobre la sobredosis
dejar de tomar café
dejar de beber refresco
ejercicios para respirar
técnicas de respiración
usar solo en español
vivo sola
me siento solo
tomo demasiado café
demasiado tiempo
no despierta temprano
ver a un terapeuta
veo que hay grupos
mono de peluche
línea de ayuda
tomar el autobús
no responde mis mensajes
""".strip().splitlines()


def rows(phrases):
    return [
        (danger, line.strip()) for danger, lines in phrases.items() for line in lines.strip().splitlines()
    ]


@pytest.fixture(scope="module")
def table():
    from directory.search.parsing import synonyms

    return synonyms.build_table(TABLE)


def test_there_are_enough_phrases() -> None:
    assert len(rows(EMERGENCY)) >= 60
    assert len(rows(URGENT)) >= 60
    assert len(NO_ALARM) >= 30


@pytest.mark.parametrize(("danger", "text"), rows(EMERGENCY))
def test_a_danger_to_life_is_an_emergency_and_nothing_else_counts(table, danger, text) -> None:
    wording = parse_query(text, table)
    assert wording.danger is danger
    assert wording.danger.is_emergency
    assert wording.crisis
    (need,) = wording.required
    assert FacetOption("kind", "hotlines") in need.options
    assert FacetOption("care", "hospital") in need.options


@pytest.mark.parametrize(("danger", "text"), rows(URGENT))
def test_a_danger_to_a_body_is_urgent_and_no_emergency(table, danger, text) -> None:
    wording = parse_query(text, table)
    assert wording.danger is danger
    assert not wording.danger.is_emergency
    assert not wording.crisis


@pytest.mark.parametrize("text", NO_ALARM)
def test_what_only_sounds_like_a_danger_raises_no_alarm(table, text) -> None:
    wording = parse_query(text, table)
    assert wording.danger is None
    assert not wording.crisis


@pytest.mark.parametrize("text", [line for line in OTHER if "drink" not in line and "tomar" not in line])
def test_nor_does_what_is_no_wish_to_die(table, text) -> None:
    wording = parse_query(text, table)
    assert wording.danger is None or not wording.danger.is_emergency


@pytest.mark.parametrize("text", SAID)
def test_a_wish_to_die_comes_first(table, text) -> None:
    wording = parse_query(text, table)
    assert wording.crisis
    assert wording.danger is None or wording.danger is Danger.POISONING


@pytest.mark.parametrize(
    "text", ["my brother overdosed two years ago", "i survived a overdose", "tuvo una sobredosis hace dos años",
             "he had a seizure years ago", "history of overdose"],
)  # fmt: skip
def test_what_was_long_ago_is_no_emergency(table, text) -> None:
    danger = parse_query(text, table).danger
    assert danger is None or not danger.is_emergency


@pytest.mark.parametrize(
    "text",
    [
        "he overdosed last year and is overdosing again",
        "survived an overdose last month and now not breathing",
    ],
)
def test_what_is_now_is_an_emergency_whatever_was_long_ago(table, text) -> None:
    assert parse_query(text, table).danger.is_emergency


@pytest.mark.parametrize("text", ["my son died of an overdose", "mi hijo murió de sobredosis"])
def test_a_death_in_the_past_is_no_danger(table, text) -> None:
    wording = parse_query(text, table)
    assert (wording.grief, wording.danger) == (True, None)


def test_every_phrase_has_a_word_that_cues_its_danger() -> None:
    """The cues only save time: without them the same is heard."""
    for text in [*(text for _danger, text in rows(EMERGENCY | URGENT)), *NO_ALARM, *SAID, *OTHER]:
        typed = folded_words(text)
        heard = danger_phrases.find_danger(typed)
        for danger, pattern in danger_phrases.DANGER_PATTERNS.items():
            calm = danger_phrases.HARMLESS_PATTERN.sub("", " ".join(typed))
            if pattern.search(calm):
                assert any(word.startswith(danger_phrases.CUES[danger]) for word in typed), (
                    danger,
                    text,
                    heard,
                )
