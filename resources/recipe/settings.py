"""Every number and path of the recipe that is worth changing, in one place."""

from pathlib import Path

SEED = 20261123

RECIPE = Path(__file__).resolve().parent
MODELS = RECIPE.parent / "models"
GENERATOR_FOLDER = MODELS / "smollm2-135m-instruct"
GENERATOR_FILE = GENERATOR_FOLDER / "SmolLM2-135M-Instruct.Q4_1.gguf"
REWARD_FOLDER = MODELS / "winnow-reward-minilm"
HELD_OUT_FILE = RECIPE / "held-out-prompts.txt"
HELD_OUT_FOR_TABLES = 20

ANSWER_TOKENS = 128
BATCH_ROWS = 192

# Training data.
PROMPTS = 400
ANSWERED_PROMPTS = 288  # the shortest of them; answers to the rest would cost more time than they bring
PROMPT_CHARACTERS = (15, 220)
TEMPERATURES = (0.4, 0.6, 0.8, 1.0, 1.0, 1.0, 1.2, 1.4)
TWINS = (0, 1, 2, 3)  # which of the above also get a twin with a slip
SLIP_TEMPERATURE = 1.7
SLIP_TOKENS = (6, 24)
VALIDATION_PROMPTS = 16  # of these, never trained on, to watch the training

# Evaluation on the held-out prompts.
CANDIDATES = 64
GRADED_TEMPERATURES = (0.5, 0.5, 0.5, 0.5, 0.8, 0.8, 0.8, 0.8, 1.0, 1.0, 1.0, 1.0, 1.2, 1.2, 1.2, 1.2, 1.4, 1.4, 1.4, 1.4)


def held_out_prompts() -> list[str]:
    """All prompts of the held-out file, in order; lines that begin with # are remarks."""
    lines = HELD_OUT_FILE.read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]
