"""Runs gradus and its peers side by side and writes RESULTS.md. Started by run.sh.

Every comparison is one run: the same data, the same number of threads, the programs in turn, round after round, so
that a slow minute of the machine falls on all. Medians; the spread is the middle half (25 to 75 percent).
"""

import argparse
import datetime
import importlib.metadata
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

HERE = Path(__file__).resolve().parent
TABLE = HERE / "../conform/tables/matrix_calculus/cases.tsv"
ROWS, COLUMNS = 100_000, 50
ROUNDS = 5


def make_data(folder, rng):
    """Logistic data with correlated columns: singular values of the mixing from 1 to 30."""
    u, _ = np.linalg.qr(rng.standard_normal((COLUMNS, COLUMNS)))
    v, _ = np.linalg.qr(rng.standard_normal((COLUMNS, COLUMNS)))
    X = rng.standard_normal((ROWS, COLUMNS)) @ (u * np.geomspace(1, 30, COLUMNS)) @ v / np.sqrt(COLUMNS)
    truth = rng.standard_normal(COLUMNS)
    y = np.where(rng.random(ROWS) < 1 / (1 + np.exp(-X @ truth)), 1.0, -1.0)
    for name, values in [("X", X), ("y", y), ("w", 0.1 * rng.standard_normal(COLUMNS))]:
        np.ascontiguousarray(values, dtype="<f8").tofile(folder / f"{name}.f64")
    (folder / "size.txt").write_text(f"{ROWS} {COLUMNS} {1 / ROWS!r}\n")


def ask(command, threads):
    environment = dict(os.environ)
    for name in ["RAYON", "OPENBLAS", "OMP", "MKL"]:
        environment[f"{name}_NUM_THREADS"] = str(threads)
    # JAX sizes its pool by the processors that it may use.
    wrapped = ["taskset", "-c", f"0-{threads - 1}", *map(str, command)]
    answer = subprocess.run(wrapped, env=environment, capture_output=True, text=True, check=False)
    if answer.returncode:
        sys.exit(f"{' '.join(wrapped)}\n{answer.stderr}")
    return [line.split("\t") for line in answer.stdout.splitlines()]


def quartiles(values):
    q = statistics.quantiles(values, n=4, method="inclusive")
    return q[1], q[0], q[2]


def milliseconds(values):
    middle, low, high = quartiles(values)
    return f"{1e3 * middle:.2f} | {1e3 * low:.2f} to {1e3 * high:.2f}"


def identities(gradus, threads):
    lines = ask([gradus, "identities", TABLE], threads)
    medians = [float(line[1]) for line in lines]
    worst = max(range(len(lines)), key=lambda k: medians[k])
    first = max(lines, key=lambda line: float(line[0]))
    over = sum(m > 0.05 for m in medians)
    return [
        "## Identities: parse, derive, simplify, compile, bind",
        "",
        f"Each of the {len(lines)} rows of `tools/conform/tables/matrix_calculus`, value and derivative compiled "
        "together and bound with every dimension 4; the median of 5 for each row. The bar is 50 ms each.",
        "",
        "| | ms |",
        "|---|---|",
        f"| median row | {1e3 * statistics.median(medians):.2f} |",
        f"| slowest row, `{lines[worst][3]}` ({lines[worst][2]}) | {1e3 * medians[worst]:.2f} |",
        f"| slowest first time, `{first[3]}` ({first[2]}) | {1e3 * float(first[0]):.2f} |",
        f"| rows over 50 ms | {over} |",
        "",
    ]


