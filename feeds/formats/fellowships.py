"""What each fellowship is for, and how feeds name them in words."""

import re
from functools import lru_cache

from directory.vocabulary import Concern, Fellowship

_DRUGS = (Concern.OPIOIDS, Concern.OTHER_DRUGS)
_ALL_USE = (Concern.ALCOHOL, *_DRUGS)
_FAMILY = (Concern.FAMILY,)

_CONCERNS: dict[str, tuple[Concern, ...]] = {
    Fellowship.AA: (Concern.ALCOHOL,),
    Fellowship.NA: _ALL_USE,
    Fellowship.CA: (Concern.OTHER_DRUGS,),
    Fellowship.CMA: (Concern.OTHER_DRUGS,),
    Fellowship.HA: (Concern.OPIOIDS,),
    Fellowship.MA: (Concern.OTHER_DRUGS,),
    Fellowship.PA: _DRUGS,
    Fellowship.NICOTINE: (Concern.OTHER_DRUGS,),
    Fellowship.MARA: _DRUGS,
    Fellowship.DRA: (Concern.CO_OCCURRING,),
    Fellowship.GA: (Concern.GAMBLING,),
    Fellowship.OA: (Concern.EATING,),
    Fellowship.EDA: (Concern.EATING,),
    Fellowship.ACA: _FAMILY,
    Fellowship.CODA: _FAMILY,
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
}

# The first that is found counts: "Adult Children of Alcoholics" before "Alcoholics Anonymous".
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
)


def concerns(fellowship: str) -> tuple[str, ...]:
    """Values of `Concern` for a fellowship's value; () for one that is unknown or another path."""
    return tuple(concern.value for concern in _CONCERNS.get(fellowship, ()))


@lru_cache(maxsize=2_000)
def named_in(folded: str) -> str:
    """The fellowship whose full name stands in a folded text, or ""."""
    return next((value.value for words, value in _NAMES if re.search(rf"\b(?:{words})\b", folded)), "")
