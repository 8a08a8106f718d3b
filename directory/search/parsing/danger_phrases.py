"""Find phrases in folded words that mention, in English or Spanish, a danger to a life or to a body.

As in `crisis_phrases`, the patterns match words in order, and no edit of the table of synonyms can remove them.
`HARMLESS` lists phrases that only sound like a danger ("bank withdrawal", "seizure dog"); they are ignored.
"""

import re
from collections.abc import Iterable, Sequence

from directory.search.parsing.crisis_phrases import crisis_positions, match_positions
from directory.search.parsing.parsed_query import Danger

# Names of drugs, which distinguish them from other things that people take, mix, taper or stop.
SEDATIVE = (
    r"(?:xan(?:ax|ny|nies|s)?|alprazolam|valium|diazepam|klonopins?|k pins?|clonazepam|ativan|lorazepam|librium"
    r"|temazepam|restoril|halcion|triazolam|etizolam|bromazolam|benzos?|benzodiazepines?|phenobarbital"
    r"|barbiturates?"
    r"|ghb|gbl|phenibut|(?:sleeping|sleep|nerve|anxiety) (?:pills?|meds?|tablets?)|ambien|zolpidem|lunesta|soma"
    r"|carisoprodol|tranquili[sz]ers?|sedatives?|benzodiacepinas?|benzodiazepinas?|rivotril|tafil|lexotan"
    r"|(?:pastillas?|medicinas?|gotas) (?:para|de) (?:el |la |los )?(?:dormir|sueno|nervios|ansiedad)"
    r"|tranquilizantes?|somniferos?|sedantes?|barbituricos?)"
)
OPIOID = (
    r"(?:heroin|dope|smack|fentanyl|fent|fetty|blues|opiates?|opioids?|painkillers?|pain (?:pills?|meds?)|percs?"
    r"|percocets?|oxy(?:s|codone|contin)?|hydrocodone|vicodin|norcos?|morphine|codeine|tramadol|dilaudid|methadone"
    r"|suboxone|subs|subutex|buprenorphine|kratom|tianeptine|tranq|xylazine|heroina|fentanilo|chiva|opioides"
    r"|opiaceos"
    r"|metadona|morfina|suboxona)"
)
# Drugs that are no pills. Naloxone helps against them.
STREET = r"(?:heroin\w*|dope|smack|fent\w*|fetty|chiva|tranq|xylazine)"
STIMULANT = (
    r"(?:meth|crystal|coke|cocaine|crack|speed|molly|mdma|ecstasy|adderall|amphetamines?|acid|lsd|ketamine|ket"
    r"|drugs?|weed|edibles?|spice|k2|bath salts|gabapentin|lyrica|pregabalin|cocaina|cristal|drogas?)"
)
ALCOHOL = r"(?:alcohol|booze|liquor|vodka|whiskey|whisky|rum|tequila|beer|wine|the bottle|drink(?:ing)?)"
PILLS = (
    rf"(?:pills?|tablets?|meds|medications?|medicines?|capsules?|tylenol|acetaminophen|ibuprofen|advil|aspirin"
    rf"|antidepressants?|gumm(?:y|ies)|edibles?|pastillas?|pildoras?|tabletas?|capsulas?|medicamentos?|medicinas?"
    rf"|paracetamol|gomitas?|{SEDATIVE}|{OPIOID})"
)
DRUG = rf"(?:{SEDATIVE}|{OPIOID}|{STIMULANT})"
POISON = (
    r"(?:bleach|antifreeze|(?:hand )?sanitizer|rubbing alcohol|isopropyl|methanol|mouthwash|windex|lysol|gasoline"
    r"|paint thinner|drain cleaner|cleaner|detergent|vape juice|cloro|anticongelante|detergente|gasolina|alcohol"
    r" (?:de curacion|metilico))"
)
PERSON = (
    r"(?:i|he|she|they|we|someone|somebody|friend|buddy|son|daughter|kid|child|brother|sister|mom|mum|dad|mother"
    r"|father|husband|wife|boyfriend|girlfriend|partner|roommate|guy|man|woman|girl|boy|cousin|uncle|aunt|neighbor)"
)
CHILD = (
    r"(?:kid|child|baby|toddler|infant|year old|grandson|granddaughter|son|daughter|little (?:boy|girl)|nino|nina"
    r"|bebe|hijo|hija|nieto|nieta)"
)
TOO_MUCH = r"(?:way |far |waay |a (?:little|bit) )?(?:too|to|so) (?:many|much)"

