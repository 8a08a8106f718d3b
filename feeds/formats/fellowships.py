"""Map fellowships to the concerns they address, and find the fellowship that a text names."""

import re
from functools import lru_cache

from directory.vocabulary import Concern, Fellowship

_DRUGS = (Concern.OPIOIDS, Concern.OTHER_DRUGS)
_ALL_USE = (Concern.ALCOHOL, *_DRUGS)
_FAMILY = (Concern.FAMILY,)

_CONCERNS: dict[str, tuple[Concern, ...]] = {
    Fellowship.AA: (Concern.ALCOHOL,),
    Fellowship.NA: _ALL_USE,
    Fellowship.CA: (Concern.STIMULANTS, Concern.OTHER_DRUGS),
    Fellowship.CMA: (Concern.STIMULANTS,),
    Fellowship.HA: (Concern.OPIOIDS,),
    Fellowship.MA: (Concern.CANNABIS,),
    Fellowship.PA: (Concern.BENZODIAZEPINES, *_DRUGS),
    Fellowship.NICOTINE: (Concern.NICOTINE,),
    Fellowship.MARA: _DRUGS,
    Fellowship.DRA: (Concern.CO_OCCURRING,),
    Fellowship.GA: (Concern.GAMBLING,),
    Fellowship.OA: (Concern.EATING,),
    Fellowship.EDA: (Concern.EATING,),
    Fellowship.ACA: _FAMILY,
    Fellowship.CODA: (*_FAMILY, Concern.CODEPENDENCY),
    Fellowship.AL_ANON: _FAMILY,
    Fellowship.ALATEEN: _FAMILY,
    Fellowship.NAR_ANON: _FAMILY,
    Fellowship.GAM_ANON: (*_FAMILY, Concern.GAMBLING),
    Fellowship.FAMILIES_ANONYMOUS: _FAMILY,
    Fellowship.SMART: (Concern.ANY,),
    Fellowship.SMART_FAMILY: _FAMILY,
    Fellowship.LIFERING: _ALL_USE,
    Fellowship.RECOVERY_DHARMA: (Concern.ANY,),
    Fellowship.WOMEN_FOR_SOBRIETY: _ALL_USE,
    Fellowship.SOS: _ALL_USE,
    Fellowship.CELEBRATE_RECOVERY: (Concern.ANY,),
    Fellowship.WELLBRIETY: _ALL_USE,
    Fellowship.PARENTS_OF_ADDICTED: _FAMILY,
    Fellowship.CO_ANON: _FAMILY,
    Fellowship.SLAA: (Concern.SEX_AND_LOVE,),
    Fellowship.SAA: (Concern.SEX_AND_LOVE,),
    Fellowship.SA: (Concern.SEX_AND_LOVE,),
    Fellowship.DEBTORS_ANONYMOUS: (Concern.SPENDING,),
    Fellowship.GAMING_ADDICTS: (Concern.GAMING,),
    Fellowship.EMOTIONS_ANONYMOUS: (Concern.MENTAL_HEALTH, Concern.ANXIETY, Concern.DEPRESSION),
    Fellowship.REFUGE_RECOVERY: (Concern.ANY,),
    Fellowship.MODERATION_MANAGEMENT: (Concern.ALCOHOL,),
    Fellowship.SHE_RECOVERS: (Concern.ANY,),
    Fellowship.MILLATI_ISLAMI: _ALL_USE,
    Fellowship.CATHOLIC_IN_RECOVERY: (Concern.ANY,),
}

# The first match counts: "Adult Children of Alcoholics" before "Alcoholics Anonymous".
_NAMES: tuple[tuple[str, Fellowship], ...] = (
    (r"adult children of alcoholics", Fellowship.ACA),
    (r"alateen", Fellowship.ALATEEN),
    (r"al anon", Fellowship.AL_ANON),
    (r"nar anon", Fellowship.NAR_ANON),
    (r"gam anon", Fellowship.GAM_ANON),
    (r"families anonymous", Fellowship.FAMILIES_ANONYMOUS),
    (r"co ?dependents anonymous", Fellowship.CODA),
    (r"alcoholics anonymous|alcoholicos anonimos", Fellowship.AA),
    (r"narcotics anonymous|narcoticos anonimos", Fellowship.NA),
    (r"cocaine anonymous", Fellowship.CA),
    (r"crystal meth anonymous", Fellowship.CMA),
    (r"heroin anonymous", Fellowship.HA),
    (r"marijuana anonymous", Fellowship.MA),
    (r"pills anonymous", Fellowship.PA),
    (r"nicotine anonymous", Fellowship.NICOTINE),
    (r"medication assisted recovery anonymous", Fellowship.MARA),
    (r"dual recovery anonymous", Fellowship.DRA),
    (r"gamblers anonymous", Fellowship.GA),
    (r"overeaters anonymous", Fellowship.OA),
    (r"eating disorders anonymous", Fellowship.EDA),
    (r"smart recovery family", Fellowship.SMART_FAMILY),
    (r"smart recovery", Fellowship.SMART),
    (r"lifering", Fellowship.LIFERING),
    (r"recovery dharma", Fellowship.RECOVERY_DHARMA),
    (r"women for sobriety", Fellowship.WOMEN_FOR_SOBRIETY),
    (r"secular organizations for sobriety", Fellowship.SOS),
    (r"celebrate recovery", Fellowship.CELEBRATE_RECOVERY),
    (r"wellbriety", Fellowship.WELLBRIETY),
    (r"parents of addicted loved ones", Fellowship.PARENTS_OF_ADDICTED),
    (r"co anon", Fellowship.CO_ANON),
    (r"sex (?:and )?love addicts anonymous", Fellowship.SLAA),
    (r"sex addicts anonymous", Fellowship.SAA),
    (r"sexaholics anonymous", Fellowship.SA),
    (r"debtors anonymous", Fellowship.DEBTORS_ANONYMOUS),
    (r"gaming addicts anonymous", Fellowship.GAMING_ADDICTS),
    (r"emotions anonymous", Fellowship.EMOTIONS_ANONYMOUS),
    (r"refuge recovery", Fellowship.REFUGE_RECOVERY),
    (r"moderation management", Fellowship.MODERATION_MANAGEMENT),
    (r"she recovers", Fellowship.SHE_RECOVERS),
    (r"millati islami", Fellowship.MILLATI_ISLAMI),
    (r"catholic in recovery", Fellowship.CATHOLIC_IN_RECOVERY),
)


def concerns_of(fellowship: str) -> tuple[str, ...]:
    """Return the `Concern` values of a fellowship; () for an unknown one."""
    return tuple(concern.value for concern in _CONCERNS.get(fellowship, ()))


@lru_cache(maxsize=2_000)
def find_fellowship(folded: str) -> str:
    """Return the fellowship whose full name occurs in a folded text, or ""."""
    return next((value.value for pattern, value in _NAMES if re.search(rf"\b(?:{pattern})\b", folded)), "")
