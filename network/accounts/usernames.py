"""Generate login names such as "plain-otter-4711", which say nothing about a person.

No word in them could describe a person or their reason to be here. A form carries the generated name with a
signature. So nobody can choose a name that identifies them, or try out which names exist.
"""

import secrets

from django.core.signing import BadSignature, TimestampSigner

from network.models import Account

SIGNATURE_AGE_SECONDS = 24 * 60 * 60  # seconds
MIN_NUMBER, MAX_NUMBER = 100, 9999

ADJECTIVES = (
    "able agile airy alpine ample amber arctic autumn azure bold breezy brief bright brisk broad calm "
    "careful central civil clear clever coastal cool copper coral cosmic crisp curious daily deep dotted "
    "early eastern even exact fair famous fast fine first floral fluent fresh gentle glad global golden "
    "green handy happy hazel indigo ivory jolly kind lasting level light linen little lively local loyal "
    "lucky lunar mellow merry mild misty modern modest mossy native neat nimble noble northern novel "
    "olive open orderly oval placid plain polar polite prime quick quiet rapid ready regal royal rural "
    "rustic sandy satin silver smooth snowy solar solid sonic spruce square still striped subtle sudden "
    "sunny swift teal tidy timely tiny topaz tranquil upland urban useful velvet violet vivid warm "
    "western wide windy winter wooden woven zesty"
).split()
ANIMALS = (
    "alpaca antelope badger beaver beetle bison bittern bobcat bunting buzzard camel caribou cheetah "
    "chipmunk cicada condor cormorant cricket curlew dolphin dormouse dove dragonfly duck eagle egret "
    "eland falcon ferret finch firefly flamingo fox gannet gazelle gecko gibbon giraffe goose goshawk "
    "grebe grouse gull hamster hare harrier hawk hedgehog heron hoopoe ibex ibis iguana impala jackdaw "
    "jaguar kestrel kingfisher kite kiwi koala lapwing lark lemur leopard linnet lion lizard llama lynx "
    "macaw magpie mallard manatee marten meerkat merlin moose narwhal newt nightjar ocelot orca oriole "
    "osprey otter owl oyster panda parrot partridge pelican penguin petrel pheasant pigeon pika plover "
    "puffin puma quail rabbit raccoon raven reindeer robin salmon sandpiper seal skylark sparrow squirrel "
    "starling stoat stork sturgeon swallow swan tapir tern thrush toucan trout turtle vole wagtail "
    "warbler wombat woodpecker wren zebra"
).split()


def new_login_name() -> str:
    """Return a random login name that no account has."""
    while True:
        number = MIN_NUMBER + secrets.randbelow(MAX_NUMBER - MIN_NUMBER + 1)
        name = f"{secrets.choice(ADJECTIVES)}-{secrets.choice(ANIMALS)}-{number}"
        if not Account.objects.filter(login_name=name).exists():
            return name


def sign_login_name(name: str) -> str:
    """Return the login name with the time and a signature, which proves that this site proposed it."""
    return _signer().sign(name)


def verify_login_name(text: str) -> str | None:
    """Return the login name when the site signed it within the last day, else None."""
    try:
        return _signer().unsign(text, max_age=SIGNATURE_AGE_SECONDS)
    except BadSignature:
        return None


def _signer() -> TimestampSigner:
    """Return the signer that proves that this site proposed a login name."""
    return TimestampSigner(salt="network.accounts.usernames")


def normalize_login_name(typed: str) -> str:
    """Return a typed login name without surrounding spaces, in lower case."""
    return typed.strip().lower()
