"""Made-up statements in any number: templates filled from a seeded vocabulary.

About 80 letters each, nearly all distinct, words of uneven frequency as in real opinions.
"""

import random


def _words(written: str) -> list[str]:
    return written.split()


_THINGS = _words(
    "押印 申請書 図書館 予約システム 保育園 就労証明書 避難所 防災アプリ "
    "マイナンバーカード 電子証明書 窓口 待ち時間 電話 問い合わせ 公共Wi-Fi "
    "サテライトオフィス テレワーク端末 会議室 キャッシュレス決済 自動車税 手数料 "
    "施設予約 オープンデータ 広報紙 ホームページ 検索 地図 道路 歩道 街灯 公園 "
    "遊具 ごみ 粗大ごみ 路線バス 時刻表 学校 連絡帳 給食費 タブレット 児童手当 "
    "医療証 病院 介護保険 健診 予防接種 補助金 入札 電子契約 図面 建築確認 "
    "議事録 字幕 手話 外国語 やさしい日本語 チャットボット AI 個人情報 "
    "パスワード 暗証番号 セキュリティ 停電 回線 電波 スマホ教室 高齢者 "
    "デジタル人材 研修 システム 仕様書 データ連携 引っ越し 転入届 印鑑登録 住民票 "
    "戸籍 年金 国民健康保険 水道 下水道 "
)
_TROUBLES = _words(
    "分かりにくい 遅い 使いづらい 古い 高い 少ない つながらない 開けない "
    "見つからない 読めない 足りない 途中で止まる "
)
_WISHES = _words(
    "を廃止してほしい をオンライン化してください を増やしてください を統一してほしい "
    "を公開してください を無料にしてほしい をスマホで見られるようにしてほしい "
    "を見直してください を残してください を一つにまとめてほしい の説明を付けてください "
)
_PEOPLE = _words("母 父 祖母 娘 息子 夫 妻 同僚 近所の方 友人 取引先 従業員 ")
_PLACES = _words(
    "川口 所沢 秩父 船橋 柏 館山 銚子 横浜 川崎 小田原 三浦 町田 立川 八王子 足立 世田谷 江東 "
)
_SHAPES = (
    "{place}で{thing}を使いましたが、{trouble}と感じました。{other}と合わせて{wish_thing}{wish}。",
    "{person}が{thing}のことで困っています。{trouble}ので、{wish_thing}{wish}。{number}回も出直しました。",
    "{thing}と{other}が別々で{trouble}です。{place}のように{wish_thing}{wish}と思います。",
    "{number}年前から{thing}は変わっていません。{trouble}のに、なぜ{other}だけなのですか。{wish_thing}{wish}。",
    "{place}に住んでいます。{other}は便利になりましたが、{thing}は{trouble}。{wish_thing}{wish}。",
)


def statements(count: int, seed: int = 0) -> list[str]:
    """Return ``count`` made-up statements; the same for the same seed."""
    dice = random.Random(seed)
    weights = [1 / (1 + rank) ** 0.7 for rank in range(len(_THINGS))]

    def one(row: int) -> str:
        thing, other = dice.choices(_THINGS, weights, k=2)
        rare = f"{dice.choice(_PLACES)}{dice.choice(_THINGS)}{row % 997}号" if row % 9 == 0 else ""
        return dice.choice(_SHAPES).format(
            place=dice.choice(_PLACES),
            person=dice.choice(_PEOPLE),
            thing=thing,
            other=rare or other,
            trouble=dice.choice(_TROUBLES),
            wish_thing=thing if dice.random() < 0.7 else dice.choice(_THINGS),
            wish=dice.choice(_WISHES),
            number=dice.randint(2, 60),
        )

    return [one(row) for row in range(count)]
