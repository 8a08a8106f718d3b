"""The controlled vocabulary: every value that a choice field of a listing can have.

A value is stable, because it is part of addresses, stored listings and open feeds. A label may change and is
translated. A value that is added here appears in forms, filters and counts without further changes.
"""

from collections.abc import Iterable, Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.locale_names import language_name


class Status(TextChoices):
    """The stages of a listing from draft to closed."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in-review", _("In review")
    PUBLISHED = "published", _("Published")
    PAUSED = "paused", _("Paused")
    CLOSED = "closed", _("Closed")


class Mode(TextChoices):
    """The ways in which people take part."""

    IN_PERSON = "in-person", _("In person")
    ONLINE = "online", _("Online")
    PHONE = "phone", _("By phone")


class ChannelType(TextChoices):
    """The types of channel through which people contact a listing."""

    CALL = "call", pgettext_lazy("way to reach", "Call")
    TEXT = "text", pgettext_lazy("way to reach", "Text")
    CHAT = "chat", pgettext_lazy("way to reach", "Chat")
    APP = "app", pgettext_lazy("way to reach", "Message")
    EMAIL = "email", pgettext_lazy("way to reach", "E-mail")
    WEBSITE = "website", pgettext_lazy("way to reach", "Website")
    VIDEO = "video", pgettext_lazy("way to reach", "Join by video")
    VIDEOPHONE = "videophone", pgettext_lazy("way to reach", "Videophone")
    TTY = "tty", pgettext_lazy("way to reach", "TTY")


# Types of channel that always have a number to dial.
NUMBERED = (ChannelType.CALL, ChannelType.TEXT, ChannelType.TTY)


def has_number(kind: str, dial: str) -> bool:
    """Return whether people dial the channel.

    A videophone has a number, or else a page that starts the call.
    """
    return kind in NUMBERED or (
        kind == ChannelType.VIDEOPHONE and not dial.startswith(("https://", "http://"))
    )


def opens_page(kind: str, dial: str) -> bool:
    """Return whether people open a page to use the channel."""
    return kind != ChannelType.EMAIL and not has_number(kind, dial)


class Concern(TextChoices):
    """What a listing is for.

    A narrower concern comes after its wider one in this list. `WIDER_CONCERNS` says which is which.
    """

    ALCOHOL = "alcohol", _("Alcohol")
    OPIOIDS = "opioids", _("Opioids")
    OTHER_DRUGS = "other-drugs", _("Other drugs")
    STIMULANTS = "stimulants", _("Stimulants")
    CANNABIS = "cannabis", _("Cannabis")
    BENZODIAZEPINES = "benzodiazepines", _("Benzodiazepines")
    NICOTINE = "nicotine", _("Nicotine")
    GAMBLING = "gambling", _("Gambling")
    SEX_AND_LOVE = "sex-and-love", _("Sex and love")
    SPENDING = "spending", _("Spending and debt")
    GAMING = "gaming", _("Video games")
    EATING = "eating", _("Eating")
    MENTAL_HEALTH = "mental-health", _("Mental health")
    ANXIETY = "anxiety", _("Anxiety")
    DEPRESSION = "depression", _("Depression")
    TRAUMA = "trauma", _("Trauma")
    CO_OCCURRING = "co-occurring", _("Substance use and mental health together")
    CODEPENDENCY = "codependency", _("Codependency")
    GRIEF = "grief", _("Grief")
    FAMILY = "family", _("Family and friends")
    ANY = "any", _("Anything")


# A listing for a narrower concern also counts for each wider one, in filters, in counts and on /hotlines/.
WIDER_CONCERNS: Mapping[str, tuple[str, ...]] = {
    Concern.STIMULANTS.value: (Concern.OTHER_DRUGS.value,),
    Concern.CANNABIS.value: (Concern.OTHER_DRUGS.value,),
    Concern.BENZODIAZEPINES.value: (Concern.OTHER_DRUGS.value,),
    Concern.ANXIETY.value: (Concern.MENTAL_HEALTH.value,),
    Concern.DEPRESSION.value: (Concern.MENTAL_HEALTH.value,),
    Concern.TRAUMA.value: (Concern.MENTAL_HEALTH.value,),
}


def add_wider_concerns(concerns: Iterable[str]) -> tuple[str, ...]:
    """Return the concerns, and after them each wider concern that they count for, without repeats."""
    concerns = tuple(concerns)
    wider = (value for concern in concerns for value in WIDER_CONCERNS.get(concern, ()))
    return tuple(dict.fromkeys((*concerns, *wider)))


def concerns_counted_for(concern: str) -> tuple[str, ...]:
    """Return the concern and each narrower one that counts for it."""
    return (concern, *(narrow for narrow, wider in WIDER_CONCERNS.items() if concern in wider))


class Language(TextChoices):
    """Languages as BCP 47 subtags, with their own names, by which the people who speak them find them.

    The four names that are written here are missing in the CLDR, or would be misunderstood ("Indonesia").
    """

    ENGLISH = "en", language_name("en")
    SPANISH = "es", language_name("es")
    SIGN = "ase", _("American Sign Language")
    AFRIKAANS = "af", language_name("af")
    AMHARIC = "am", language_name("am")
    ARABIC = "ar", language_name("ar")
    BULGARIAN = "bg", language_name("bg")
    CHINESE = "zh", language_name("zh")
    CROATIAN = "hr", language_name("hr")
    DANISH = "da", language_name("da")
    DUTCH = "nl", language_name("nl")
    FINNISH = "fi", language_name("fi")
    FRENCH = "fr", language_name("fr")
    GEORGIAN = "ka", language_name("ka")
    GERMAN = "de", language_name("de")
    GREEK = "el", language_name("el")
    HEBREW = "he", language_name("he")
    HINDI = "hi", language_name("hi")
    HUNGARIAN = "hu", language_name("hu")
    ICELANDIC = "is", language_name("is")
    INDONESIAN = "id", "Bahasa Indonesia"
    IRISH = "ga", language_name("ga")
    ITALIAN = "it", language_name("it")
    JAPANESE = "ja", language_name("ja")
    KOREAN = "ko", language_name("ko")
    LITHUANIAN = "lt", language_name("lt")
    MALAYALAM = "ml", language_name("ml")
    MALTESE = "mt", language_name("mt")
    MAORI = "mi", "Te reo Māori"
    NEPALI = "ne", language_name("ne")
    NORWEGIAN = "no", language_name("no")
    PERSIAN = "fa", language_name("fa")
    POLISH = "pl", language_name("pl")
    PORTUGUESE = "pt", language_name("pt")
    PUNJABI = "pa", language_name("pa")
    RUSSIAN = "ru", language_name("ru")
    SLOVAK = "sk", language_name("sk")
    SLOVENIAN = "sl", language_name("sl")
    SOMALI = "so", language_name("so")
    SWEDISH = "sv", language_name("sv")
    TAGALOG = "tl", "Tagalog"
    THAI = "th", language_name("th")
    TURKISH = "tr", language_name("tr")
    UKRAINIAN = "uk", language_name("uk")
    VIETNAMESE = "vi", language_name("vi")
    WELSH = "cy", language_name("cy")


class Audience(TextChoices):
    """The people for whom a listing is meant especially."""

    WOMEN = "women", _("Women")
    MEN = "men", _("Men")
    NONBINARY = "nonbinary", _("Nonbinary people")
    TRANS = "trans", _("Trans people")
    LGBTQ = "lgbtq", _("LGBTQ+ people")
    YOUNG = "young", _("Young people")
    TEENS = "teens", _("Teenagers")
    OLDER = "older", _("Older people")
    PARENTS = "parents", _("Parents")
    PREGNANT = "pregnant", _("Pregnant people")
    VETERANS = "veterans", _("Veterans")
    PEOPLE_OF_COLOR = "people-of-color", _("People of color")
    NATIVE = "native", _("Native and Indigenous people")
    PROFESSIONALS = "professionals", _("People in health and other professions")
    FIRST_RESPONDERS = "first-responders", _("First responders")
    REENTRY = "reentry", _("People coming home from jail or prison")
    NEWCOMERS = "newcomers", _("People who are new")
    DEAF = "deaf", _("Deaf and hard-of-hearing people")
    SECULAR = "secular", _("People looking for a secular path")
    FAITH = "faith", _("People looking for a faith-based path")


class Payment(TextChoices):
    """The ways to pay, or not to pay."""

    FREE = "free", _("Free")
    DONATION = "donation", _("By donation")
    SLIDING = "sliding-scale", _("Sliding scale")
    SELF_PAY = "self-pay", _("Self-pay")
    INSURANCE = "insurance", _("Private insurance")
    MEDICAID = "medicaid", "Medicaid"
    MEDICARE = "medicare", "Medicare"
    MILITARY = "military", _("Military insurance")


class Access(TextChoices):
    """What helps people to come to a place and take part."""

    STEP_FREE = "step-free", _("Step-free")
    ACCESSIBLE_RESTROOM = "restroom", _("Accessible restroom")
    TRANSIT = "transit", _("Near public transport")
    PARKING = "parking", _("Parking")
    CHILDREN = "children", _("Children welcome")
    CHILDCARE = "childcare", _("Childcare")
    HEARING_LOOP = "hearing-loop", _("Hearing loop")
    CAPTIONS = "captions", _("Captions")
    FRAGRANCE_FREE = "fragrance-free", _("Fragrance-free")
    SERVICE_ANIMALS = "animals", _("Service animals welcome")
    OUTDOORS = "outdoors", _("Outdoors")


class Age(TextChoices):
    """Age groups of people whom a program treats."""

    CHILDREN = "children", pgettext_lazy("age group", "Children")
    TEENS = "teens", pgettext_lazy("age group", "Teenagers")
    YOUNG_ADULTS = "young-adults", pgettext_lazy("age group", "Young adults")
    ADULTS = "adults", pgettext_lazy("age group", "Adults")
    OLDER_ADULTS = "older-adults", pgettext_lazy("age group", "Older adults")


class Fellowship(TextChoices):
    """Fellowships and mutual-aid programs, named as they name themselves."""

    AA = "aa", "Alcoholics Anonymous"
    NA = "na", "Narcotics Anonymous"
    CA = "ca", "Cocaine Anonymous"
    CMA = "cma", "Crystal Meth Anonymous"
    HA = "ha", "Heroin Anonymous"
    MA = "ma", "Marijuana Anonymous"
    PA = "pa", "Pills Anonymous"
    NICOTINE = "nica", "Nicotine Anonymous"
    MARA = "mara", "Medication-Assisted Recovery Anonymous"
    DRA = "dra", "Dual Recovery Anonymous"
    GA = "ga", "Gamblers Anonymous"
    OA = "oa", "Overeaters Anonymous"
    EDA = "eda", "Eating Disorders Anonymous"
    ACA = "aca", "Adult Children of Alcoholics & Dysfunctional Families"
    CODA = "coda", "Co-Dependents Anonymous"
    AL_ANON = "al-anon", "Al-Anon"
    ALATEEN = "alateen", "Alateen"
    NAR_ANON = "nar-anon", "Nar-Anon"
    GAM_ANON = "gam-anon", "Gam-Anon"
    FAMILIES_ANONYMOUS = "families-anonymous", "Families Anonymous"
    SMART = "smart", "SMART Recovery"
    SMART_FAMILY = "smart-family", "SMART Recovery Family & Friends"
    LIFERING = "lifering", "LifeRing"
    RECOVERY_DHARMA = "recovery-dharma", "Recovery Dharma"
    WOMEN_FOR_SOBRIETY = "wfs", "Women for Sobriety"
    SOS = "sos", "Secular Organizations for Sobriety"
    CELEBRATE_RECOVERY = "celebrate-recovery", "Celebrate Recovery"
    WELLBRIETY = "wellbriety", "Wellbriety"
    PARENTS_OF_ADDICTED = "parents-of-addicted-loved-ones", "Parents of Addicted Loved Ones"
    CO_ANON = "co-anon", "Co-Anon"
    SLAA = "slaa", "Sex and Love Addicts Anonymous"
    SAA = "saa", "Sex Addicts Anonymous"
    SA = "sa", "Sexaholics Anonymous"
    DEBTORS_ANONYMOUS = "debtors-anonymous", "Debtors Anonymous"
    GAMING_ADDICTS = "gaming-addicts-anonymous", "Gaming Addicts Anonymous"
    EMOTIONS_ANONYMOUS = "emotions-anonymous", "Emotions Anonymous"
    REFUGE_RECOVERY = "refuge-recovery", "Refuge Recovery"
    MODERATION_MANAGEMENT = "moderation-management", "Moderation Management"
    # One word: the search would find "she recovers" in two words for "how to recover".
    SHE_RECOVERS = "sherecovers", "SHE RECOVERS Foundation"
    MILLATI_ISLAMI = "millati-islami", "Millati Islami"
    CATHOLIC_IN_RECOVERY = "catholic-in-recovery", "Catholic in Recovery"
    OTHER = "other", pgettext_lazy("fellowship", "Another path")


class Format(TextChoices):
    """What a meeting is like."""

    DISCUSSION = "discussion", _("Discussion")
    SPEAKER = "speaker", _("Speaker")
    STEP_STUDY = "step-study", _("Step study")
    TRADITIONS = "traditions", _("Traditions")
    LITERATURE = "literature", _("Reading together")
    BIG_BOOK = "big-book", _("Big Book")
    BEGINNERS = "beginners", _("For beginners")
    MEDITATION = "meditation", _("Meditation")
    CANDLELIGHT = "candlelight", _("Candlelight")
    BIRTHDAY = "birthday", _("Anniversaries")
    SECULAR = "secular", _("Secular")
    SMALL_GROUP = "small-group", _("Small group")
    SKILLS = "skills", _("Skills and tools")
    OPEN = "open", _("Open to anyone")
    CLOSED = "closed", _("For people with the problem only")


class Approach(TextChoices):
    """Methods of therapy."""

    CBT = "cbt", _("Cognitive behavioral therapy (CBT)")
    DBT = "dbt", _("Dialectical behavior therapy (DBT)")
    ACT = "act", _("Acceptance and commitment therapy (ACT)")
    MOTIVATIONAL = "motivational", _("Motivational interviewing")
    EMDR = "emdr", _("EMDR")
    TRAUMA = "trauma", _("Trauma-informed care")
    DUAL_DIAGNOSIS = "dual-diagnosis", _("Dual diagnosis")
    CONTINGENCY = "contingency", _("Contingency management")
    RELAPSE_PREVENTION = "relapse-prevention", _("Relapse prevention")
    HARM_REDUCTION = "harm-reduction", _("Harm reduction")
    FAMILY = "family-therapy", _("Family therapy")
    CRAFT = "craft", _("CRAFT for families")
    MINDFULNESS = "mindfulness", _("Mindfulness")
    ACUPUNCTURE = "acupuncture", _("Acupuncture")
    ART_MUSIC = "art-music", _("Art or music therapy")
    TWELVE_STEP = "twelve-step", _("Twelve-step facilitation")


class Credential(TextChoices):
    """Professional licenses and certificates."""

    COUNSELOR = "counselor", _("Licensed counselor")
    ADDICTION_COUNSELOR = "addiction-counselor", _("Addiction counselor")
    SOCIAL_WORKER = "social-worker", _("Clinical social worker")
    MFT = "mft", _("Marriage and family therapist")
    PSYCHOLOGIST = "psychologist", _("Psychologist")
    PSYCHIATRIST = "psychiatrist", _("Psychiatrist")
    ADDICTION_PSYCHIATRIST = "addiction-psychiatrist", _("Addiction psychiatrist")
    NURSE_PRACTITIONER = "nurse-practitioner", _("Psychiatric nurse practitioner")


class Offer(TextChoices):
    """The settings in which a therapist works with people."""

    INDIVIDUAL = "individual", pgettext_lazy("therapy", "One to one")
    GROUP = "group", pgettext_lazy("therapy", "In a group")
    FAMILY = "family", pgettext_lazy("therapy", "With family")
    COUPLES = "couples", pgettext_lazy("therapy", "With a partner")


class Care(TextChoices):
    """Levels of care, beginning with those that are the easiest to enter."""

    WALK_IN = "walk-in", _("Walk-in or same-day")
    OUTPATIENT = "outpatient", _("Outpatient")
    INTENSIVE = "intensive", _("Intensive outpatient")
    DAY = "day", _("Day program")
    DETOX = "detox", _("Detox (withdrawal management)")
    RESIDENTIAL = "residential", _("Residential")
    HOSPITAL = "hospital", _("Hospital inpatient")
    OTP = "otp", _("Opioid treatment program")
    TELEHEALTH = "telehealth", _("Telehealth")
    CONTINUING = "continuing-care", _("Continuing care (aftercare)")


class Medication(TextChoices):
    """Medications for substance use disorders and overdose."""

    BUPRENORPHINE = "buprenorphine", _("Buprenorphine")
    METHADONE = "methadone", _("Methadone")
    NALTREXONE = "naltrexone", _("Naltrexone")
    NALOXONE = "naloxone", _("Naloxone")
    ACAMPROSATE = "acamprosate", _("Acamprosate")
    DISULFIRAM = "disulfiram", _("Disulfiram")


class HouseLevel(TextChoices):
    """Levels of recovery housing, as defined by the US National Alliance for Recovery Residences."""

    PEER_RUN = "1", _("Level 1: run by the people who live there")
    MONITORED = "2", _("Level 2: with a house manager")
    SUPERVISED = "3", _("Level 3: with staff and services")
    SERVICE_PROVIDER = "4", _("Level 4: with treatment in the house")


class PeerProgramType(TextChoices):
    """What a peer program offers."""

    COACH = "coach", _("Recovery coach")
    SPECIALIST = "specialist", _("Certified peer specialist")
    CENTER = "center", _("Recovery community center")
    SPONSOR = "sponsor", _("Sponsors")
    MENTOR = "mentor", _("Mentors")
    ACCOUNTABILITY = "accountability", _("Accountability partners")


class CommunityCategory(TextChoices):
    """What a community listing offers."""

    RECREATION = "recreation", _("Sober recreation")
    FITNESS = "fitness", _("Fitness")
    EDUCATION = "education", _("Classes and workshops")
    FAITH = "faith", _("Faith community")
    ONLINE = "online-community", _("Online community")
    RIDES = "rides", _("Rides")
    FOOD = "food", _("Food")
    ERRANDS = "errands", _("Practical help")
    WORK = "jobs", _("Jobs and work")
    LEGAL = "legal", _("Legal help")
    BENEFITS = "benefits", _("Benefits and ID papers")
    CREATIVE = "creative", _("Creative company")
    OUTDOORS = "outdoors", _("Outdoors")


class Medium(TextChoices):
    """The medium of a self-help listing."""

    BOOK = "book", _("Book")
    PODCAST = "podcast", _("Podcast")
    APP = "app", pgettext_lazy("medium", "App")
    COURSE = "course", _("Online course")
    VIDEO = "video", pgettext_lazy("medium", "Video")


class CheckMethod(TextChoices):
    """How a curator checked a listing; the label completes "Checked 3 March 2026 …"."""

    CALLED = "called", _("by phone")
    WEBSITE = "website", _("on its website")
    TOLD = "told", _("by the organization itself")
    VISITED = "visited", _("by a visit")


class YesNo(TextChoices):
    """Yes, no or unknown. An unknown answer is shown as unknown, never as a guess."""

    YES = "yes", _("Yes")
    NO = "no", _("No")
    UNKNOWN = "", _("Not given")
