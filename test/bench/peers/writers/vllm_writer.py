"""Writes answers with vLLM, in the Python environment of whoever has it.

Called as `python vllm_writer.py JOB RESULT`, two JSON files as job.ts describes them.
"""

import json
import os
import sys
import time
from pathlib import Path


def main(job_path: str, result_path: str) -> None:
    job = json.loads(Path(job_path).read_text())
    # All in this process, so that its memory is the engine's.
    os.environ["VLLM_ENABLE_V1_MULTIPROCESSING"] = "0"
    os.environ["VLLM_NO_USAGE_STATS"] = "1"
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ.setdefault("VLLM_CPU_OMP_THREADS_BIND", f"0-{job['threads'] - 1}")
    os.environ.setdefault("VLLM_CPU_KVCACHE_SPACE", str(cache_gibibytes(job)))
    import vllm

    room = len(job["promptIds"]) + job["tokens"]
    model = vllm.LLM(
        model=job["modelPath"],
        skip_tokenizer_init=True,
        dtype="bfloat16",
        max_model_len=room,
        max_num_seqs=job["candidates"],
    )

    def write(candidates: int, tokens: int, temperature: float) -> list[list[int]]:
        sampling = vllm.SamplingParams(
            n=candidates,
            temperature=temperature,
            top_p=1.0,
            top_k=job["topK"],
            max_tokens=tokens,
            ignore_eos=True,
            detokenize=False,
        )
        prompt = {"prompt_token_ids": job["promptIds"]}
        [output] = model.generate([prompt], sampling, use_tqdm=False)
        return [list(answer.token_ids) for answer in output.outputs]

    greedy = write(1, job["greedyTokens"], 0.0)[0]
    # vLLM does not tell when the prompt was read: a run of one token takes that long. The first such run warms up; after
    # it the prompt is in vLLM's cache, for the two that are timed alike.
    write(job["candidates"], 1, 1.0)
    began = time.perf_counter()
    write(job["candidates"], 1, 1.0)
    first = time.perf_counter()
    answers = write(job["candidates"], job["tokens"], 1.0)
    end = time.perf_counter()
    prompt_ms = 1000 * (first - began)
    result = {
        "promptMs": prompt_ms,
        "writeMs": 1000 * (end - first) - prompt_ms,
        "timedTokens": sum(len(answer) - 1 for answer in answers),
        "answers": answers,
        "greedy": greedy,
        "version": f"vllm {vllm.__version__}",
        "peakBytes": peak_bytes(),
    }
    Path(result_path).write_text(json.dumps(result))


def cache_gibibytes(job: dict) -> int:
    """A quarter more than all answers need; vLLM takes what it is given at once."""
    tokens = job["candidates"] * (len(job["promptIds"]) + job["tokens"])
    return max(1, -(-tokens * job["cacheBytesPerToken"] * 5 // 4 // 2**30))


def peak_bytes() -> int:
    status = Path("/proc/self/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return 1024 * int(line.split()[1])


if __name__ == "__main__":
    main(*sys.argv[1:])
