#!/usr/bin/env python3
"""Measures docs-gen beside widdershins, in one run and on one machine, and how docs-gen grows with its document.

Before: `cargo build --release -p docs-gen`, and `npm ci` in this folder and in tests/documents. Then:

    benches/pages/compare.py [DOCS_GEN] [--runs N] [--only PART,...]

The parts, of which each prints a table:

    own      the document of this project: both programs
    large    GitHub's description, 13 MB: both programs (widdershins runs once)
    growth   the same with all its paths and components once, twice and four times: docs-gen
    flat     GitHub's description without a single reference, 73 MB: docs-gen
    process  the document of this project twenty times: what one process costs

Every value is the best of its runs. `CPU` is user and system time of all threads. `peak` is the largest resident memory; the
system counts the process that starts a program in it, so that no value is below some 8 MB. `text` is the length of the
markdown without the blanks that only align the columns of tables, which widdershins does not do.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
OWN = ROOT / "openapi/openapi.json"
GITHUB = ROOT / "tests/documents/node_modules/@octokit/openapi/generated"
LARGE = GITHUB / "api.github.com.json"
FLAT = GITHUB / "api.github.com.deref.json"
WIDDERSHINS = ROOT / "benches/pages/node_modules/widdershins/widdershins.js"

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
BLANKS_OF_CELLS = re.compile(rb" *\| *")
RULES_OF_TABLES = re.compile(rb"-{4,}")


@dataclass
class Cost:
    """What one run of a program took and wrote; the best of several has the least of each."""

    wall: float
    cpu: float
    peak: int
    markdown: int = 0
    text: int = 0

    def best(self, other):
        return Cost(
            min(self.wall, other.wall), min(self.cpu, other.cpu), min(self.peak, other.peak), self.markdown, self.text
        )


def main():
    arguments = parse_arguments()
    parts = {"own": own, "large": large, "growth": growth, "flat": flat, "process": process}
    for name in arguments.only or parts:
        if name not in parts:
            sys.exit(f"compare: no part is called {name}; there are {', '.join(parts)}")
    for name in arguments.only or parts:
        with tempfile.TemporaryDirectory(prefix="pages-") as folder:
            parts[name](arguments, Path(folder))


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("docs_gen", nargs="?", type=Path, default=ROOT / "target/release/docs-gen")
    parser.add_argument("--runs", type=int, default=3, help="how often each measurement is made (3)")
    parser.add_argument("--only", type=lambda names: names.split(","), help="the parts to run, with commas between them")
    arguments = parser.parse_args()
    arguments.docs_gen = need(arguments.docs_gen.resolve(), "cargo build --release -p docs-gen")
    return arguments


def need(path, remedy):
    """Gives back a file that has to be there."""
    if not path.exists():
        sys.exit(f"compare: {path} is missing: {remedy}")
    return path


# The parts.


def own(arguments, folder):
    beside("The document of this project", OWN, arguments, folder, runs_of_widdershins=arguments.runs)


def large(arguments, folder):
    need(LARGE, "npm ci in tests/documents")
    beside("GitHub's description", LARGE, arguments, folder, runs_of_widdershins=1)


def beside(title, document, arguments, folder, runs_of_widdershins):
    """Both programs on one document, and how many times more widdershins takes."""
    ours = docs_gen(arguments, document, folder, arguments.runs)
    theirs = widdershins(document, folder, runs_of_widdershins)
    print_title(f"{title}, {megabytes(document.stat().st_size)} MB")
    print_costs([("docs-gen", ours), ("widdershins", theirs)])
    print(
        f"widdershins / docs-gen: wall {ratio(theirs.wall, ours.wall)}, CPU {ratio(theirs.cpu, ours.cpu)},"
        f" peak {ratio(theirs.peak, ours.peak)}; text docs-gen / widdershins {ratio(ours.text, theirs.text)}"
    )


def growth(arguments, folder):
    """The cost of a copy must not depend on how many copies there are."""
    need(LARGE, "npm ci in tests/documents")
    costs = []
    for copies in (1, 2, 4):
        document = folder / f"{copies}.json"
        make_copies(LARGE, document, copies)
        costs.append((copies, docs_gen(arguments, document, folder, arguments.runs)))
        document.unlink()
    print_title("GitHub's description in copies")
    print_costs([(f"{copies} x", cost) for copies, cost in costs])
    first = costs[0][1]
    for copies, cost in costs[1:]:
        each = f"CPU {cost.cpu / copies / first.cpu:.2f}, peak {cost.peak / copies / first.peak:.2f}"
        print(f"one of {copies} copies / the only one: {each}, text {cost.text / copies / first.text:.2f}")


def flat(arguments, folder):
    need(FLAT, "npm ci in tests/documents")
    cost = docs_gen(arguments, FLAT, folder, arguments.runs)
    print_title(f"GitHub's description without references, {megabytes(FLAT.stat().st_size)} MB")
    print_costs([("docs-gen", cost)])


def process(arguments, folder):
    cost = docs_gen(arguments, OWN, folder, runs=20)
    print_title("One process, best of 20")
    print(f"wall {1000 * cost.wall:.2f} ms, CPU {1000 * cost.cpu:.2f} ms")


# The programs.


def docs_gen(arguments, document, folder, runs):
    """Each run writes all pages, into a folder that was not there before."""

    def once(number):
        out = folder / f"pages-{document.stem}-{number}"
        cost = measure([arguments.docs_gen, "--spec", document, "--out", out])
        cost.markdown, cost.text = markdown_in(out.rglob("*.md"))
        return cost

    return best_of(runs, once)


def widdershins(document, folder, runs):
    """The options nearest to the pages of docs-gen: summaries as titles, one language of samples, no header, bodies closed."""
    need(WIDDERSHINS, "npm ci in benches/pages")
    options = ["--omitHeader", "--summary", "--language_tabs", "shell:Shell"]

    def once(number):
        out = folder / f"widdershins-{number}.md"
        cost = measure(["node", "--max-old-space-size=8192", WIDDERSHINS, *options, "-o", out, document])
        cost.markdown, cost.text = markdown_in([out])
        return cost

    return best_of(runs, once)


def best_of(runs, once):
    cost = once(0)
    for number in range(1, runs):
        cost = cost.best(once(number))
    return cost


# Starts a program from a process as small as python can be: see `peak` above.
LAUNCHER = """
import posix, sys, time
start = time.perf_counter()
to_stderr = [(posix.POSIX_SPAWN_DUP2, 2, 1)]
child = posix.posix_spawnp(sys.argv[1], sys.argv[1:], posix.environ, file_actions=to_stderr)
_, status, usage = posix.wait4(child, 0)
wall = time.perf_counter() - start
print(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss, posix.waitstatus_to_exitcode(status))
"""


def measure(command):
    """Runs a program to its end, which has to be a good one."""
    command = [str(word) for word in command]
    # Into a file: a pipe that is full would make the program wait.
    with tempfile.TemporaryFile() as said:
        launcher = [sys.executable, "-I", "-S", "-c", LAUNCHER, *command]
        answer = subprocess.run(launcher, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said, check=False)
        wall, cpu, peak, code = answer.stdout.split() or (0, 0, 0, b"no code")
        if code != b"0":
            said.seek(0)
            words = said.read().decode(errors="replace")[-2000:]
            sys.exit(f"compare: {' '.join(command)} ended with {code.decode()}:\n{words}")
    return Cost(float(wall), float(cpu), int(peak) * 1024)


def markdown_in(files):
    """Bytes of the files, and bytes without what only pads the cells of tables."""
    markdown = text = 0
    for file in files:
        content = file.read_bytes()
        markdown += len(content)
        text += sum(unpadded(line) for line in content.split(b"\n")) - 1
    if markdown == 0:
        sys.exit("compare: no markdown was written")
    return markdown, text


def unpadded(line):
    """The length of a line and its end; a row of a table has no blanks beside its bars, as widdershins writes it."""
    if line.startswith(b"|"):
        line = RULES_OF_TABLES.sub(b"---", BLANKS_OF_CELLS.sub(b"|", line))
    return len(line) + 1


# Copies of a document.

def make_copies(source, target, copies):
    """Writes a document with all paths and components so many times: each copy has names of its own and refers to itself."""
    document = json.loads(Path(source).read_bytes())
    for number in range(1, copies):
        copy_into(document, json.loads(Path(source).read_bytes()), f"-copy{number}")
    Path(target).write_text(json.dumps(document, separators=(",", ":")))


def copy_into(document, copy, ending):
    rename_references(copy, ending)
    for path, item in copy["paths"].items():
        for method in METHODS & item.keys():
            tell_apart(item[method], ending)
        document["paths"][f"/{ending[1:]}{path}"] = item
    for kind, components in copy["components"].items():
        if kind != "securitySchemes":
            document["components"][kind].update({name + ending: value for name, value in components.items()})


def tell_apart(operation, ending):
    """Two operations of one page need two titles."""
    operation["operationId"] += ending
    operation["summary"] += f" {ending[1:]}"


def rename_references(value, ending):
    """References, and names of schemas in discriminators, which look the same."""
    if isinstance(value, dict):
        for key, inner in value.items():
            value[key] = renamed(inner, ending)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            value[index] = renamed(inner, ending)


def renamed(value, ending):
    if isinstance(value, str) and value.startswith("#/components/"):
        kind, name, *rest = value.removeprefix("#/components/").split("/")
        return "/".join(["#/components", kind, name + ending, *rest])
    rename_references(value, ending)
    return value


# The tables.


def print_title(title):
    print(f"\n{title}\n")


def print_costs(rows):
    print(f"{'':12} {'wall s':>8} {'CPU s':>8} {'peak MB':>9} {'markdown MB':>12} {'text MB':>9}")
    for name, cost in rows:
        print(
            f"{name:12} {cost.wall:8.3f} {cost.cpu:8.3f} {megabytes(cost.peak):>9}"
            f" {megabytes(cost.markdown):>12} {megabytes(cost.text):>9}",
            flush=True,
        )


def megabytes(count):
    return f"{count / 1e6:.2f}"


def ratio(one, other):
    return f"{one / other:.1f}" if one / other >= 10 else f"{one / other:.2f}"


if __name__ == "__main__":
    main()
