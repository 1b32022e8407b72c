"""Words typed to find a school: how they are cut, and what else they may be written as.

Cut like the search column (``schools.models.school``), so that what is typed meets what is held: accents, apostrophes and
case do not count, "St" finds "Saint", "&" and "and" are no words, "C of E" finds "CofE" and "Church of England".
"""

import re
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

# Accents and apostrophes are folded before words are cut, so that "Josephs" finds "St Joseph's" and "Francois" finds "François".
# The last characters of FOLD_FROM have no partner in FOLD_TO and so go away.
FOLD_FROM = "àáâãäåçèéêëìíîïñòóôõöùúûüýÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝ/.'\u2019\u2018`"
FOLD_TO = "aaaaaaceeeeiiiinooooouuuuyaaaaaaceeeeiiiinooooouuuuy  "
_PAIRS = {ord(letter): FOLD_TO[place] if place < len(FOLD_TO) else None for place, letter in enumerate(FOLD_FROM)}

LONGEST = 100  # characters of a search that are read
MOST = 10  # words of it

NOISE = frozenset({"and", "the", "of", "at", "in", "on", "upon", "for", "near", "with"})
# What is written in more than one way: a pattern over the folded words, then each way, words of a way joined by "+".
SYNONYMS = (
    (r"c of e|c e|cofe|ce|church of england", "cofe ce c+e church+england"),
    (r"r c|rc|roman catholic", "rc r+c catholic"),
    (r"le st", "le+street"),  # Chester-le-Street
    (r"st(?=$)", "st street saint"),  # "High St"
    (r"st|sts|saint|saints|ss", "st sts saint saints ss"),
    (r"mt|mount", "mt mount"),
    (r"all saints?|all sts|all ss", "all+saints all+saint"),  # not any saint's school that is for all
    (r"jnr|jr", "junior jnr jr"),
    (r"cp", "cp community+primary"),
    (r"ps", "ps primary+school"),
    (r"hs", "hs high+school"),
    (r"gs", "gs grammar+school"),
    (r"rd|road", "rd road"),
    (r"ln|lane", "ln lane"),
    (r"pru", "pru pupil+referral"),
    (r"utc", "utc university+technical"),
    (r"v a|va", "va v+a voluntary+aided"),
    (r"v c|vc", "vc v+c voluntary+controlled"),
    (r"bham|b ham|brum", "birmingham bham"),
    (r"beds", "bedford bedfordshire beds"),
    (r"glos", "gloucestershire glos"),
    (r"hants", "hampshire hants"),
    (r"northants", "northamptonshire northants"),
    (r"oxon", "oxfordshire oxon"),
    (r"salop", "shropshire salop"),
    (r"warks", "warwickshire warks"),
)
_KNOWN = re.compile(rf"(?<!\S)(?:{'|'.join(f'({pattern})' for pattern, _ in SYNONYMS)})(?!\S)")
_POSTCODE = re.compile(r"(?<!\S)([a-z]{1,2}[0-9][a-z0-9]?)\s*([0-9][a-z]{2})(?!\S)")
_OUTWARD = re.compile(r"[a-z]{1,2}[0-9][a-z0-9]?")
_COUNCIL = re.compile(
    r"^city of(?= .*(?<!\S)council(?!\S))|"
    r"(?<!\S)(?:(?:london|royal) borough of|(?:(?:county|city|district|metropolitan|borough) )*council)(?!\S)",
    re.IGNORECASE,
)
_MANY = re.compile(r".{3,}[^s]s")  # "infants", but not "press" nor "ross"


def fold(text: str) -> str:
    """``text`` as the search column holds it."""
    return text.translate(_PAIRS).lower()


def without_council(text: str) -> str:
    """What an authority is called in the register: "Lancashire" for Lancashire County Council, "York" for City of York Council.

    The same text where nothing else is in it.
    """
    return " ".join(_COUNCIL.sub(" ", " ".join(text.split())).split()) or text


