"""Groups of texts to one prompt, and which of them is better than which.

The order comes from how the texts were made, never from a person or another model:

- cooler: sampled at a lower temperature, and no less likely to the generator itself;
- likelier: at the same temperature, clearly more likely a word (this orders good answers finely);
- slip: an answer against its twin, which is the same text up to a slip;
- corrupted: an answer against itself with words shuffled, repeated, replaced, garbled;
- topic: an answer to this prompt against an answer to another one;
- drift: an answer against its own start, continued by the end of an answer to another prompt.

All texts of a group are cut to one length in tokens, so length carries no hint and partial texts
are scored as sensibly as whole ones.
"""

from dataclasses import dataclass, field
from random import Random

import corrupt
from settings import TEMPERATURES, TWINS

LIKELIER_BY = 0.25  # nats a token
CALM = 1.0  # answers up to this temperature stand for a decent attempt


@dataclass
class Group:
    prompt: str
    texts: list[str] = field(default_factory=list)
    pairs: list[tuple[int, int, str]] = field(default_factory=list)  # better, worse, kind

    def add(self, text: str) -> int:
        self.texts.append(text)
        return len(self.texts) - 1


def mean_likelihood(answer: dict, cut: int) -> float:
    values = answer["log_probabilities"][:cut]
    return sum(values) / max(1, len(values))


def order_of(first: dict, second: dict, cut: int) -> tuple[bool, str] | None:
    """Whether the first answer is the better one, and why; None where the two signs disagree."""
    warmer = second["temperature"] - first["temperature"]
    likelier = mean_likelihood(first, cut) - mean_likelihood(second, cut)
    if abs(warmer) < 0.1:
        return (likelier > 0, "likelier") if abs(likelier) >= LIKELIER_BY else None
    return (warmer > 0, "cooler") if warmer * likelier > 0 else None


def corruptions(text: str, other: str, chance: Random) -> list[tuple[str, str | None]]:
    """Two different ways to spoil the text, and the names of their kinds."""
    ways = {
        "shuffled": lambda: corrupt.shuffle_words(text, chance),
        "looped": lambda: chance.choice([corrupt.loop_sentence, corrupt.loop_sentence, corrupt.loop_phrase])(text, chance),
        "replaced": lambda: corrupt.replace_words(text, other, chance),
        "garbled": lambda: chance.choice([corrupt.drop_and_double, corrupt.garble_letters])(text, chance),
    }
    weights = {"shuffled": 3, "looped": 4, "replaced": 2, "garbled": 1}
    first = chance.choices(list(weights), weights.values())[0]
    second = chance.choices([k for k in weights if k != first], [w for k, w in weights.items() if k != first])[0]
    return [(kind, ways[kind]()) for kind in (first, second)]


def make_group(record: dict, other_record: dict, cut: int, decode, chance: Random, more_loops: bool = False) -> Group:
    """One group of about nine texts; `decode` turns tokens into text; `more_loops` adds two with a sentence repeated."""
    answers = record["answers"]
    group = Group(record["prompt"])
    text_of = lambda answer: decode(answer["tokens"][:cut])

    # Four answers, at least two of them at temperature 1 as in real use, and a twin of one of them.
    twin_number = chance.randrange(len(TWINS))
    with_twin = TWINS[twin_number]
    at_one = [i for i, t in enumerate(TEMPERATURES) if t == 1.0 and i != with_twin]
    chosen = [with_twin] + chance.sample(at_one, 2)
    chosen.append(chance.choice([i for i in range(len(TEMPERATURES)) if i not in chosen]))
    place = {i: group.add(text_of(answers[i])) for i in chosen}
    for position, i in enumerate(chosen):
        for j in chosen[position + 1 :]:
            order = order_of(answers[i], answers[j], cut)
            if order:
                better, worse = (i, j) if order[0] else (j, i)
                group.pairs.append((place[better], place[worse], order[1]))
    original, twin = answers[with_twin], answers[len(TEMPERATURES) + twin_number]
    if twin["slip"] + 4 < min(cut, len(twin["tokens"])) and original["tokens"] != twin["tokens"]:
        group.pairs.append((place[with_twin], group.add(text_of(twin)), "slip"))

    # Texts from elsewhere, and spoiled ones.
    calm = [i for i in chosen if answers[i]["temperature"] <= CALM]
    source = chance.choice(calm)
    other = chance.choice([a for a in other_record["answers"] if a["temperature"] <= CALM and a["slip"] is None])
    stranger = group.add(text_of(other))
    group.pairs += [(place[i], stranger, "topic") for i in calm]
    spliced = corrupt.splice(answers[source]["tokens"][:cut], other["tokens"], chance)
    if spliced:
        group.pairs.append((place[source], group.add(decode(spliced)), "drift"))
    for kind, spoiled in corruptions(text_of(answers[source]), text_of(other), chance):
        if spoiled:
            group.pairs.append((place[source], group.add(spoiled), kind))
    for looped_source in chance.sample(calm, min(2, len(calm))) if more_loops else []:
        looped = corrupt.loop_sentence(text_of(answers[looped_source]), chance)
        if looped:
            group.pairs.append((place[looped_source], group.add(looped), "looped"))
    return group
