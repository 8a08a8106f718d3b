"""Everyday words of English and Spanish, folded: whoever types one means it, and it is never taken for a slip.

Collected by hand for this site from what people write about their days. It need not be complete: each word spares
somebody a wrong correction.
"""

from directory.search.folding import stem, stems
from directory.search.stop_words import SOFT, STOP

ENGLISH = """
    able above accident ache across act action actually address adult afford afraid after afternoon ago
    agree ahead air alive allow almost along already although angry animal another answer apart
    apartment appear argue arm arms army art ashamed ask asking asleep ass asshole ate attack aunt awake
    away awful awkward baby back bad badly bag ball band bank bar bastard bath bathroom beach bear beat
    beautiful became become bedroom before began begin behind believe belong below belt bench beside bet
    better between bill bills bird birth birthday bitch bite bitter blame blanket bleed bless blind
    blood blow board boat body bone book boot bored born borrow boss both bother bottle bottom bought
    bowl box boy brain brave bread break breakfast breath breathe bridge bright bring broke broken
    brother brought brown build building bullshit bump burn business busy buy cake called calm came camp
    candle card care careful carry case cash cause ceiling cell chain chair chance change charge charged
    chase chat cheat check chest chicken choice choose cigar city clean clear clock clothes cloud coach
    coat coffee cold collapse color complain confused control cook cool corner cost cough count country
    couple cousin cover crap crash crazy cried cross crowd cruel cry crying cup curse cut dad damn
    damned dance danger dark date dating dead deal dear debt decide deep desk dick dinner dirt dirty
    disgust dizzy doctor dog door doubt down drag draw dream dress drive driver drop drove drug dry dumb
    dumbass during dust duty each ear ears earth easy eat edge effort eight either else empty end enemy
    enjoy enough enter escape even evening every everyday everyone everything everywhere evil exam
    except excited excuse exist expensive eye eyes face fail failed failing fair fall fallen false
    family far farm fast fat fault favor fear fed feed feet fell fence few field fight fighting figure
    file fill final fine finger finish fire first fish fit five fix flat flew floor flower fly follow
    foot force forever forget forgive forgot four free freeze fresh friend front frozen fruit fuck
    fucked fucker fucking full fun funny further future game garage garden gas gate gather gave gentle
    gift girl glad glass goddamn gone grab grade grandma grandpa grass great grew ground grow guard
    guess guest guilty guitar gun guy hair half hall hand handle hands hang happen happened happy hard
    harm hat hate hated hates hating head heal health hear heard heart heat heavy held hell hidden hide
    high hill hire history hit hold hole holiday holy home honest honey hope horrible horse hotel hour
    hours house however huge human hundred hungry hunt hurry hurt hurts husband ice idea idiot ignore
    ill imagine important inside instead interest island itself jacket jealous job join joke joy judge
    juice jump keep keeps kept key kick kicked kids killed kind king kiss kitchen knee knew knife knock
    know known lack ladder lady lake land large later laugh laundry law lawyer lazy lead leaf learn
    least leave leaving led leg legs less lesson let letter level license lie lied lies life lift light
    line lip list little live lived living lock long lose loser losing lost loud love loved loves low
    luck lucky lunch lying machine mad made mail main make makes making man manage many march mark
    market married matter maybe meal mean means meat meet memory men mess messed met middle might mile
    milk mind minute mirror miss missed mistake mix mom money mood moon mother mouth move moved movie
    much mud murder music must nail name near neck neighbor neither nerve news next nice niece night
    nobody noise none noon nose note nothing notice number nurse odd office often oil old once onto open
    order other ours outside oven own owner pack page paid pain paint pair panic paper parent park part
    party pass past path patient pay peace pen penny pet phone photo pick picture pie piece pill pink
    pissed pissing plan plane plant plate play please plenty pocket point police pool poor porn porno
    pornography possible post pot pound pour power pray present pretty price pride prison private
    problem promise proud prove pull punch push put question quick quiet quit quite race rage rain raise
    ran rather reach reading ready real reason red regret relax rely rent repeat reply rest return rich
    ride right ring rise risk river road rock roof room rope rough round rule run running rush sad safe
    said sale same sand sat save saw say says scared scary school scream screwed sea seat second secret
    see seem seen sell send sense sent serious seven several sex sexual shake shame shape share sharp
    she shelf shirt shit shitty shock shoe shoes shoot shop shore short shot shout show shut sick side
    sight sign silence silly simple sing single sink sister sit six size skin sky sleep sleeping slept
    slow small smart smell smile smoke smooth snow soap sober soft sold solve son song sore sorry soul
    sound soup south space speak special spend spent spoke spoon spring staff stage stairs stand
    standing star stare start state stay steal step stick still stole stolen stomach stone stood stop
    stopped store storm story straight strange street strong struggle stuck study stuff stupid such suck
    sucks sudden suffer sugar suit summer sun support sure surprise sweat sweet swim table talk tall
    taste taught tax tea teach team tear tears teeth ten tent terrible terrified test text than their
    thick thin third thirsty thirteen thought thoughts thousand three threw throat throw ticket tie
    tight tired today toe together toilet told tomorrow tongue tonight took tool tooth top total touch
    tough town toy trade traffic train travel tree trip trouble truck true trust truth turn twelve twice
    two ugly uncle under understand until upset upstairs used useless using usual van very view visit
    voice vomit wait waiting wake walk wall warm wash waste watch water weak wear weather wedding weed
    weigh weird well went wet wheel whether while white whole whore wide wife wild window winter wise
    wish wit woke woman women wonder wood word work worked working world worn worried worry worse worst
    worth wound wreck write wrong yard yell yellow yesterday yet young yours youth zero
"""
SPANISH = """
    abajo abierto abrir abuela abuelo acabar aceptar acerca acostar adelante ademas adentro adios afuera
    agua ahora aire alegre alegria alma alto amar amiga amigo amigos amor ancho anoche anos antes
    aprender aqui arbol arriba arroz asco asi asustada asustado ataque atras aun aunque auto avion ayer
    azul bailar bajo banco bano barrio basta bastante bebe besar bien blanco boca boda bolsa bonito
    borracho brazo buena bueno cabron caer cafe caja calle calma calor cama cambiar cambio caminar
    camino camisa campo cansada cansado cantar cara carajo carne caro carro carta casa casada casado
    casi causa cena cerrar chinga chingada chingado cielo cinco ciudad claro coche cocina comer comida
    comprar conmigo conocer contar contento contigo contra corazon correr cosa cosas costa creer cruz
    cuarto cuatro cuerpo cuidar culero culpa culpable cumplir dano dar deber debo decir dedo dejar
    demasiado dentro derecho desde despertar despues detras deuda dia dias dicho diente diez dificil
    digo dinero doctor dolor donde dormir dos duele dulce durante duro edad empezar encima encontrar
    enferma enfermo enojada enojado entender entonces entrar entre escribir escuchar escuela espalda
    esperar esposa esposo estar estudiar extrano facil falta familia feliz feo fiesta fin flor fondo
    frio fuego fuera fuerte fumar gana ganar ganas gato gente golpe gordo grande gritar guapo gusta
    haber hablar hacer hago hambre hasta hecho hermana hermano hija hijo hijos hogar hoja hombre hombro
    hora horas hoy huevo igual ir ira izquierda jamas jefe joder joven jugar juntos juro lado largo
    lavar leche leer lejos lento levantar ley libre libro limpio listo llamar llanto llave llegar lleno
    llevar llorar lluvia loca loco luego luna luz madre mal mala maldita maldito malo manana mano manos
    mar mentir mentira mes mesa meses miedo mierda mil minuto mirar misma mismo mitad momento morir
    mucha mucho muchos muerto mujer mundo musica nacer nada nadie negro nina nino noche nombre nueva
    nuevo nunca ocho odio ofrecer oir ojo ojos olvidar otra otro padre padres pagar palabra pan papa
    papel parar pared parte pasado pasar paso pecho pedir pelea pelear peligro pelo pendejo pensar peor
    pequeno perder perdido perdon perra perro pie piel pierna pinche piso pobre poco poder poner porque
    precio pregunta preso primero primo prisa problema pronto puerta pues puta puto quedar querer quien
    quitar rabia rapido razon recordar regresar reina reir respirar respuesta rico rojo romper ropa roto
    rueda ruido sabe saber sacar salir salud sangre seco seguir segun segundo seguro seis semana senor
    senora sentir siempre siento siete silla sino sobre sol sola solo sucio sueno suerte sufrir susto
    tambien tampoco tarde temprano tener tengo tercero tiempo tierra toda todo todos tomar tonto
    trabajar trabajo traer tranquilo tres triste ultimo vacio valer vaso vecino veinte vender venir ver
    verano verdad verde verguenza vez vida vieja viejo viernes vino vivir volver voz zapato
"""
KNOWN = frozenset(
    form
    for word in {*ENGLISH.split(), *SPANISH.split(), *STOP, *SOFT}
    for form in (word, stem(word), stem(word, "es"))
)


def is_known(word: str) -> bool:
    """Whether a folded word, in some form, is one of these."""
    return any(form in KNOWN for form in stems(word))