# These phrases are no danger, unless what `UNLESS_DRUGS` names follows them.
UNLESS_DRUGS = r"(?! (?:symptoms?|seizures?|sickness|from (?:alcohol|drink|drugs?|heroin|opi|benzo|xanax)))"
HARMLESS = (
    # withdrawals that are not from drugs
    r"(?:bank|cash|atm|money|art|ira|401k|pension|savings?|account|checking|funds?|paypal|venmo|crypto|bitcoin"
    r"|class"
    r"|course|college|school|student|semester|university|military|troops?|army|treaty|paris|nato|political|consent"
    r"|application|complaint|lawsuit|nomination|candidate|retirement|social|emotional|tax|teller|hardship|stock"
    rf"|deposits?|dividend|nicotine|caffeine|sugar|coffee|tobacco|smoking|vaping|vape|cigarettes?|porn|phone|gaming"
    rf"|screen|social media) withdrawa?ls?{UNLESS_DRUGS}",
    r"withdrawa?ls? (?:slips?|forms?|fees?|limits?|dates?|deadlines?|method|penalty|penalties|requests?)",
    r"withdraw(?:al|als|ing)? (?:of (?:consent|troops|funds|money|cash|application|charges)|money|cash|funds)",
    r"withdraw(?:al|als|ing)? from (?:my |the |your |an? |all )?(?:class(?:es)?|courses?|college|school|university"
    r"|bank|account|atm|ira|401k|savings|social life|society|friends|race|nicotine|caffeine|sugar|cigarettes"
    r"|tobacco"
    r"|vaping|smoking|coffee)",
    # milkshakes, handshakes and earthquakes
    r"milk ?shakes?|(?:protein|fruit|chocolate|vanilla|strawberry|banana|meal|diet|weight loss|slim fast|green|malt"
    r"|breakfast|meal replacement|ice cream|hand) ?shakes?|(?:burgers?|fries|smoothies|malts?"
    r"|ice cream)(?: \w+){0,2}"
    r" shakes?|shakes? (?:and (?:fries|burgers?|smoothies|malts?)|recipes?|shack|shop|bar|diet|for (?:weight"
    r"|muscle)"
    r"|(?:at|from) (?:the |a )?(?:diner|restaurant|sonic|mcdonalds|gym|mall)|in town)|harlem shake"
    r"|shak(?:e|es|ing) (?:hands|my head|your head|it off|things up|up)|hand ?shak(?:e|es|ing)"
    r"|(?:camera|earth|essential|orthostatic) (?:shake|tremors?)|tremors? (?:movie|film|earthquake)",
    # seizures of property, and help for people who live with epilepsy
    r"(?:asset|assets|property|police|civil|border|customs|vehicle|car|tax|land|cash|bank|gun) seizures?"
    r"|search and seizures?|seizures? of (?:property|assets|goods|land|power|a vehicle)|seizure warrants?",
    r"(?:anti )?seizures? (?:(?:alert|response|assist|assistance|detection|service|therapy|support) )*(?:dogs?"
    r"|medications?|meds|medicines?|disorders?|clinic|specialists?|group|groups)",
    r"(?:dogs?|epilepsy)(?: \w+){0,4} seizures?",
    r"(?:schizo\w*|psychosis|psychotic|dementia|parkinsons?|hypnagogic|ai|chatgpt)(?: \w+){0,3} hallucinat\w+"
    r"|hallucinat\w+(?: \w+){0,3} (?:schizo\w*|psychosis|dementia|parkinsons?)",
    # cold turkey as a meal, and habits that are safe to stop at once
    r"cold turkey (?:sandwich(?:es)?|recipes?|leftovers?|salad|wraps?|cuts|meat|dinner|breast|club)",
    *(
        rf"{first}(?: \w+){{0,4}} {last}"
        for other in (
            r"(?:smok\w*|cigar\w*|nicotine|vap(?:e|es|ing)|tobacco|sugar|caffeine|coffee|soda|porn|gambling|gaming"
            r"|social media|chew|dip|zyn|juul|fumar|cigarros?|nicotina|cafe|azucar)",
        )
        for first, last in ((other, "cold turkey"), ("cold turkey", other))
    ),
    # tapered candles, clothes and haircuts, and training for a race
    r"taper (?:candles?|fades?|haircut|cut|pants?|jeans|week|roller|bearing)|(?:marathon|race|fade|hair|candle"
    r"|low|mid)"
    r" taper(?:ing)?|taper(?:ing)? (?:for|before) (?:a |the |my )?(?:marathon|race)",
    # detox of other things than drugs
    r"(?:juice|tea|sugar|dopamine|digital|phone|screen|social media|foot|skin|colon|liver|heavy metal|carb|diet"
    r"|caffeine|nicotine) detox(?:ing|es)?|detox(?:ing)? (?:tea|juices?|diet|smoothies?|water|foot|bath|drinks?"
    r"|shampoo|pads|patches|my (?:phone|skin|liver|house|closet))",
    # overdoses as a topic, and training about them
    r"overdoses? (?:prevention|awareness|education|training|trainings|kits?|reversal|response|statistics|stats|data"
    r"|rates?|deaths?|epidemic|crisis|loss|grief|memorial|vigil|survivors?|day|class|classes|rescue (?:training"
    r"|kits?"
    r"|class)|task force|coalition|walk|laws?|reports?|map|first aid)",
    r"(?:prevent|preventing|avoid|avoiding|fear of|afraid of|scared of|risk of|against|international|national|end"
    r"|ending|surviving|survivors? of|after) (?:an? |the |my |his |her |accidental |opioid "
    r"|drug )*overdos(?:es?|ing)",
    r"overdos(?:e|ed|ing) (?:on|of) (?:sugar|chocolate|candy|news|tv|social media|cuteness)"
    r"|(?:sugar|cuteness|chocolate|news) overdose",
    # breathing as an exercise
    r"(?:deep |slow |box |belly |shallow )?breath(?:e|ing|work) (?:exercises?|techniques?|meditations?|work|class"
    r"|classes|rooms?|spaces?|easy|apps?|practice|group)",
    r"unconscious (?:bias|mind|competence)|passed out (?:flyers?|papers|cards|awards|food|chips)"
    r"|not responding to (?:my|me|his|her|their|calls?|texts?|emails?)",
    r"poison (?:ivy|oak|sumac|darts?|frogs?|apple|pill|pen)|lead poison(?:ing)?|(?:is|so|what a) poison",
    # other drinks, and drinking that ended long ago
    r"drink(?:ing)? (?:soda|coffee|pop|coke|diet|milk|tea|water|energy|caffeine|kombucha|juice|and driving|games?)",
    r"(?:stopped|quit) (?:drinking|using|alcohol)(?: \w+){0,4} (?:ago|since)",
    r"(?:no|without|free of|not on|instead of) (?:any |more |taking )?" + SEDATIVE,
    # Spanish
    r"abstinencia (?:sexual|total|periodica)|(?:\d+|un|una|dos|tres|varios|muchos|primer)(?: \w+)? (?:de"
    r"|en) abstinencia"
    r"|(?:mantener|mantengo|manteniendo|lograr|celebrar|programa de|grupo de|basad[oa] en)(?: la| mi)? abstinencia"
    r"|abstinencia (?:de|a|al|del|por)(?: la| el)? (?:nicotina|tabaco|cigarros?|cafeina|azucar|cafe)",
    r"(?:sismos?|terremotos?|tierra|magnitud|volcan|replicas)(?: \w+){0,4} temblor(?:es)?"
    r"|temblor(?:es)?(?: \w+){0,4} (?:sismos?|tierra|magnitud|terremotos?|richter|volcan|mexico|chile"
    r"|california|peru)"
    r"|temblor (?:de )?hoy",
    r"perros?(?: \w+){0,4} convulsiones|convulsion(?:es)? (?:social(?:es)?|politicas?)",
    r"(?:prevencion|prevenir|evitar|capacitacion|entrenamiento|taller|curso|conciencia\w*|concientizacion|dia"
    r"|muertes?|miedo)(?: \w+){0,4} sobredosis|sobredosis (?:de (?:azucar|amor|informacion|ternura))"
    r"|sobreviv\w+(?: \w+){0,3} sobredosis",
    r"(?:ejercicios?|tecnicas?|clase) (?:de|para) respira\w*",
    r"dej(?:ar|o|e|ando) de (?:tomar|beber) (?:el |la )?(?:cafe|refrescos?|agua|leche|te|soda|coca"
    r"|anticonceptiv\w+)",
    r"inconsciente colectivo|veneno de (?:abeja|serpiente|ratas?)",
    r"(?:sin|no mas) " + SEDATIVE,
)  # fmt: skip
# Words that put an event in the past, unless a word for the present stands beside them.
PAST_PATTERN = re.compile(
    r"\b(?:(?:days?|weeks?|months?|years?) (?:ago|back|before)|last (?:year|month|week|summer|winter|spring|fall)"
    r"|history(?: of)?|(?:19|20)\d\d|when i was (?:a |in |young|younger|\w+teen)|used to|survived?|prior"
    r"|previous(?:ly)?"
    r"|in the past|hace (?:\w+ ){1,3}?(?:anos?|mes|meses|semanas?)|(?:el|la) (?:ano|mes|semana) pasad[oa]"
    r"|(?:antecedentes?|historial)(?: de)?)\b"
)
PRESENT_PATTERN = re.compile(
    r"\b(?:now|again|still|today|tonight|ahora|hoy|otra vez|sigue|wont|cant|not|isnt|no)\b"
)
EMERGENCIES = {
    Danger.SEIZURE: (
        r"seizures?|seizing|seizuring|convuls(?:e|es|ing|ed|ion|ions)|delirium(?: tremens)?",
        r"^dts$|(?:the|having|has|have|had|got|get|alcohol|withdrawal) dts|dts (?:from|after|alcohol|withdrawal"
        r"|symptoms)",
        r"h?allucinat(?:e|es|ed|ing|ion|ions)",
        r"(?:see|sees|seeing|saw|hear|hears|hearing) (?:\w+ ){1,2}(?:that |who |which )?(?:isnt|isn t|arent"
        r"|aren t|are"
        r" not|is not|not|wasnt|werent)(?: really)? (?:there|real)",
        r"(?:see|sees|seeing) (?:things|bugs|spiders|snakes|ants|shadows)(?=$| and| after| from| since| in"
        r"| when| on)",
        r"hear(?:s|ing)? (?:voices|things)(?= after| from| since| in (?:withdrawal|detox)| when i (?:quit|stop"
        r"|dont))",
        r"convulsion(?:es|a|ando|o)?|convulsiona\w*|ataques? (?:epileptic|convulsiv)os?|alucinacion(?:es)?"
        r"|alucina(?:ndo|r)?|alucino|delirios?|delira(?:ndo|r)?|le dio un ataque(?! de (?:panico|ansiedad|celos"
        r"|risa))",
        r"(?:ve|veo|ver|ven|viendo|oye|oigo|oyendo|escucha|escucho|escuchando) (?:cosas|voces|bichos|insectos"
        r"|aranas"
        r"|gente)(?: que no (?:hay|estan|esta|existen|son)\w*|(?=$| por| desde| y ))",
    ),
    Danger.POISONING: (
        rf"(?:took|taken|swallowed|popped) {TOO_MUCH}(?! (?:{OPIOID}|{STIMULANT}|time|of (?:my|his|her|our|their"
        rf"|your) (?:time|life)|space|work"
        r"|money|class|classes|courses?|notes?|pictures|photos|steps|risks?|days|trips?|trouble|effort|energy"
        r"|on\b|from"
        r"|out of|for granted|sugar|coffee|caffeine|food|candy|water|soda|salt))",
        rf"(?:take|takes|taking|ate|eaten|had|drank|downed|used) {TOO_MUCH} (?:of )?(?:\w+ )?(?!{STREET}){PILLS}",
        rf"(?:took|taken|swallowed|popped|ate|eaten|downed)(?: \w+){{0,3}} (?:all|whole|entire|bunch|handful|bottle"
        rf"|lots?|ton|double|extra|\d\d+|twenty|thirty|forty|fifty|sixty)(?: \w+){{0,4}} {PILLS}",
        rf"(?:way |far )?(?:too|to) (?:many|much) (?!{STREET}){PILLS}|swallowed (?:\w+ )?{PILLS}",
        r"(?:took|given|gave)(?: \w+){0,2} (?:wrong|someone elses|somebody elses) (?:pills?|meds?|medicines?"
        r"|medications?"
        r"|dose)|(?:took|double) (?:a )?doubled? dose|accidentally took",
        r"poison(?:ed|ing|s)?|alcohol poisoning",
        rf"{CHILD}(?: \w+){{0,3}} (?:swallowed|ate|drank|got into|se comio|comio|se trago|trago|bebio|se tomo)"
        rf"(?: \w+){{0,4}} (?:{PILLS}|{POISON}|{DRUG})",
        rf"(?:drank|drink|drinks|drinking|swallowed|ingested|bebio|bebi|tome|tomo)(?: \w+){{0,2}} {POISON}",
        rf"mixed(?: \w+){{0,3}} (?:{PILLS}|{DRUG}|alcohol)(?: \w+){{0,2}} (?:and"
        rf"|with) (?:\w+ ){{0,2}}(?:{PILLS}|{DRUG}"
        r"|alcohol|beer|wine|vodka|liquor)",
        r"(?:tome|tomo|tomaron|tomado|trague|trago|comi|comio|ingeri|ingirio)(?: \w+){0,3} (?:demasiad[oa]s?"
        rf"|much[oa]s|muchisim[oa]s|tod[oa]s|frasco|bote|monton)(?: \w+){{0,3}} {PILLS}",
        r"(?:me tome|se tomo|tome|consumio|se metio|me meti) demasiad[oa]s?(?! (?:tiempo|cafe|cervezas?|alcohol"
        r"|agua"
        r"|vino|anoche|tarde|refresco))",
        rf"demasiad[oa]s {PILLS}|{PILLS} de mas|se paso (?:de|con) (?:la )?(?:{PILLS}|dosis)",
        r"envenen\w+|veneno|intoxicacion|(?:se|me|esta|estoy|estaba) intoxic\w+",
    ),
    Danger.OVERDOSE: (
        r"overdos(?:e|es|ed|ing)|over dos(?:e|ed|ing)|od|ods|oded|oding|sobredosis",
        rf"{PERSON} (?:just |almost |may have |might have |has |have )?odd(?= on| last| again| today| tonight"
        rf"| and|$)",
        rf"(?:did|took|used|shot|shot up|smoked|snorted|injected|done|doing) {TOO_MUCH} (?:of )?(?:\w+ )?{DRUG}"
        rf"|(?:shot up|injected|snorted) {TOO_MUCH}",
        r"(?:not|isnt|isn t|aint|wasnt|no longer|stopped|stops|barely|hardly|cant|can t|cannot|can not|couldnt"
        r"|struggling to|trouble|difficulty|slow|shallow|weird) (?:\w+ )?breath(?:e|es|ing)?(?! (?:through"
        r"|around))",
        r"(?:breathing|breath) (?:\w+ ){0,2}(?:stopped|slow|shallow|weird|barely)",
        r"(?:lips?|face|nails|fingers|skin)(?: \w+){0,3} (?:blue|gray|grey|purple)|(?:turn|turned|turning|going"
        r"|gone|went)"
        r" blue|blue (?:lips|face|skin)",
        r"(?:wont|won t|will not|doesnt|doesn t|does not|isnt|isn t|not|didnt) (?:\w+ )?wak(?:e|ing)(?: up)?"
        r"(?! (?:up )?(?:early|on time|before|at|for|without|in time|when|until))",
        r"(?:cant|can t|cannot|can not|couldnt|unable to) wake (?:(?:up )?(?:him|her|them|my|someone|somebody)"
        r"|\w+ up)"
        r"|(?:cant|cannot|can not|couldnt) be (?:woken|waked|awakened)",
        r"unresponsive|not responding|unconscious|passed out|nodding out|gurgl(?:e|es|ing)|death rattle"
        r"|overamp(?:ed|ing)?"
        r"|serotonin syndrome|chest pains?|pains? in (?:my|his|her|the) chest",
        r"(?:gave|give|giving) (?:him|her|them|someone|somebody|my \w+) (?:\w+ )?(?:narcan|naloxone)"
        r"|(?:need|get|bring) (?:\w+ )?(?:narcan|naloxone) (?:now|right now|asap|fast|quick)"
        r"|(?:narcan|naloxone)(?: \w+)? (?:didnt|did not|isnt|not|wont|doesnt) (?:work|working|wake)",
        r"(?:no|casi no|apenas|dejo de|no puede|no puedo|deja de) (?:\w+ )?respira(?:r|n|ndo)?"
        r"|no responde(?! (?:mis|el|a|los"
        r"|al|las))|no reacciona|no (?:se )?despiert[ae]n?(?! (?:temprano|a tiempo|hasta|antes))"
        r"|no (?:\w+ )?pued[oe](?:n)? despertar(?:lo|la|los)?(?= a mi|$)|no pued[oe]n? despertar(?:lo|la)",
        r"inconsciente|se desmay\w+|esta desmayad[oa]|labios (?:\w+ )?(?:azules|morados)|se (?:esta poniendo"
        r"|puso|pone)"
        r" (?:azul|morad[oa])|dolor (?:de|en el) pecho|congestion alcoholica|coma etilico|se paso de droga",
    ),
}  # fmt: skip
URGENCIES = {
    Danger.ALONE: (
        r"(?:use|uses|used|using|shoot|shoots|shooting(?: up)?|inject(?:s|ing)?|get(?:s|ting)? high|do(?:es"
        r"|ing)? (?:drugs"
        r"|dope|heroin|fentanyl))(?: \w+){0,3} (?:alone|by (?:my ?self|your ?self|himself|herself|themselves)"
        r"|on my own)",
        r"never use alone|alone (?:when|while) (?:i|he|she|they|you|we)(?: \w+)? (?:use|uses|using|shoot|get high)",
        r"stay(?:s)? (?:with me )?on the (?:line|phone)(?: \w+){0,3} (?:use|uses|using|high)|safe ?spot"
        r"|(?:sit|be|stay) with me (?:when|while) i use",
        r"(?:consum(?:o|es|e|ir|iendo|as|a|an)|inyect(?:o|arme|ar|arse|a)|drog(?:arme|o|andome|arse|a)"
        r"|me meto)(?: \w+){0,2}"
        r" (?:a solas|sol[oa]s?(?= (?:en|porque|y|por)|$))",
        r"us(?:o|ar|ando|as|a) (?:drogas )?(?:a solas|sol[oa]s?(?= (?:en (?:mi |la )?casa|porque)|$))",
    ),
    Danger.SEDATIVES: (SEDATIVE,),
    Danger.WITHDRAWAL: (
        r"withdrawa?ls?|withdrawing|(?:dope|pill) ?sick(?:ness)?|cold ?turkey|taper(?:ing|ed)?(?: off| down)?",
        rf"kick(?:ing|ed)? (?:the |my )?{OPIOID}",
        rf"(?:coming|come|came|getting|get|weaning?|going"
        rf"|step(?:ping)?) (?:myself )?(?:down )?off (?:of )?(?:my |the )?"
        rf"(?:{OPIOID}|{ALCOHOL}|effexor|paxil|zoloft|lexapro|antidepressants?|gabapentin|lyrica|pregabalin)",
        r"^shakes$|(?:the|got|have|having|has|bad|alcohol|morning|drinking|whiskey|detox|with|from|and|severe"
        r"|get|getting)"
        r" shakes|shakes (?:and|from|after|in the morning|when|without|bad|so)",
        r"^shaking$|(?:cant|can t|wont|won t|cannot|dont|can not|wouldnt) (?:i )?stop (?:the )?(?:shaking"
        r"|trembling)"
        r"|stop (?:the )?(?:shaking|shakes)|hands? (?:\w+ ){0,2}(?:shake|shakes|shaking|shaky|tremble"
        r"|trembling)|tremors?"
        r"|(?:shaking|trembling) (?:\w+ )?(?:bad|badly|all over|uncontrollably|hard|like crazy)",
        rf"(?:shaking|shaky|trembling|shivering|sweats|sweating)(?: \w+){{0,6}} (?:{ALCOHOL}|drunk|sober"
        rf"|detox\w*|without"
        rf"|quit\w*|stop\w*|{OPIOID})",
        r"(?:shakes|shaking|shaky|chills|fever|vomiting|puking) (?:and|with)(?: \w+)? (?:sweats?|sweating"
        r"|shakes|shaking|vomiting"
        r"|throwing up|puking)",
        rf"(?:sick|ill|shak(?:e|es|y|ing)|throw(?:s|ing)? up|vomit(?:s|ing)?|puk(?:e|ing)|sweat(?:s"
        rf"|ing)?)(?: \w+){{0,4}}"
        rf" (?:when|if|unless|until|without)(?: \w+){{0,4}} (?:{ALCOHOL}|use|using|{DRUG}|pills)",
        r"detox(?:ing|ed)(?! (?:center|centers|program))|(?:home|self|at home) detox"
        r"|detox(?: \w+){0,3} (?:at home|alone|by my ?self|on my own|my ?self|from home|without)",
        r"dry(?:ing)? out(?: \w+){0,2} (?:at home|alone|drunk|alcoholic)",
        r"abstinencia|sindrome de (?:abstinencia|retirada)|desintoxicar(?:me"
        r"|se)(?: \w+){0,2} (?:en (?:mi )?casa|sol[oa])"
        r"|desintoxicacion en casa|malill\w+|enmalillad[oa]|(?:con el|tengo (?:el )?|pasando (?:el )?|pasar el"
        r"|sindrome del?"
        r"|quitar el) mono",
        r"temblores|temblor (?:de|en) (?:las |mis )?manos|(?:me|le) tiembla\w*(?: \w+){0,3}|temblando|tiemblo"
        r"|(?:dej|cort|par)(?:ar|o|e|ando|arlo|aron|arla)(?: \w+){0,5} de (?:golpe|seco|un dia para otro)"
        r"|(?:sudores|sudando)(?: \w+){0,4} (?:temblor\w*|temblando|alcohol|droga|consumir|beber|tomar)",
    ),
    Danger.DRINKING: (
        rf"(?:stop|stops|stopping|stopped|quit|quits|quitting|give up|giving up|gave up|cut out|cutting out"
        rf"|lay off)"
        rf" (?:\w+ ){{0,2}}?{ALCOHOL}",
        r"drink(?:ing)? (?:how|want|trying|need)(?: \w+){0,3} (?:stop|quit)",
        r"(?:dej(?:ar|o|e|ando|arlo|emos|aria)|par(?:ar|o)) (?:\w+ ){0,2}?(?:beber|tomar(?! (?:las?|mis?|sus?"
        r"|los|pastillas?"
        r"|medic\w+))|alcohol|(?:la )?bebida|(?:el )?(?:trago|alcohol|vino|tequila)|(?:la )?cerveza"
        r"|(?:las )?copas)",
    ),
}  # fmt: skip


