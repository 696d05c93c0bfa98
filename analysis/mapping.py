"""Map steps: one function over many chunks, here, on all cores, or on a Dask cluster.

Every step that looks at one text at a time (normalise, split, tokenise, shingle) is a plain
function of a chunk, so that where it runs is chosen once, and results come back in order.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from importlib.util import find_spec
from itertools import chain, islice
from typing import Any, Protocol, TypeVar

from joblib import Parallel, delayed
from joblib.externals.loky import get_reusable_executor
from joblib.externals.loky.process_executor import TerminatedWorkerError

import analysis
from analysis import lexicon
from analysis.tokens import MissingTokenizerError, tokenizer

Chunk = TypeVar("Chunk")
Result = TypeVar("Result")

_WAITING_FOR_A_WORKER = 4
_SECONDS_TO_CONNECT = 10


class MappingError(RuntimeError):
    """The processes or machines that were asked for can't do the work; says why in one line."""


class Mapper(Protocol):
    """Runs a function over chunks and yields the results in the chunks' order."""

    def map(self, function: Callable[[Chunk], Result], chunks: Iterable[Chunk]) -> Iterator[Result]:
        """Yield ``function(chunk)`` for each chunk, in order."""
        ...


class Local:
    """This machine: ``jobs`` processes, or this one alone."""

    def __init__(self, jobs: int = 1) -> None:
        """Use ``jobs`` processes; they start with the first work that is worth them."""
        self.jobs = jobs
        self._started = False

    def close(self) -> None:
        """End the processes, and give their memory back."""
        if self._started:
            get_reusable_executor().shutdown(wait=True)
            self._started = False

    def map(self, function: Callable[[Chunk], Result], chunks: Iterable[Chunk]) -> Iterator[Result]:
        """Yield the results; one chunk alone is never worth a process."""
        rest = iter(chunks)
        first = list(islice(rest, 2))
        all_chunks = chain(first, rest)
        if self.jobs == 1 or len(first) < 2:
            yield from map(function, all_chunks)
            return
        self._started = True
        work = (delayed(function)(chunk) for chunk in all_chunks)
        try:
            yield from Parallel(n_jobs=self.jobs, return_as="generator")(work)
        except TerminatedWorkerError as error:
            raise MappingError(
                "処理中のプロセスが止められました（メモリー不足など）。--jobs を減らしてください。"
            ) from error


class Cluster:
    """A Dask cluster. At most a few chunks a worker are under way, so that inputs stream."""

    def __init__(self, client: Any) -> None:
        """Use a connected ``distributed.Client``."""
        self._client = client

    def map(self, function: Callable[[Chunk], Result], chunks: Iterable[Chunk]) -> Iterator[Result]:
        """Yield the results in order."""
        window = _WAITING_FOR_A_WORKER * max(1, sum(self._client.nthreads().values()))
        waiting: deque[Any] = deque()
        for chunk in chunks:
            waiting.append(self._client.submit(function, chunk, pure=False))
            if len(waiting) >= window:
                yield self._result(waiting.popleft())
        while waiting:
            yield self._result(waiting.popleft())

    def _result(self, future: Any) -> Any:
        from distributed.scheduler import KilledWorker

        try:
            return future.result()
        except (KilledWorker, OSError) as error:
            raise MappingError(
                f"クラスターでの処理が止まりました（{type(error).__name__}）。"
            ) from error


@contextmanager
def opened(jobs: int, cluster: str | None, engine: str) -> Iterator[Mapper]:
    """Give the mapper for these options; its processes and connections end with the block."""
    if cluster is None:
        with closing(Local(jobs)) as local:
            yield local
        return
    with _connected(cluster) as client:
        _demand_equal_workers(client, engine)
        yield Cluster(client)


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    if find_spec("distributed") is None:
        raise MappingError(
            '--cluster には Dask が必要です。pip install "dask[distributed]" を実行してください。'
        )
    from distributed import Client

    try:
        client = Client(  # type: ignore[no-untyped-call]
            address, timeout=_SECONDS_TO_CONNECT, set_as_default=False
        )
    except (OSError, ValueError) as error:
        raise MappingError(f"クラスターにつながりません: {address}") from error
    try:
        yield client
    finally:
        client.close()  # type: ignore[no-untyped-call]


def _demand_equal_workers(client: Any, engine: str) -> None:
    """Refuse workers that would give other words: same bytes out wherever a chunk ran."""
    here = _facts(engine, lexicon.extra())
    there = client.run(_facts, engine, lexicon.extra(), on_error="return")
    if not there:
        raise MappingError("クラスターに動いているワーカーがありません。")
    for worker, facts in sorted(there.items()):
        if facts != here:
            raise MappingError(f"ワーカー {worker} の版が違います: {facts}（こちらは {here}）")


def _facts(engine: str, added: lexicon.Extra) -> str:
    lexicon.adopt(added)
    try:
        cutter = tokenizer(engine)
    except MissingTokenizerError:
        return f"{engine} なし"
    return (
        f"analysis {analysis.__version__}, {cutter.name} {cutter.version}, 辞書 {lexicon.digest()}"
    )
