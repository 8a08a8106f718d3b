"""Everyday words of English and Spanish, folded. None of them is ever corrected as a typing error.

The list was collected by hand for this site. It need not be complete: each word prevents wrong corrections.
"""

from directory.search.parsing.analyzer import possible_stems, stem_word
from directory.search.parsing.stop_words import SOFT_WORDS, STOP_WORDS

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
# Longer words, since a long word is corrected even where it has two errors.
LONG_ENGLISH = """
    abandoned absolute academic accepted accident accidents according accounts activity addition
    addresses admitted advanced advantage adventure advertising affected afternoon agreement aircraft
    alphabet alternative amazing ambition amounting analysis ancestors anniversary announced anonymity
    answered anybody apartment apologize apparent appearance appetite applause application appreciate
    approach approval argument arranged arrested arriving articles artistic assembly assistant associate
    assumption astronaut athletic atmosphere attempted attitude attraction audience authority automatic
    available average awareness backpack backyard balanced balloons barbecue baseball basement
    basketball bathroom battery beautiful becoming bedrooms beginning behavior believed belonging
    benefits birthday birthdays blessing blessings blueprint borrowed bothered boundary breakfast
    breathing brilliant broadcast brothers brownies building buildings business butterfly calculate
    calendar campaign candidate capacity captain cardboard careless carnival cartoons casserole category
    catholic celebrate cellphone cemetery ceremony certain challenge champion channels chapters
    character charging cheerful chemical chickens childhood children chocolate choosing christmas
    cigarette cinnamon citizens civilian classical classmate cleaning clearance clothing coaching
    collapse collected collection colorful combined comedian comfortable commander comment commercial
    committed committee companion compared competition complain complaint complete complicated composer
    comprehend computer concentrate concept concerned concrete condition confess confidence confident
    confirm conflict confused confusion connected connection conscious consider considering constant
    constantly construction contacted contained contents contest continue contract contribute control
    convenient conversation convince convinced cooking corporate correct corrupt cosmetic costumes
    counting courage cousins crackers creation creature creatures criminal criticism crossing crossword
    cucumber cultural curiosity currency currently customer cylinder daffodil darkness database daughter
    daylight deadline deadlines december decision decisions decorate dedicated defeated defense
    definitely delicious delivery democracy department depending describe designer desperate destroyed
    details detective determined developed development diamonds dictionary different difficult dimension
    director disabled disappear disaster discount discover discovery discussed disease dishonest
    dishwasher distance district disturbed division document documents domestic dominant downstairs
    downtown dramatic education effective efficient electric electrical electronic elephant elevator
    emotional emotions employee employees employer enemies engineer enormous enthusiasm entirely
    entrance envelope equipment especially essential establish estimate everybody everyday everyone
    everything evidence exactly examples excellent exchange excitement exciting exclusive executive
    exercise exhausted existence expected experience experiment explained explanation exploring
    explosion expression extended external extremely facility factories failures familiar families
    fantastic fashion favorite favorites february federal feelings festival fiction fighting financial
    finished fireplace fireworks fishing flexible flooding followed following football forecast
    foreclosure foreign forever forgiven forgiveness fortunate fountain fountains framework frequent
    friendly friends frightened frustrated frustration function funding furniture gambling garbage
    gardening gasoline generally generation generous gentleman geography girlfriend giveaway glorious
    goodness gossiping government graduate graduation grandchild grandfather grandma grandmother
    grandparents grandson grateful gratitude greatest greenhouse groceries grocery guarantee guardian
    guidance guitarist habitual hairdresser halloween hamburger handsome handwriting happened happening
    happiness hardware headache headaches headphones heartbeat heartbreak heartbroken helicopter helpful
    helpless heritage hesitate highlight highway historical holidays homemade homework honestly honesty
    hopefully horrible horrific hospital household housewife hundreds hurricane husbands identity
    ignorance illegal illness imagination imagine immediate immigrant immigration importance important
    impossible impression improve improved including increase incredible independence independent
    indicate individual industry infection infinite influence informal information ingredient
    inheritance initially innocence innocent inspection inspiration inspired instance instead
    instruction instrument intelligence intelligent intense interest interested interesting internet
    interview introduce invented invention investigate invisible invitation involved jealousy jewelry
    journalist junction justified kangaroo keyboard kindergarten kindness kingdom knowledge landlord
    landlords landscape language languages laughing laughter launched lavender leadership learning
    leftovers legendary leisure lemonade liberals librarian libraries lifetime lightning likewise
    limitation listened listening literally location locations loneliness luggage luxurious machines
    magazine magazines magician mailbox maintain majority manager managers manners marathon marriage
    marriages material materials mathematics maximum meaningful meanwhile measured mechanic mechanical
    medieval memorial memories mentioned merchant messages messenger midnight military millions minerals
    minimum minister ministers miracle miracles mistaken mistakes mistress mixture moderate momentum
    monkeys monument mornings mortgage motorbike motorcycle mountain mountains mouthful movement
    multiple murderer museums mushroom musical musician mystery narrative national natural naturally
    necessary necklace negative neglected neighborhood neighbors nervous network nightmare nightmares
    nineteen nonsense normally northern notebook notebooks nothing november numbers nursing obedient
    objective obligation observation obvious obviously occasion occasionally occupation occurred october
    offended offensive officer officers official officially operated operation operations operator
    opinion opinions opponent opportunity opposite optimistic options ordinary organize organized
    original otherwise ourselves outdoors outsider outstanding overcome overnight ownership package
    painting paintings pajamas pancakes paradise paragraph parallel paralyzed particular partners
    partnership passenger passengers passion passions password passwords patience patient patients
    patterns payment peaceful pencils pension peoples perfect perfectly performance permanent permission
    persistent personal personality personally perspective persuade philosophy photograph photography
    physical physically pictures pillows pipeline planning plastic platform playground pleasant pleased
    pleasure plumbing politely political politician politics pollution popular popularity population
    position positions positive positively possession possibility possibly potatoes potential powerful
    practice practices preacher precious predict preference prepared presence presents president
    pressure pressures prevent previous primarily princess principal principle printing priorities
    priority prisoner prisoners privilege probable probably problem problems procedure proceed process
    producer product production profession professor profile progress project promise promised promises
    promotion properly property proposal protect protected protection protest provided province purchase
    purchased purpose puzzled qualities quality quantity quarrel quarter questions quickly rainbows
    reaction readiness realistic reality realize realized reasonable reasons receive received recently
    reception recipes recognize recommend recorded recording recreation reference reflection
    refrigerator refugee regarding register regretted regular regularly regulation rejected rejection
    relation relations relationships relatives release relevant reliable relieved religion religious
    reluctant remainder remember remembered reminder removal repairs repeated replaced reporter
    represent republic reputation required research resident residents resolution resolve resource
    responded response responsible restaurant restaurants restless results retirement returned returning
    revenge revolution rewarded ridiculous romantic roommate roommates routines sacrifice sandwich
    sandwiches satisfied saturday scenario schedule scholarship science scientific scientist scissors
    scratched screaming scripture sculpture seasonal seconds secretary section security selection
    selfish sensible sensitive sentence sentences separate separated september sequence serious
    seriously seventeen seventh several shadows shampoo sharing shelters shipping shopping shortage
    shoulder shoulders shouting showing sickness signature significant silence similar sincere sincerely
    situation situations sixteen skeleton sketches sleeping slightly slippers smelling smoothly sneakers
    snowball snowman society software soldiers solution solutions somebody someday somehow something
    sometimes somewhere southern souvenir speaking specialist specific spectacular spectrum speeches
    spelling spending spiritual splendid spoiled sponsored spontaneous sporting squirrel stadium
    standard standing starting statement station stepfather stepmother stomach stopping straight
    stranger strangers strategy strawberry strength stressful stretching strongly structure struggle
    struggled struggling student students studying subject substitute success successful suddenly
    suffering suggest suggested suggestion suitable suitcase summary sunflower sunlight sunshine
    superior supermarket supplies suppose supposed surface surgery surprise surprised surprising
    surrender surround survived survivors suspicion swimming symbolic sympathy symptoms systems takeaway
    talented teaching teenager telephone television temporary tendency terrible territory terrorist
    theater themselves therefore thinking thirteen thirteenth thousand thousands threaten threatened
    throughout thunder thursday together tomorrow tornado tourist tourists tradition traditional tragedy
    training transfer translate traveler traveling treasure tremendous triangle tropical troubled
    truthful tuesday tutorial twentieth umbrella unbelievable uncertain understand understanding
    understood underwear unemployed unexpected unfortunately unhappy uniform universe university unknown
    unlikely unusual upstairs vacation vacations valuable vampire variety vegetable vegetables vehicle
    vengeance vertical veterinarian victories village violence virtual visitors vitamins vocabulary
    volleyball volunteer volunteers vulnerable wallpaper wandering warehouse washing watching waterfall
    weakness wealthy weddings wednesday weekends welcome whatever wheelchair whenever wherever whispered
    wildlife windows winning withdraw without witnesses wonderful wondering woodwork workplace worldwide
    worthless wrestling writers writing yesterday yourself yourselves
"""
LONG_SPANISH = """
    abandonado abogada abogado aburrida aburrido accidente aceptado actividad actividades actualmente
    acuerdo adelgazar adolescencia adolescente agotada agotado ahogado alcanzar alfombra alimentos
    almuerzo alquiler alrededor amanecer amarillo ambiente ambulancia americano amistades ancianos
    aniversario anterior antiguo anuncios apariencia apartamento apellido aprendizaje aprovechar armario
    arreglar arrepentido artista asesinato aspirina atencion autoridad aventura avergonzada avergonzado
    ayudando bailando bastante bautizo beneficio biblioteca bicicleta bienvenida bienvenidos bolsillo
    botella caballero caballo cabello calendario caliente caminando camioneta campamento cansancio
    cantante capacidad capital caracter carretera cartera castigo castillo catorce celular cerebro
    certificado chocolate cigarrillo cinturon circulo ciudadano claramente clientes cocinando colchon
    colegio comenzar comercio companero companeros compania completo comprando comprender comprension
    compromiso computadora comunicacion comunidad conciencia concierto condicion conductor confianza
    confundido conmigo conocido consecuencia conseguir consejo consejos contenido contenta contestar
    continuar contrato controlar conversacion correcto corriente cosecha creatividad cuaderno cuadrado
    cualquier cuchillo cuidado cuidados cultura cumpleanos curiosidad debilidad decidido decision
    delicioso democracia dentista deportes derecha derechos desayuno descansar descanso desconocido
    describir desempleo desesperacion desgracia desierto despacio despedida despertar diciembre
    diferencia diferente dificultad dinosaurio direccion director disculpa discusion divertido divorcio
    documento documentos domingo durmiendo economia edificio educacion ejemplo ejercicio elecciones
    electricidad elefante embarazada embarazo emociones empezando empleado empresa enamorada enamorado
    encantado encerrado encontrado enemigos enfermedad enfermera enfermero enojados ensalada ensenanza
    entender entendido enterrado entonces entrada entrevista equipaje equivocado escalera escritor
    escritorio escuchando espectaculo esperando espiritual estacion estadounidense estrella estrellas
    estudiando estudiante estudiantes eternidad examenes excelente exigente experiencia explicar
    extranjero extrano fabrica familiares fantasia febrero felicidad felicidades fiestas finalmente
    formulario fortaleza fotografia frecuencia frontera funcionar funeral ganador generacion
    generalmente gimnasio gobierno graduacion gratitud guardar guitarra habitacion hablando hamburguesa
    hermanos hermosa hermoso herramienta historia hombres honestidad horario hospital humanidad humildad
    identidad iglesias imagenes imaginacion importante imposible impuestos incendio increible
    independencia informacion injusticia inmediato inmigracion inmigrante inocente inteligente intencion
    interes interesante invierno invitacion izquierda jardines jornada jovenes jubilado justicia
    juventud ladrillo lagrimas lavadora lavanderia lecciones lectura libertad licencia limpieza
    literatura llamada llamadas llorando maestra maestro maldicion maletas mandamiento maquillaje
    maquina maravilla maravilloso marcharse mariposa mascota matematicas materia matrimonio mayoria
    medianoche mediodia memoria mensaje mensajes mentiras mercado miercoles militares ministro misterio
    molestia momentos monedas montana mudanza muebles mujeres musicales nacimiento nacional naranja
    naturaleza navidad necesidad necesidades negocio negocios nervioso noticias noviembre obligacion
    observar octubre ocupado oficina oficinas operacion opinion oportunidad oracion orgullo orgulloso
    oscuridad paciencia palabras panaderia pantalla pantalones papeles paraguas paraiso paredes
    pasaporte pelicula peliculas peligroso pensamiento pensamientos pequena perdonar perfecto periodico
    permiso persona personaje personalidad pesadilla pescado pintura plancha planeta platano playeras
    poblacion pobreza policias politica popular porcentaje posibilidad posible preciosa preciosos
    preferir pregunta preguntas preocupacion preocupada preocupado preparar presencia presidente presion
    primavera primeros princesa principio prisionero privacidad probable probablemente problemas proceso
    producto profesor profesora profundo programa promesa promesas propiedad proteccion proximo proyecto
    psicologia publico pueblos quedarse querida querido quimica rapidamente realidad realmente recibido
    recibir recientemente reconocer recuerdo recuerdos redondo refrigerador regalos regresar relacion
    relaciones religion religioso repetir respeto responsabilidad responsable respuestas restaurante
    resultado reunidos revista revolucion rodillas romantico sabiduria sacerdote sacrificio salario
    santuario satisfecho secretaria secreto secretos segunda seguridad semejante sensacion sensible
    sentido sentimiento sentimientos separacion separado septiembre serpiente servicio siguiente
    silencio silencioso sinceramente situacion sobrina sobrino sociedad soldados solucion sombrero
    sonrisa sorpresa subterraneo suficiente sufrimiento sugerencia supermercado talento tambien tarjeta
    tarjetas tecnologia telefonos television temperatura temporada tendencia terminado terminar
    terremoto terrible territorio testigo tiendas tormenta trabajador trabajando tradicion traduccion
    traicion tranquila tranquilidad transporte tratando triangulo tristeza turista ultimos uniforme
    universidad universo urgencias vacaciones valiente valores vecindario vecinos vehiculo velocidad
    ventana ventanas verdaderamente verdadero verduras vestido viajando victima victoria violencia
    visitantes vivienda voluntad voluntario zapatos
"""
COMMON_WORDS = frozenset(
    form
    for word in {*f"{ENGLISH}{SPANISH}{LONG_ENGLISH}{LONG_SPANISH}".split(), *STOP_WORDS, *SOFT_WORDS}
    for form in (word, stem_word(word), stem_word(word, "es"))
)


def is_common_word(word: str) -> bool:
    """Return whether a folded word, in any of its forms, is an everyday word."""
    return any(form in COMMON_WORDS for form in possible_stems(word))