# Beginnings of words. Each pattern needs a word with one of its cues; most texts have none, so that no pattern runs.
CUES = {
    danger: tuple(beginnings.split())
    for danger, beginnings in {
        Danger.POISONING: """
            took take swallow popp ate eat many much accident double dose poison got into drank drink downed ingest
            mixed gave given wrong comi trag bebi tom inger demasiad mas paso envenen veneno intoxic
            """,
        Danger.SEIZURE: """
            seiz convuls delirium dts halluc alluc see saw hear ataque aluc delir dio ve oye oigo oyen escuch
            """,
        Danger.OVERDOSE: """
            overdos over od sobredosis many much breath blue gray grey purple wak wok unrespons respond unconscious
            passed nodding gurgl rattle overamp serotonin chest narcan naloxone respira
            responde reaccion despert despiert
            inconsciente desmay azul morad pecho congest coma paso
            """,
        Danger.ALONE: "alone myself yourself himself herself themselves self own line phone safe sol"
        " sit be stay",
        Danger.SEDATIVES: """
            xan alprazolam valium diazepam klonopin pins clonazepam ativan lorazepam librium temazepam restoril halcion
            triazolam etizolam bromazolam benz phenobarbital barbit ghb gbl phenibut sleep nerve anxiety ambien zolpidem
            lunesta soma carisoprodol tranquili sedat rivotril tafil lexotan dormir sueno nervios ansiedad somnifero
            """,
        Danger.WITHDRAWAL: """
            withdr sick dopesick pillsick turkey coldturkey taper kick off shak tremb tremor sweat shiver ill throw
            vomit puk detox dry abstinencia retirada desintox malill enmalill mono temblor tiembl temblan golpe seco
            dia sudor sudando chills fever hand
            """,
        Danger.DRINKING: """
            drink alcohol booze liquor vodka whisk rum tequila beer wine bottle beber tomar bebida trago vino cerveza
            copas
            """,
    }.items()
}


