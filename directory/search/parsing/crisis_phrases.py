"""Find phrases in folded words that say, in English or Spanish, that a person does not want to live.

Synonyms match their words in any order. That is too loose here: "a dead battery, and I want a ride" is no cry for help.
These patterns match words in order, with few words between them. They are broad on purpose: to show the crisis panel
once too often does no harm, and to leave it out may. They are part of the program, so that no edit of the table of
synonyms can remove them.
"""

import re
from collections.abc import Sequence

# Words that may stand inside any of these phrases.
FILLER = r"(?:(?:really|just|even|ever|so|to|please|simply|honestly|fucking|it|all|only|still|actually|be) )*"
NOT = (
    r"(?:dont|do not|don t|dnt|doesnt|does not|didnt|did not|never|no longer|not|cant|cannot|can not|wouldnt)"
)
WANT = r"(?:want|wants|wanted|wanna|wana|wanting|wish|care|deserve|feel like|need|plan|hope|expect)"
# The end of a statement: the end of the text, or words that add nothing to it.
END = (
    r"(?= any ?more| no more| any ?longer| again| now| today| tonight| tomorrow| at all| ever| please|"
    r" like this| i | but | and |$)"
)
# To live somewhere or with somebody is about housing or family.
NOT_A_HOME = (
    r"(?! (?:with|in|at|near|there|by|on (?:the|my)|together|next|a |an |apart|under|sober|paycheck|room))"
)
ALIVE = (
    r"(?:be alive|being alive|alive|be living|exist|existing|to exist|breathe|stay alive|keep living"
    r"|live" + NOT_A_HOME
    + r"|living" + NOT_A_HOME + r"|be here" + END + r"|here" + END + r"|be around" + END + r"|wake up" + END
    + r"|see (?:tomorrow|another day)|be in this (?:world|life)|be on this (?:earth|planet)|be in the world"
    + r"|(?:go|keep|carry)(?: on)?(?: going| living)?" + END + r"|go on with (?:life|this life)|carry"
    r" on" + END
    + r"|continue(?: living)?" + END + r"|do (?:this|life)" + END + r"|be" + END + r")"
)  # fmt: skip
GONE = (
    r"(?:dead|die|dying|disappear|vanish|cease to exist|stop (?:existing|living|being alive|breathing)"
    r"|(?:not|never) (?:be alive|exist|be here|live|wake(?: up)?|have been born|be born|to exist|being here)"
    r"|(?:sleep|go to sleep) (?:forever|and (?:not|never) wake(?: up)?)|gone(?= for good| forever| from"
    r" this|$)"
    r"|fade away|end (?:it|everything|things)(?= all| now| tonight| today| here|$)|overdose|od|commit suicide"
    r"|not (?:be|wake up|have to (?:live|exist|be here|wake up)))"
)
SELF = r"(?:my ?self|meself)"
WAYS_TO_DIE = (
    rf"(?:hang|hanging|shoot|shooting|drown|drowning|stab|poison|hurt|hurting|harm|harming|kill|kil"
    rf"|killing|cut|cutting"
    rf"|unalive|offing|murder|burn|burning|starve|suffocate|strangle|end) {SELF}"
)
NOTHING = r"(?:no|nothing|not any|any|without|zero|isnt any|is no|lack of|a|the|one|single)"