@dataclass(frozen=True)
class Word:
    """One thing that a school must have, and every way it may be written. A way of several words needs all of them."""

    typed: str
    ways: tuple[str, ...]  # each of words joined by "+"; "*" at its end where longer words will do

    @property
    def asked(self) -> str:
        """This word as a part of a text search."""
        ways = (" & ".join(_lexeme(part) for part in way.split("+")) for way in self.ways)
        return "(" + " | ".join(f"({way})" for way in ways) + ")"

    @property
    def beginnings(self) -> list[str]:
        """What a word of a name begins with when it is this one, with the space after it where it must be whole."""
        firsts = [way.split("+")[0] for way in self.ways]
        return [first.removesuffix("*") if first.endswith("*") else f"{first} " for first in firsts if len(first) > 1]


@dataclass(frozen=True)
class Asked:
    """What was typed, cut into words."""

    text: str
    words: tuple[Word, ...]

    @cached_property
    def tsquery(self) -> str:
        """A text search for schools that have every one of the words."""
        return " & ".join(word.asked for word in self.words)

    @property
    def phrase(self) -> str:
        """The words as a name would hold them, one after the other."""
        return " ".join(re.findall(r"[^\W_]+", re.sub(r"\bsaint\b", "st", fold(self.text))))

    def or_near(self, near: dict[str, list[str]]) -> "Asked":
        """The same, satisfied as well by words that are spelt almost alike."""
        return replace(self, words=tuple(replace(word, ways=(*word.ways, *near.get(word.typed, ()))) for word in self.words))

    def joined(self) -> list[str]:
        """Each two neighbouring words as one: "ash grove" may be "Ashgrove"."""
        return [f"{first.typed}{second.typed}" for first, second in pairwise(self.words)]

    def with_joined(self, word: str) -> "Asked":
        """The same with the neighbours that make this word as one."""
        place = self.joined().index(word)
        return replace(self, words=(*self.words[:place], Word(word, (f"{word}*",)), *self.words[place + 2 :]))


def parse(text: str) -> Asked:
    """What is asked for; without words when nothing in it is one."""
    text = " ".join(text[:LONGEST].replace("\0", "").split())
    cut = without_council(" ".join(re.findall(r"[^\W_]+", fold(text))))
    cut = _POSTCODE.sub(r"\1 \2", cut)
    words: list[Word] = []
    at = 0
    for found in _KNOWN.finditer(cut):
        words += _plain(cut[at : found.start()])
        ways = SYNONYMS[next(number for number, group in enumerate(found.groups()) if group)][1]
        words.append(Word(found[0], tuple(ways.split())))
        at = found.end()
    words += _plain(cut[at:])
    telling = [word for word in words if word.typed not in NOISE]
    return Asked(text, tuple(dict.fromkeys(telling or words))[:MOST])


def _plain(text: str) -> list[Word]:
    """Ordinary words: each finds what begins with it. The plural finds the singular; a number or a postcode's first half only itself."""
    return [Word(word, (_way(word),)) for word in text.split()]


def _way(word: str) -> str:
    if word.isdigit() or _OUTWARD.fullmatch(word):
        return word
    return f"{word[:-1] if _MANY.fullmatch(word) else word}*"


def _lexeme(part: str) -> str:
    return f"'{part[:-1]}':*" if part.endswith("*") else f"'{part}'"


# -- spelling


def forms(word: str) -> list[str]:
    """The word, and the word without each of its letters in turn.

    Two words that differ by one letter (wrong, missing, too many) or by two neighbours changing places share a form.
    """
    return sorted({word, *(word[:place] + word[place + 1 :] for place in range(len(word)))})


def one_letter_apart(first: str, second: str) -> bool:
    """Whether one letter wrong, missing or too many, or two neighbours that changed places, make one word of the other."""
    if len(first) > len(second):
        first, second = second, first
    if len(second) - len(first) > 1:
        return False
    same = 0
    while same < len(first) and first[same] == second[same]:
        same += 1
    if len(first) < len(second):
        return first[same:] == second[same + 1 :]
    rest, other = first[same:], second[same:]
    return rest[1:] == other[1:] or (len(rest) > 1 and rest[:2] == other[1::-1] and rest[2:] == other[2:])