def _compile_patterns(patterns: Iterable[str]) -> re.Pattern[str]:
    """Return one pattern that matches any of these patterns, as whole words."""
    return re.compile("|".join(rf"(?<!\w)(?:{pattern})(?!\w)" for pattern in patterns))


HARMLESS_PATTERN = _compile_patterns(HARMLESS)
DANGER_PATTERNS = {
    danger: _compile_patterns(patterns) for danger, patterns in (EMERGENCIES | URGENCIES).items()
}
# Words of these phrases. None of them counts as a typing error, and typing errors are corrected to them.
KNOWN_WORDS = frozenset(
    """
    abstinencia alucinaciones alucinando breathing cannot convulsing convulsiones delirium hallucinate hallucinating
    hallucinations intoxicacion overdose overdosed overdosing poisoned poisoning poison respira seizure seizures shakes
    shaking sobredosis swallowed taper tapering temblores tremens tremors turkey unconscious unresponsive withdrawal
    withdrawals withdrawing
    """.split()
)


def find_danger(typed: Sequence[str]) -> tuple[Danger | None, tuple[int, ...]]:
    """Return the danger that folded words mention, and the positions of the words that mention it.

    The greatest danger counts. Words of a wish to die are no overdose ("i want to overdose"). An overdose in the past
    is no danger. Seizures in the past count as withdrawal, since they may come back when somebody stops.
    """
    possible = [danger for danger, cues in CUES.items() if any(word.startswith(cues) for word in typed)]
    if not possible:
        return None, ()
    text = " ".join(typed)
    without_harmless = HARMLESS_PATTERN.sub(lambda match: re.sub(r"\w+", "·", match[0]), text)
    for danger in possible:
        positions = match_positions(without_harmless, DANGER_PATTERNS[danger])
        if not positions or (danger is Danger.OVERDOSE and {*crisis_positions(typed)} & {*positions}):
            continue
        if danger.is_emergency and PAST_PATTERN.search(text) and not PRESENT_PATTERN.search(text):
            if danger is Danger.SEIZURE:
                return Danger.WITHDRAWAL, positions
            continue
        return danger, positions
    return None, ()


def harmless_positions(typed: Sequence[str]) -> frozenset[int]:
    """Return the positions of all folded words that belong to a harmless phrase ("bank withdrawal")."""
    text = " ".join(typed)
    return frozenset(
        position
        for match in HARMLESS_PATTERN.finditer(text)
        for position in range(text[: match.start()].count(" "), text[: match.end()].count(" ") + 1)
    )
