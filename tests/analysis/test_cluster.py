import json
import socket

import pytest
from distributed import LocalCluster

from analysis import campaigns, mapping, pipeline, stance
from analysis.cli import main
from analysis.mapping import MappingError
from benchmarks.synthetic import statements


@pytest.fixture(scope="module")
def cluster():
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address=None,
        silence_logs=50,
    ) as running:
        yield running


@pytest.fixture(autouse=True)
def few_are_worth_processes(monkeypatch):
    monkeypatch.setitem(pipeline._WORTH_PROCESSES, "mecab", 1_000)
    monkeypatch.setattr(campaigns, "_WORTH_PROCESSES", 1_000)
    monkeypatch.setattr(stance, "_WORTH_PROCESSES", 1_000)


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text("\n".join(["本文", *statements(1_100)]), encoding="utf-8")
    return path


def test_a_cluster_of_two_workers_gives_the_same_bytes(cluster, table, tmp_path):
    options = ["themes", str(table), "--text-column", "本文", "--unit", "submission"]
    assert main([*options, "--out", str(tmp_path / "here")]) == 0
    where = ["--cluster", cluster.scheduler_address]
    assert main([*options, "--out", str(tmp_path / "there"), *where]) == 0
    for name in ("assignments.csv", "campaigns.csv", "stances.csv", "themes.json"):
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there" / name).read_bytes()


def test_processes_and_workers_see_the_lists_that_were_added(cluster, table, tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    (own / "stopwords.txt").write_text("窓口 手数料 職員 施設 計画\n", encoding="utf-8")
    options = ["themes", str(table), "--text-column", "本文", "--unit", "submission"]
    where = {"jobs": ["--jobs", "2"], "cluster": ["--cluster", cluster.scheduler_address]}
    assert main([*options, "--out", str(tmp_path / "plain")]) == 0
    added = ["--lexicon", str(own)]
    assert main([*options, *added, "--out", str(tmp_path / "here")]) == 0
    for name, option in where.items():
        assert main([*options, *added, *option, "--out", str(tmp_path / name)]) == 0
    written = {
        name: (tmp_path / name / "themes.json").read_bytes()
        for name in ("plain", "here", "jobs", "cluster")
    }
    assert written["here"] == written["jobs"] == written["cluster"] != written["plain"]
    digests = [
        json.loads((tmp_path / name / "run.json").read_bytes())["versions"]["lexicon"]
        for name in ("plain", "here", "jobs")
    ]
    assert digests[0] != digests[1] == digests[2]


def test_the_work_is_done_by_both_workers(cluster):
    with mapping.opened(1, cluster.scheduler_address, "mecab") as mapper:
        found = list(mapper.map(_who, range(40)))
    assert [number for number, _ in found] == list(range(40))
    assert len({process for _, process in found}) == 2


def test_a_worker_without_the_same_engine_is_refused(cluster, monkeypatch):
    monkeypatch.setattr("analysis.__version__", "0.0.0")
    with (
        pytest.raises(MappingError, match="版が違います"),
        mapping.opened(1, cluster.scheduler_address, "mecab"),
    ):
        pass


def test_an_error_in_a_step_is_told_as_it_is(cluster):
    with (
        mapping.opened(1, cluster.scheduler_address, "mecab") as mapper,
        pytest.raises(ZeroDivisionError),
    ):
        list(mapper.map(_divided, [1, 0]))


def test_a_cluster_that_is_not_there_is_one_line(table, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(mapping, "_SECONDS_TO_CONNECT", 1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    options = ["campaigns", str(table), "--text-column", "本文", "--cluster", address]
    assert main([*options, "--out", str(tmp_path / "out")]) == 2
    assert f"クラスターにつながりません: {address}" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_without_dask_the_reader_is_told_what_to_install(table, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(mapping, "find_spec", lambda name: None)
    options = ["campaigns", str(table), "--text-column", "本文", "--cluster", "tcp://x:1"]
    assert main([*options, "--out", str(tmp_path / "out")]) == 2
    assert 'pip install "dask[distributed]"' in capsys.readouterr().err


def test_processes_give_what_one_process_gives():
    texts = statements(1_100)
    with mapping.opened(2, None, "mecab") as mapper:
        assert pipeline.read(texts, mapper=mapper) == pipeline.read(texts)


def test_one_chunk_alone_starts_no_process():
    here = mapping.Local(2)
    assert list(here.map(_who, [0])) == [_who(0)]
    assert list(here.map(_who, [])) == []


def _who(number):
    import os
    import time

    time.sleep(0.01)
    return number, os.getpid()


def _divided(number):
    return 1 / number