ENGLISH = (
    rf"{NOT} {FILLER}{WANT} {FILLER}{ALIVE}",
    rf"{NOT} {FILLER}(?:see|have) (?:a |the |any )?(?:point|reason|sense) (?:in|of|to|for)"
    rf" {FILLER}(?:{ALIVE}|life|anything)",
    rf"(?:want|wants|wanted|wanna|wana|wish i could|gonna|going to|ready to|rather|would like|trying to"
    rf"|tried to|id like"
    rf"|hope i|hoping i|deserve|should|better off|planning|plan to|thinking (?:of|about)|think (?:of"
    rf"|about)|feel like"
    rf"|need to|about to|time to|better) (?:to )?{FILLER}{GONE}",
    rf"wish (?:that )?(?:i|id|i d|we) (?:(?:was|were|could|would|had|just|all|never|to|be|only|really)"
    rf" )*(?:{GONE}|never born"
    r"|never been born|not (?:alive|here|born|existing))",
    rf"wish (?:that )?(?:i|id) (?:was|were|would|did|had|could) ?(?:nt|n t|not|never|nt been|not been"
    rf"|never been)"
    rf" (?:been )?(?:{ALIVE}|born)",
    r"hope (?:that )?i (?:dont|do not|never|wont) (?:wake(?: up)?|live|make it|survive)",
    rf"(?:tired|sick|exhausted|done|fed up|weary|finished|through|had enough|hate|hating)(?: and"
    rf" tired)?(?: of| with)?"
    rf" (?:being alive|being here{END}|being on this earth|living{NOT_A_HOME}|existing|existence|(?:my "
    rf"|this )?life{END})",
    r"(?:life|living|lifes|my life)(?: is| are| feels| feel| just| really)* ?(?:isnt|is not|not|aint|isn"
    r" t|is no longer"
    r"|no longer|never|doesnt feel|does not feel|dont feel|hardly|barely)(?: \w+){0,2}? worth",
    r"(?:life|living|lifes|my life)(?: is| feels| seems| just| really| has)* (?:over|pointless"
    r"|meaningless|worthless|useless"
    r"|hopeless|no meaning|no point|no purpose|unbearable)",
    rf"{NOTHING} (?:left )?(?:reason|reasons|point|purpose|sense|will|desire|motivation|use) (?:left"
    rf" )?(?:to|in|of|for)"
    rf" {FILLER}(?:{ALIVE}|life{END}|go on|keep going)",
    r"(?:nothing|no one|nobody|not much|little|anything)(?: left)? (?:to live for|worth living|to stay"
    r" alive for)",
    rf"(?:point|use|purpose) (?:of|in) (?:life{END}|living{NOT_A_HOME}|being alive|going on|existing"
    rf"|anything|trying anymore)",
    r"why (?:am i|should i|do i|bother|even|keep|are we|go on)(?: \w+){0,2} (?:alive|living|exist|live"
    r"|go on|going on)"
    r"(?! with| in| at)",
    r"(?:lost|losing|lose|gave up|without) (?:my |the |all |any )*(?:will|want|desire|reason|hope) (?:to"
    r" live|to go on|of life)",
    r"(?:lost all|no|there is no|without any) hope(?: left)?" + END.replace("| i ", ""),
    r"(?:everyone|everybody|they|people|family|kids|world|wife|husband|mom|parents|she|he|theyd"
    r"|everyones|all)"
    r"(?: \w+){0,3} better(?: off)? (?:without me|if i)",
    r"(?:better off|be better|rather be|should be|ought to be|already) (?:dead|gone|without me|if i"
    r" (?:was|were|died|wasnt))",
    r"(?:if i|when i) (?:died|was dead|were dead|was gone|were gone|disappeared|killed|wasnt here|werent"
    r" here|am dead)",
    r"(?:no one|noone|nobody|anyone|anybody|who)(?: \w+){0,2} (?:care|miss|notice)(?: \w+)? if i",
    r"(?:no one|noone|nobody) (?:would|will|d|is going to) miss me",
    r"(?:im|i am|i m|being|feel like|just|such|become) a burden",
    WAYS_TO_DIE,
    r"(?:end|ending|take|taking|took) (?:my|this) (?:own )?(?:life|misery|pain|suffering|existence)",
    r"(?:want|wanna|going to|gonna|ready to|need to|thinking of|about) (?:to )?(?:end|ending) it",
    r"(?:jump|jumping|throw myself|step|walk|run) (?:off|from|in front of|into|under|out of)(?: of)?(?:"
    r" a| the| my)?"
    r" (?:bridge|roof|building|cliff|train|traffic|car|bus|truck|window|balcony)",
    r"(?:slit|cut|cutting|slitting) my (?:wrist|wrists|throat|veins|arms|arm)",
    r"(?:take|taking|took|swallow|swallowed) all (?:of )?(?:my|the|these) (?:pills|meds|medication|tablets)",
    r"(?:overdose|od) on purpose",
    r"(?:thoughts|thinking|dreaming|obsessed|fantasize|fantasizing) (?:of|about|with) (?:my )?(?:own"
    r" )?(?:death|dying|suicide"
    r"|ending (?:it|my life|things)|killing|self harm|being dead|not (?:being|existing|waking))",
    r"(?:good ?bye|suicide|farewell) (?:letter|note)|goodbye (?:forever|world|everyone)",
    r"(?:do not|dont|no longer) care (?:if|whether) i (?:live|die|wake|make it|am alive|exist|survive)",
    r"(?:im|i am|i|feel|feeling|been|am|so|very|passively|actively|still|getting) suicidal|suicidal"
    r" (?:thoughts|feelings"
    r"|ideation|ideas|urges)",
    r"(?:see|is|have|theres|there is|find) no (?:way out|other way out|future|escape)",
    r"(?:not|dont feel|isnt|unsafe) ?(?:be )?safe (?:with|from|by|around|alone with) (?:my ?self|me)",
    rf"(?:cant|can not|cannot|couldnt|dont think i can) {FILLER}(?:go on|take (?:it|this|life)|live|keep"
    rf" going|carry on|bear)"
    r" (?:like this|any ?more|any longer|this way|another day)",
    r"(?:i|just|im|want to|ready to|wanna) (?:give|giving) up(?= on (?:life|everything|living|me|myself)|$)",
    r"\b(?:kms|kmself|ctb|unalive)\b",
    r"(?:dont|do not|not) (?:deserve|want) (?:to |my )?life" + END,
)
HARM = (
    r"(?:matarme|suicidarme|suicidar|morirme|morir|desaparecer|quitarme la vida|ahorcarme|colgarme"
    r"|cortarme(?: las venas)?"
)
SPANISH = (
    rf"(?:quiero|quisiera|deseo|prefiero|preferiria|ojala|voy a|pienso|pensando|pense|ganas|gustaria"
    rf"|debo|deberia|mejor"
    rf"|intente|trate|planeo|necesito|quiere|queria|merezco|me quiero|me voy a)(?: (?:de|en|a|ya|solo|me"
    rf"|pudiera|simplemente"
    rf"|poder|pudiese))* {HARM}|dejar de (?:vivir|existir|sufrir|respirar)|no (?:existir|vivir"
    rf"|despertar\w*|estar (?:aqui|viv[oa])"
    r"|haber nacido|seguir vivi\w+)|estar muert[oa]|acabar con (?:todo|mi vida|esto)|terminar con"
    r" (?:todo|mi vida)|ponerle fin"
    r"|hacerme dano|lastimarme|danarme|tirarme (?:de|a|del)|lanzarme|irme de este mundo|dormir para"
    r" siempre|dormirme para siempre"
    r"|matar\b(?! el)|desaparezca|morirse|morirnos)",
    r"(?:me quiero|quiero|me voy a|voy a) (?:matarme|matar(?!\w| el| la| a)|morir\w*|suicidar\w*"
    r"|ahorcar\w*|ir de este mundo)",
    r"no (?:me )?(?:quiero|deseo|quisiera|merezco|puedo)(?: ya| mas| nada)* (?:vivir(?! con| en| ahi|"
    r" alli| junt| cerca| sol[oa]"
    r"| de )|existir|despertar(?:me)?(?! temprano)|estar (?:viv[oa]|aqui(?= mas| ya|$)|en este mundo)"
    r"|seguir viv\w+|seguir"
    r"(?= mas| asi| adelante| aqui|$)|continuar(?=$| mas| asi| viv)|mas vida|la vida|mi vida|esta vida)",
    r"ya no quiero(?: nada| mas)?$",
    r"(?:dormir|dormirme|acostarme|dormirse)(?: \w+){0,2} (?:no|nunca|jamas) (?:volver a |mas )?despertar\w*",
    r"(?:nunca|no|jamas)(?: mas)? (?:volver a )?(?:despertar|despierte)(?:me)?(?: mas| nunca| jamas|$)",
    r"(?:sin|no tengo|perdi las|no me quedan|pocas|quitan las)(?: mas)? ganas de (?:vivir|seguir(?= viv"
    r"|$)|nada$|existir)",
    r"(?:la|mi|esta) vida (?:ya )?no (?:me )?(?:vale|tiene|sirve|merece|importa)",
    r"no (?:le )?(?:vale|tiene|encuentro|veo|hay|tengo)(?: \w+){0,2} (?:sentido|razon|razones|pena"
    r"|motivo|motivos|caso)"
    r"(?: \w+){0,2} (?:vida|vivir|seguir(?! \w+ando| \w+iendo)|existir)",
    r"(?:cansad[oa]|hart[oa]|agotad[oa]|aburrid[oa]) de (?:vivir(?! con| en)|la vida|mi vida|esta vida"
    r"|existir|estar viv[oa])",
    r"(?:no hay|no veo|no encuentro|sin) (?:salida|futuro|esperanza)(?=$| para mi| en mi| ya)",
    r"(?:ya )?no (?:aguanto|soporto|resisto) mas|ya no (?:aguanto|soporto)(?=$| la vida| vivir| mi vida|"
    r" esta vida)",
    r"no (?:aguanto|soporto) (?:la vida|vivir(?! con| en)|mi vida|esta vida)",
    r"(?:mejor|bien) (?:sin mi|muert[oa])|nadie me (?:extranaria|va a extranar|echaria de menos|necesita)",
    r"(?:odio|detesto) (?:mi vida|vivir(?! con| en)|la vida|estar viv[oa])",
    r"para que (?:vivir|seguir(?: viv\w+)?(?=$)|vivo|sigo viv[oa])|(?:sin|no hay|ninguna) (?:razon"
    r"|razones|motivo|motivos)"
    r" (?:para|de) (?:vivir|seguir(?=$| viv))",
    r"(?:soy|siento que soy|solo soy) una carga|no sirvo para nada|no merezco vivir",
    r"(?:pensamientos|pensar|pienso|ideas) (?:de|en|sobre) (?:la |mi )?(?:muerte|morir\w*|matarme|suicid\w*)",
    r"(?:acabar|terminar) con mi vida|quitarme la vida|suicidarme|matarme|ahorcarme|cortarme las venas"
    r"|hacerme dano"
    r"|me corto las venas|me lastimo|si me muero|si me muriera|si yo muriera|ojala (?:me )?(?:muera"
    r"|muriera|no despierte)",
    r"(?:carta|nota) (?:de )?(?:suicid\w+|despedida)",
)  # fmt: skip
CRISIS_PATTERN = re.compile("|".join(rf"\b(?:{phrase})(?!\w)" for phrase in (*ENGLISH, *SPANISH)))
# Words of these phrases. None of them counts as a typing error, and typing errors are corrected to them.
KNOWN_WORDS = frozenset(
    """
    alive anymore burden dead disappear exist existing killing living matarme morir morirme suicidal suicide tired
    tomorrow vivir wake want wish without worth
    """.split()
)


def crisis_positions(typed: Sequence[str]) -> tuple[int, ...]:
    """Return the positions of the first such phrase among folded words; empty where there is none."""
    return match_positions(" ".join(typed), CRISIS_PATTERN)


def match_positions(text: str, pattern: re.Pattern[str]) -> tuple[int, ...]:
    """Return the positions of all words of the first match of a pattern in folded words; empty for no match."""
    match = pattern.search(text)
    if not match:
        return ()
    first = text[: match.start()].count(" ")
    return tuple(range(first, first + match[0].strip().count(" ") + 1))
