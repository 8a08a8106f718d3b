"""Folded words of English and Spanish that say little by themselves."""

# Words without meaning of their own. Neither a phrase nor a listing must contain them.
STOP_WORDS = frozenset(
    """
    a an the of to in on at by for from with and or is are was were be been being this that these those
    it its i im ive id me you your he she they them his her their our we us do does did has have had
    having just so very really as if then than there here some any who whos which what whats where when
    how why will would could should may might about into over up also too much el la los las un una unos
    unas de del y o u en con por para que es soy esta este esto estos estas se su sus lo le les te nos
    como cual donde cuando muy mas ya hay
    """.split()
)

# Words around what a person looks for. A phrase may need them ("need a drink"); a listing never must contain them.
SOFT_WORDS = frozenset(
    """
    my mine not no dont cant cannot wont doesnt isnt without need needs needing want wants wanted
    wanting looking look search searching find finding found get gets getting got help helps helping
    please thanks thank give gives show tell know think thinking feel feeling like can try trying tried
    go going goes went come coming take takes taking took accept accepts accepting offer offers offering
    near nearby close closest nearest around local area best good someone somebody something anyone
    anything person people thing things place places somewhere time now lately new way ways lot always
    again still ever never only even more most one ones whose because since after before year years old
    day days week weeks month months last hi hello hey ok okay yes mi mis sin quiero quiere necesito
    necesita busco buscar buscando ayuda ayudar encontrar tengo tiene puedo puede dejar alguien algo
    persona personas cerca lugar lugares favor gracias hola estoy ser estar am
    stuff shit shitty crap damn damned fuck fucked fucking fuckin hell ass bullshit goddamn freaking stupid sucks
    really pretty kinda sorta gonna wanna gotta lol omg pls plz sorry hate hates hated feels felt
    mierda pinche puta puto carajo joder maldita maldito siento tan bien mal
    all todo toda todos todas
    left myself usa usan uso sober sobriety recovery recovering recuperacion
    """.split()
)

# Names of towns that are common words as well.
AMBIGUOUS_TOWNS = frozenset(
    """
    ada alliance anthem bath bell bend best brick carpinteria center centre college concord corona crystal early
    enterprise faith friendship grace green halfway harmony hope independence joy justice larkspur
    liberty light mentor mission mobile nice norco normal orange oxford pace parole peace pride
    providence reading republic smart soledad split spring summit sunrise surprise temple trinity union
    unity victory walker welcome
    """.split()
) | {"new hope", "new life", "good hope", "sun city"}


def has_meaning(word: str) -> bool:
    """Return whether a folded word is neither a stop word nor one of the soft words that mean little alone."""
    return word not in STOP_WORDS and word not in SOFT_WORDS
