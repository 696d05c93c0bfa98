"""Make .venv and install what requirement files name, only when one of them changed.

Called by make with whatever ``python3`` the machine has, so this file must be readable by old
versions of Python 3 too: they get one clear line instead of a syntax error.
"""

import hashlib
import os
import subprocess
import sys

OLDEST = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FOLDER = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(FOLDER, "bin", "python")
#: Only data files of these packages are read: what they depend on is left out.
ALONE = {"requirements-vectors.txt"}


def main(arguments):
    """Prepare the environment for the requirement files named as arguments."""
    if sys.version_info < OLDEST:
        return refuse(
            "Python {0}.{1} 以上が必要です（これは {2}.{3}）。新しい Python を入れ、"
            "「make PYTHON=python3.11 …」のように指定してください。"
            " / Python {0}.{1} or newer is needed; this is {2}.{3}.".format(
                *OLDEST, *sys.version_info[:2]
            )
        )
    for name in arguments:
        state = state_of(name)
        stamp = os.path.join(FOLDER, "installed-" + name)
        if read(stamp) == state:
            continue
        problem = make_environment() or install(name)
        if problem:
            return refuse(problem)
        write(stamp, state)
    return compile_translations()


def make_environment():
    """Make .venv; the problem in one line, or None.

    Debian ships ``venv`` without ``ensurepip`` unless python3-venv is installed. A pip of the
    system (22.3 or newer) can then put pip into an environment that was made without.
    """
    if works([PYTHON, "-m", "pip", "--version"]):
        return None
    if works([sys.executable, "-c", "import ensurepip, venv"]):
        steps = [[sys.executable, "-m", "venv", FOLDER]]
    elif works([sys.executable, "-m", "pip", "--version"]):
        steps = [
            [sys.executable, "-m", "venv", "--without-pip", FOLDER],
            [sys.executable, "-m", "pip", "--quiet", "--python", PYTHON, "install", "pip"],
        ]
    else:
        return (
            "この Python には venv と pip がありません。Debian・Ubuntu では"
            "「apt install python3-venv」を実行してください。"
            " / This Python has neither venv nor pip; install python3-venv."
        )
    if all(subprocess.call(step) == 0 for step in steps):
        return None
    return (
        f"{FOLDER} に仮想環境を作れません。フォルダの権限を確認してください。"
        " / Cannot create the virtual environment; check the folder's permissions."
    )


def install(name):
    """Install one requirement file; the problem in one line, or None."""
    print(f"{name} をインストールしています… / Installing…", flush=True)
    options = ["--quiet", "--disable-pip-version-check"]
    if name in ALONE:
        options.append("--no-deps")
    command = [PYTHON, "-m", "pip", "install", *options, "-r", os.path.join(ROOT, name)]
    if subprocess.call(command) == 0:
        return None
    return f"{name} をインストールできませんでした（上の行を参照）。 / Installation failed."


def compile_translations():
    """Compile the message catalogues that are newer than their compiled form; exit status."""
    stale = [
        folder
        for folder, _, files in os.walk(os.path.join(ROOT, "translations"))
        if "messages.po" in files and is_stale(folder)
    ]
    for folder in stale:
        catalogue = os.path.join(folder, "messages")
        command = [PYTHON, "-m", "babel.messages.frontend", "--quiet", "compile"]
        files = ["-i", catalogue + ".po", "-o", catalogue + ".mo"]
        if subprocess.call(command + files) != 0:
            return refuse(f"{catalogue}.po を変換できません。 / Cannot compile it.")
    return 0


def is_stale(folder):
    """Whether the compiled catalogue is missing or older than its source."""
    compiled = os.path.join(folder, "messages.mo")
    source = os.path.join(folder, "messages.po")
    return not os.path.exists(compiled) or os.path.getmtime(compiled) < os.path.getmtime(source)


def state_of(name):
    """What the installation depends on: this Python and the files, included ones too."""
    text = read(os.path.join(ROOT, name))
    digest = hashlib.sha256((sys.version + text).encode("utf-8"))
    for line in text.splitlines():
        if line.startswith("-r "):
            digest.update(state_of(line[3:].strip()).encode("ascii"))
    return digest.hexdigest()


def works(command):
    """Whether a command can be run and succeeds, without a word."""
    try:
        return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def read(path):
    """The text of a file; empty when there is none."""
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8") as file:
        return file.read()


def write(path, text):
    """Replace a file's text."""
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def refuse(problem):
    """Say the problem in one line; the exit status."""
    sys.stderr.write("meyasubako: " + problem + "\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
