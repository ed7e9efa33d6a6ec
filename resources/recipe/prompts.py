"""Training prompts, written by the generator itself: it continues the start of a user's turn.

Half of them continue nothing at all, half a few everyday words, so that ordinary questions and
small writing tasks are well represented. None comes near a held-out prompt.
"""

import random
import re

from generator import Generator, Request
from settings import BATCH_ROWS, PROMPT_CHARACTERS, PROMPTS, SEED, held_out_prompts

OPENINGS = """
How can I | How do I | How do you | How does | How should I | How long does | How much | How often
What is | What are | What is the best way to | What should I | What do | What happens when | What makes
What is the difference between | Why do | Why is | Why are | Why does | When should I | Where can I
Who was | Which | Can you explain | Can you help me | Can you recommend | Could you tell me | Should I | Is it
Explain | Explain how | Explain to a child | Describe | Describe the | Tell me about | Tell me how
Write a short story about | Write a short poem about | Write an email to | Write a message to my
Write a letter to | Write a short speech | Write a few sentences about | Write a description of
Write a product description for | Write a short dialogue between | Write an invitation to
Give me three | Give me some tips | Give me advice | Give me an example of | List five | List some | Suggest
Suggest a name for | Plan a | Make a list of | Help me | Help me write | I am | I have | I want to | I need to
I would like to | My friend | My boss | My son | My neighbour | My car | We are planning | Compare | Summarize
""".replace("\n", "|").split("|")
OPENINGS = [opening.strip() for opening in OPENINGS if opening.strip()]


def words(text: str) -> set[str]:
    return set(re.findall(r"[a-z]+", text.lower()))


def too_similar(prompt: str, others: list[str]) -> bool:
    """Whether more than half of the words of both are shared with one of the others."""
    mine = words(prompt)
    return any(len(mine & theirs) > 0.5 * len(mine | theirs) for theirs in map(words, others))


def acceptable(prompt: str) -> bool:
    shortest, longest = PROMPT_CHARACTERS
    return shortest <= len(prompt) <= longest and prompt.isprintable() and len(prompt.split()) >= 4


def make_prompts(generator: Generator) -> list[str]:
    """PROMPTS distinct prompts; half from nothing, half from an everyday opening."""
    held_out = held_out_prompts()
    halves: dict[bool, list[str]] = {False: [], True: []}
    batch = 0
    while any(len(half) < PROMPTS // 2 for half in halves.values()):
        chance = random.Random(f"{SEED} prompts {batch}")
        opened = [row % 3 > 0 if len(halves[False]) < PROMPTS // 2 else True for row in range(BATCH_ROWS)]
        if len(halves[True]) >= PROMPTS // 2:
            opened = [False] * BATCH_ROWS
        openings = [chance.choice(OPENINGS) if is_opened else "" for is_opened in opened]
        requests = [
            Request(generator.encode(generator.user_start() + opening), 0.8 if opening else 0.9, SEED + batch * BATCH_ROWS + row)
            for row, opening in enumerate(openings)
        ]
        for is_opened, opening, answer in zip(opened, openings, generator.write(requests, 56)):
            prompt = (opening + generator.decode(answer.tokens)).strip()
            half = halves[is_opened]
            known = held_out + halves[False] + halves[True]
            if answer.finished and acceptable(prompt) and len(half) < PROMPTS // 2 and not too_similar(prompt, known):
                half.append(prompt)
        batch += 1
    return halves[False] + halves[True]
