"""How many planted opinions that nobody else holds come up among the at most twelve shown.

    python -m benchmarks.minority

Ten are planted into the tune part of the labelled opinions, the demo's statements, and 3,000
made-up ones, together with four texts that claim nothing. What is shown beside them is not wrong
for that: the sets have rare opinions of their own. ``seen`` chose the method, ``unseen`` did not.
"""

from collections.abc import Sequence
from dataclasses import replace

from analysis import minority, pipeline
from analysis.campaigns import find_campaigns
from analysis.results import Document
from analysis.themes import ThemeModel
from benchmarks import synthetic
from benchmarks.agreement import demo, labelled

_PLANTED = {
    "seen": (
        "盲導犬を連れて庁舎に入ろうとして止められました。入口に入店の印を貼ってください。",
        "夜勤明けの看護師です。献血バスの予約を深夜でも変えられるようにしてほしい。",
        "川の水位計の値を農家の水門の操作に使えるよう、無料で配信してください。",
        "蜂の巣の駆除を頼んだら三つの部署を回されました。担当を一つに決めてください。",
        "墓地の改葬許可を遠くに住む親族でも申し込めるようにすべきです。",
        "左利きの人のために窓口の署名用タブレットのペンを両側に付けてほしい。",
        "手話言語の動画に方言の手話も入れてください。",
        "漁協の組合員です。漁業権の名簿を電子で確認できるようにしてほしい。",
        "公用車の空き時間を住民の買い物の送迎に貸し出してください。",
        "火葬場の空き状況を葬儀社でなく遺族が直接見られるようにしてほしい。",
    ),
    "unseen": (
        "養蜂をしています。農薬の散布日を前日までに地図で知らせてください。",
        "点字の投票用紙の確認に時間がかかるので、投票所に係を置いてほしい。",
        "刑務所を出た人の住民登録を支える窓口を設けてください。",
        "競技用の車いすで使える体育館の床を増やすべきです。",
        "海岸に漂着した鯨の処分をどこに頼むのか決めておいてください。",
        "古文書の解読を市民が手伝えるサイトを作ってほしい。",
        "里親の研修を週末にも開いてください。",
        "茶畑の霜よけの電気代に補助を出すべきだ。",
        "屋外彫刻の錆を落とす作業の見学会を開いてほしい。",
        "狩猟免許の試験を離島でも受けられるようにしてください。",
    ),
}
_NO_CLAIM = (
    "いつもお世話になっております。寒くなりましたのでご自愛ください。",
    "こんにちは、はじめまして。横浜に住む会社員の者です。よろしくお願いします。",
    "今日の晩ごはんは鯖の味噌煮と大根おろしと冷奴でした。",
    "推しのアイドルの武道館ライブが最高に尊かった件について。",
)


def main() -> None:
    sets = {
        "labelled, tune": labelled("tune").documents,
        "demo by statement": demo(whole=False).documents,
        "made up": _read(synthetic.statements(3_000), 0),
    }
    for name, documents in sets.items():
        for kind, planted in _PLANTED.items():
            first = 1 + max(one.submission for one in documents)
            everything = [*documents, *_read([*planted, *_NO_CLAIM], first)]
            model = ThemeModel().fit(everything)
            shown = [everything[one.document].text for one in minority.find(model, everything)]
            print(
                f"{name:<18} {kind:<7} {len(shown)} shown, {sum(t in planted for t in shown)} of "
                f"{len(planted)} planted, {sum(t in _NO_CLAIM for t in shown)} without a claim"
            )


def _read(texts: Sequence[str], first: int) -> list[Document]:
    documents = pipeline.documents(pipeline.read(texts, whole=True), find_campaigns(texts))
    return [replace(one, submission=one.submission + first) for one in documents]


if __name__ == "__main__":
    main()
