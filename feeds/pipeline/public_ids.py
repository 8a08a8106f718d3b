"""Derive the public ids of imported meetings from their source and their id in its feed.

A meeting that disappears from its feed and returns, or whose import is undone and repeated, gets the same id again.
"""

import hashlib
from collections.abc import Sequence

from core.codes import CODE_ALPHABET
from feeds.models import Source
from groups.models import PUBLIC_ID_LENGTH, Meeting, create_public_id


def derive_public_id(source: Source, ref: str) -> str:
    """Return the public id of the meeting that has this id in the feed of the source."""
    number = int.from_bytes(hashlib.blake2s(f"{source.slug}\0{ref}".encode()).digest())
    characters = []
    for _position in range(PUBLIC_ID_LENGTH):
        number, index = divmod(number, len(CODE_ALPHABET))
        characters.append(CODE_ALPHABET[index])
    return "".join(characters).lower()


def free_public_ids(source: Source, refs: Sequence[str]) -> dict[str, str]:
    """Return for each id in the feed a public id that no meeting has.

    The derived one may be taken: a merge of two listings gives it to a copy.
    """
    derived = {ref: derive_public_id(source, ref) for ref in refs}
    taken = set(Meeting.objects.filter(public_id__in=derived.values()).values_list("public_id", flat=True))
    return {
        ref: create_public_id() if public_id in taken else public_id for ref, public_id in derived.items()
    }
