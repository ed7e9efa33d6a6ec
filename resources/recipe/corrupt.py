"""Ways to spoil an answer, each right by construction: the spoiled text is the worse one.

All of them work on words with the white space behind them, so that line breaks survive.
`chance` is a `random.Random`. A function returns None where the text is too short for it.
"""

import re
from random import Random


def split_words(text: str) -> list[str]:
    """Words with the white space that follows them; joined, they are the text again."""
    return re.findall(r"\S+\s*", text)


def split_sentences(text: str) -> list[str]:
    return re.findall(r"[^.!?\n]+(?:[.!?\n]+\s*|$)", text)


def _change_word(piece: str, word: str) -> str:
    """Another word in the place of this one, its white space kept."""
    return word + piece[len(piece.rstrip()) :]


def shuffle_words(text: str, chance: Random) -> str | None:
    """6 to 24 words change places, neighbours or scattered over the text."""
    pieces = split_words(text)
    if len(pieces) < 8:
        return None
    count = chance.randint(6, min(24, len(pieces)))
    if chance.random() < 0.5:
        start = chance.randrange(len(pieces) - count + 1)
        places = list(range(start, start + count))
    else:
        places = sorted(chance.sample(range(len(pieces)), count))
    shuffled = places[:]
    while sum(a == b for a, b in zip(places, shuffled)) > count // 3:
        chance.shuffle(shuffled)
    words = [piece.strip() for piece in pieces]
    for place, source in zip(places, shuffled):
        pieces[place] = _change_word(pieces[place], words[source])
    return "".join(pieces)


def loop_sentence(text: str, chance: Random) -> str | None:
    """One sentence is said two to four times; half of the time the end makes room for it."""
    sentences = [s for s in split_sentences(text)]
    long_enough = [i for i, s in enumerate(sentences) if len(s.split()) >= 4]
    if not long_enough:
        return None
    place = chance.choice(long_enough)
    again = sentences[place] if sentences[place][-1].isspace() else sentences[place] + " "
    looped = sentences[:place] + [again] * chance.randint(2, 4) + sentences[place + 1 :]
    if chance.random() < 0.5:
        return "".join(looped).strip()
    shortened = "".join(split_words("".join(looped))[: len(split_words(text))]).strip()
    return shortened if shortened != text.strip() else "".join(looped).strip()


def loop_phrase(text: str, chance: Random) -> str | None:
    """From some place on, the text repeats a few words until its length is used up."""
    pieces = split_words(text)
    if len(pieces) < 20:
        return None
    size = chance.randint(2, 8)
    place = chance.randrange(2, len(pieces) - 2 * size + 1)
    phrase = [piece.strip() + " " for piece in pieces[place : place + size]]
    looped = pieces[:place] + phrase * (len(pieces) // size + 1)
    return "".join(looped[: len(pieces)]).strip()


def replace_words(text: str, other: str, chance: Random) -> str | None:
    """2 to 8 words give way to words from another answer."""
    pieces, strangers = split_words(text), other.split()
    if len(pieces) < 8 or not strangers:
        return None
    for place in chance.sample(range(len(pieces)), chance.randint(2, min(8, len(pieces) // 3))):
        pieces[place] = _change_word(pieces[place], chance.choice(strangers))
    return "".join(pieces)


def drop_and_double(text: str, chance: Random) -> str | None:
    """3 to 8 words are left out or said twice."""
    pieces = split_words(text)
    if len(pieces) < 10:
        return None
    for place in chance.sample(range(len(pieces)), chance.randint(3, min(8, len(pieces) // 3))):
        pieces[place] = chance.choice(["", pieces[place].strip() + " " + pieces[place]])
    return "".join(pieces)


def garble_letters(text: str, chance: Random) -> str | None:
    """1 to 5 words of at least four letters have their letters mixed."""
    pieces = split_words(text)
    long_words = [i for i, piece in enumerate(pieces) if len(piece.strip()) >= 4]
    if len(long_words) < 3:
        return None
    for place in chance.sample(long_words, chance.randint(1, min(5, len(long_words)))):
        letters = list(pieces[place].strip())
        chance.shuffle(letters)
        pieces[place] = _change_word(pieces[place], "".join(letters))
    spoiled = "".join(pieces)
    return spoiled if spoiled != text else None


def splice(start: list[int], end: list[int], chance: Random) -> list[int] | None:
    """The first 30 to 70 % of one answer's tokens, then as many of another's as are missing."""
    place = round(len(start) * chance.uniform(0.3, 0.7))
    missing = len(start) - place
    if missing < 6 or len(end) < missing:
        return None
    return start[:place] + end[len(end) - missing :]