def gradients(gradus, peers, folder, threads):
    commands = {
        "gradus": [gradus, "gradient", folder, 20],
        "NumPy, in place over BLAS": [*peers, "gradient-numpy", folder, 20],
        "JAX, jit": [*peers, "gradient-jax", folder, 20],
    }
    alone, both, found = {k: [] for k in commands}, {k: [] for k in commands}, {}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            for line in ask(command, threads):
                if line[0] == "seconds":
                    alone[name].append(float(line[1]))
                    both[name].append(float(line[2]))
                else:
                    found[name] = np.array([float(v) for v in " ".join(line).split()[1:]])
    reference = found["NumPy, in place over BLAS"]
    apart = max(float(abs(g - reference).max()) for g in found.values())
    text = [
        f"## Gradient of logistic regression, {threads} thread{'s' if threads > 1 else ''}",
        "",
        f"{ROWS:,} x {COLUMNS}, {ROUNDS} rounds of 20 evaluations each. The ratio is the peer's time over gradus' time: "
        "above 1, gradus is faster. The bar is 1 against NumPy. "
        f"The gradients agree to {apart:.1e}.",
    ]
    for title, seconds in [("gradient", alone), ("value and gradient", both)]:
        text += ["", f"| {title} | median ms | middle half | ratio |", "|---|---|---|---|"]
        own = statistics.median(seconds["gradus"])
        for name, values in seconds.items():
            text.append(f"| {name} | {milliseconds(values)} | {statistics.median(values) / own:.2f} |")
    return [*text, ""]


def minimisers(gradus, peers, folder, threads, tol):
    commands = {
        "gradus L-BFGS": [gradus, "lbfgs", folder, 2, tol],
        "SciPy L-BFGS-B": [*peers, "lbfgs-scipy", folder, 2, tol],
        "scikit-learn LogisticRegression": [*peers, "lbfgs-sklearn", folder, 2, tol],
    }
    runs = {k: [] for k in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            runs[name] += [line[1:] for line in ask(command, threads) if line[0] == "run"]
    own = statistics.median(float(r[0]) for r in runs["gradus L-BFGS"])
    text = [
        f"## Minimising logistic regression, {threads} thread{'s' if threads > 1 else ''}",
        "",
        f"The same data, from zero, memory 10, until no entry of the gradient exceeds {tol:g}; {ROUNDS} rounds of 2 runs. "
        "The norm is that of the gradient at the answer, evaluated by NumPy for the peers. The bar is a ratio of 1.",
        "",
        "| | median ms | middle half | ratio | iterations | evaluations | value | largest entry of gradient |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, lines in runs.items():
        seconds = [float(r[0]) for r in lines]
        last = lines[-1]
        text.append(
            f"| {name} | {milliseconds(seconds)} | {statistics.median(seconds) / own:.2f} | {last[1]} | {last[2]} "
            f"| {float(last[3]):.12f} | {float(last[4]):.1e} |"
        )
    return [*text, ""]


def machine(threads):
    model = next((l.split(":")[1].strip() for l in open("/proc/cpuinfo") if l.startswith("model name")), "?")
    version = lambda package: f"{package} {importlib.metadata.version(package)}"
    rustc = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=False).stdout.strip()
    # Processes that run right now, less this one.
    others = int(Path("/proc/loadavg").read_text().split()[3].split("/")[0]) - 1
    return [
        f"Written by `tools/bench/run.sh` on {datetime.date.today()}: {model}, {os.cpu_count()} processors, {threads} "
        f"threads for every program unless a title says otherwise, {platform.system()} on {platform.machine()}; {rustc}, Python "
        f"{platform.python_version()}, {', '.join(map(version, ['numpy', 'scipy', 'scikit-learn', 'jax']))}.",
        "",
        f"{others} other processes were running when the benchmarks began. Under other work single numbers are noisy, and "
        "programs whose threads wait for each other by spinning, as OpenBLAS's do, suffer more from it than others. "
        "The ratios are of programs that ran in turn.",
        "",
    ]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--gradus", required=True, help="the built gradus-bench")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--tol", type=float, default=1e-6)
    parser.add_argument("--out", default=HERE / "RESULTS.md")
    settings = parser.parse_args()
    peers = [sys.executable, HERE / "peers/logistic.py"]
    text = ["# Benchmarks", "", *machine(settings.threads)]
    text += identities(settings.gradus, settings.threads)
    with tempfile.TemporaryDirectory() as folder:
        make_data(Path(folder), np.random.default_rng(20240501))
        for threads in dict.fromkeys([settings.threads, 1]):
            text += gradients(settings.gradus, peers, folder, threads)
            text += minimisers(settings.gradus, peers, folder, threads, settings.tol)
    Path(settings.out).write_text("\n".join(text).rstrip() + "\n")
    print("\n".join(text))


if __name__ == "__main__":
    main()
