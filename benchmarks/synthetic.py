"""Made-up opinions in any number, and mass posts made of a few texts.

``statements`` gives texts of about 80 letters that differ in their words, not only in their
letters: every text draws the things it speaks of from one of 24 subjects, adds an aspect, a place
and a facility, and says it in six clauses of thirty shapes each. Words are as uneven in
frequency as in real opinions, and some ten thousand compounds are used only now and then.
"""

import random
from functools import cache
from itertools import accumulate


def _words(written: str) -> list[str]:
    return written.split()


_SUBJECTS = [
    _words(line)
    for line in (
        "押印 印鑑登録 実印 届出印 署名 委任状 公印 印鑑証明",
        "電子申請 申請フォーム 様式 添付書類 本人確認 電子署名 受付番号 入力欄",
        "図書館 電子書籍 予約本 貸出 返却ポスト 閲覧席 蔵書 司書",
        "保育園 入園 就労証明 学童 病児保育 一時預かり 育児休業 保護者",
        "避難所 防災無線 ハザードマップ 備蓄 停電 罹災証明 避難訓練 防災アプリ",
        "マイナンバーカード 電子証明書 暗証番号 保険証 顔認証 更新手続 代理人 交付予約",
        "窓口 待ち時間 番号札 受付 総合案内 休日開庁 庁舎 相談員",
        "公共Wi-Fi 通信回線 電波 基地局 光回線 速度 接続 山間部",
        "サテライトオフィス テレワーク 在宅勤務 会議室 端末 モニター 出張 座席",
        "キャッシュレス QRコード決済 現金 手数料 領収書 納付書 自動車税 券売機",
        "オープンデータ 統計 公開 ライセンス 形式 地図データ 更新頻度 カタログ",
        "広報紙 ホームページ 検索 メール配信 回覧板 掲示板 SNS 動画",
        "道路 歩道 街灯 信号 路面 除雪 側溝 街路樹",
        "公園 遊具 トイレ ベンチ 芝生 砂場 噴水 駐輪場",
        "粗大ごみ 収集日 分別 資源回収 指定袋 集積所 カラス対策 リサイクル",
        "路線バス 時刻表 停留所 乗り換え 運転士 デマンド交通 鉄道 運賃",
        "学校 連絡帳 給食費 タブレット 通知表 部活動 校務 欠席連絡",
        "病院 健診 予防接種 医療費 診察券 救急 オンライン診療 薬局",
        "介護保険 高齢者 見守り 認知症 訪問介護 ケアプラン 家族 補助器具",
        "補助金 入札 電子契約 見積書 実績報告 中小企業 商店街 融資",
        "建築確認 図面 開発許可 測量 台帳 現地調査 下水道 水道管",
        "字幕 手話 外国語 やさしい日本語 点字 音声案内 通訳 障害者",
        "個人情報 パスワード セキュリティ 漏えい 監査 委託先 閲覧記録 廃棄",
        "デジタル人材 研修 仕様書 調達 ローコード チャットボット AI データ連携",
    )
]
_ASPECTS = _words(
    "担当 案内 期限 費用 予算 場所 名簿 記録 画面 説明 書式 順番 窓口 時間 料金 回数 職員 "
    "計画 条件 対象 規則 要領 施設 機器 設備 契約 業者 利用者 一覧 掲示 連絡 通知 返信 審査 "
    "判定 基準 区分 様式 写し 原本 台数 人数 面積 距離 周知 予約 抽選 変更 取消 再発行 点検 "
    "修理 清掃 撤去 増設 移転 統合 分割 委託 直営"
)
_PLACES = _words(
    "川口 所沢 秩父 熊谷 春日部 飯能 船橋 柏 館山 銚子 木更津 成田 横浜 川崎 小田原 三浦 "
    "厚木 鎌倉 町田 立川 八王子 足立 世田谷 江東 青梅 調布 杉並 板橋 蕨 戸田 松戸 浦安 茂原 "
    "勝浦 逗子 秦野 伊勢原 海老名 府中 三鷹"
)
_QUARTERS = _words(
    "東口 西口 南口 北口 駅前 本町 栄町 緑町 旭町 幸町 元町 仲町 上町 下町 新町 港町 桜町 "
    "泉町 宮前 川端"
)
_FACILITIES = _words(
    "図書館 公民館 体育館 市民会館 出張所 支所 保健所 郵便局 小学校 中学校 高校 交番 消防署 "
    "児童館 集会所 駐車場 市場 農園 美術館 博物館 劇場 温水プール 運動場 診療所 斎場 浄水場 "
    "植物園 水族館 展望台 霊園"
)
_PEOPLE = _words("母 父 祖母 祖父 娘 息子 夫 妻 同僚 友人 取引先 従業員 隣人 恩師 教え子 大家")
_OPENINGS = (
    "{place}で{thing}を使う", "{person}が{thing}に悩む", "{facility}の{thing}を見た",
    "{thing}には前から困る", "先日{facility}へ行く", "{person}と{facility}に寄る",
    "{thing}を{number}回頼む", "{place}へ越してきた", "{number}年ほど{thing}に関わる",
    "{facility}が遠い", "{thing}が変わったと聞く", "{person}から{thing}を聞く",
    "{facility}に{thing}がない", "急に{thing}が要る", "{place}の{thing}を比べる",
    "{thing}に{number}円かかる", "夜に{facility}を訪ねる", "{facility}が閉まる",
    "{thing}の話題が増えた", "{person}を{facility}へ送る", "雨の日に{facility}まで歩く",
    "{thing}を{person}に任せる", "{place}まで{thing}を取りに行く", "{thing}が届かない",
    "朝から{facility}で並ぶ", "{thing}を写真に撮る", "{thing}を{facility}で尋ねた",
    "{person}の{thing}を預かる", "{thing}は{place}だけ違う", "{facility}は好きだ",
)  # fmt: skip
_TROUBLES = (
    "{detail}が古い", "{detail}を読めない", "{detail}が重なる", "{detail}は不公平だ",
    "{detail}に驚く", "{detail}が足りない", "{detail}の差が大きい", "{detail}を探せない",
    "{detail}が途切れる", "{detail}で混乱する", "{detail}は無駄だ", "{detail}が増え続ける",
    "{detail}を断られる", "{detail}が毎年違う", "{detail}を忘れられる", "{detail}が高すぎる",
    "{detail}に怒りを覚える", "{detail}が狭い", "{detail}を二度書く", "{detail}が止まる",
    "{detail}の意味が不明だ", "{detail}が危ない", "{detail}に裏切られる", "{detail}は満員だ",
    "{detail}が壊れる", "{detail}で半日つぶれる", "{detail}が暗い", "{detail}を誤る",
    "{detail}に助けられた", "{detail}は丁寧だ",
)  # fmt: skip
_SIDES = (
    "なお{other}は残す", "{other}も同じだ", "一方で{other}は要らない", "{other}との差が疑問だ",
    "{other}から始める手もある", "{other}を削ればよい", "{other}は評価する", "{other}にも響く",
    "{other}より先だ", "{other}まで望まない", "{other}を混ぜるな", "{other}なら払える",
    "{other}は二の次だ", "{other}で十分だ", "{other}が手本になる", "{other}ほど易しくない",
    "{other}を試した", "{other}とは別の話だ", "{other}に頼れない", "{other}は失敗だった",
    "{other}こそ急ぐ", "{other}に学べ", "{other}も怪しい", "{other}は面倒だ",
    "{other}を待てない", "{other}と組み合わせる", "{other}が先に進む", "{other}を見直す",
    "{other}は誇らしい", "{other}に反対だ",
)  # fmt: skip
_WISHES = (
    "{wish}を廃止してほしい", "{wish}を増やしてください", "{wish}を公開すべきだ",
    "{wish}を無料にしてほしい", "{wish}を統一してください", "{wish}をスマホで見たい",
    "{wish}は紙でも受けてほしい", "{wish}を残してください", "{wish}の点検を求める",
    "{wish}を民間に開くべきだ", "{wish}を夜間も開けて", "{wish}の理由を知りたい",
    "{wish}を{place}にも作って", "{wish}を減らしてください", "{wish}に投資すべきだ",
    "{wish}を延期してください", "{wish}の罰則を設けて", "{wish}を条例で決めて",
    "{wish}を英語でも書いて", "{wish}を自動化してほしい", "{wish}を試行してください",
    "{wish}を集約してほしい", "{wish}を報告してください", "{wish}を子どもに教えて",
    "{wish}を貸し出してほしい", "{wish}はいつ直りますか", "{wish}に反対します",
    "{wish}を拡充してください", "{wish}を簡単にして", "{wish}を守ってください",
)  # fmt: skip
_JOINTS = (
    ("。", "。", "。", "。", "。", "。"),
    ("が、", "。", "。", "ので、", "。", "。"),
    ("。", "し、", "。", "。", "ので、", "。"),
    ("し、", "。", "。", "し、", "。", "。"),
)
_PEAK = 0.8


@cache
def _heights(count: int) -> list[float]:
    """Cumulative weights that fall with the rank, as words do (Zipf)."""
    return list(accumulate(1 / (1 + rank) ** _PEAK for rank in range(count)))


def _one(dice: random.Random) -> tuple[str, str]:
    """Return a text and the subject that most of its clauses speak of."""
    subject = dice.choices(_SUBJECTS, cum_weights=_heights(len(_SUBJECTS)))[0]
    place = dice.choice(_PLACES)

    def aspect() -> str:
        return dice.choices(_ASPECTS, cum_weights=_heights(len(_ASPECTS)))[0]

    def clause(shapes: tuple[str, ...]) -> str:
        thing = dice.choices(subject, cum_weights=_heights(len(subject)))[0] + aspect()
        return dice.choice(shapes).format(
            place=place,
            person=dice.choice(_PEOPLE),
            facility=place + dice.choice(_QUARTERS) + dice.choice(_FACILITIES),
            thing=thing,
            detail=f"{thing}の{aspect()}",
            other=dice.choice(dice.choice(_SUBJECTS)) + aspect(),
            wish=f"{thing}の{aspect()}",
            number=dice.randint(2, 60),
        )

    joints = dice.choice(_JOINTS)
    clauses = (_OPENINGS, _TROUBLES, _SIDES, _OPENINGS, _TROUBLES, _WISHES)
    said = (clause(shapes) + joint for shapes, joint in zip(clauses, joints, strict=True))
    return "".join(said), subject[0]


def with_subjects(count: int, seed: int = 0) -> dict[str, str]:
    """Return ``count`` different made-up opinions, each with its subject; a seed gives the same."""
    dice = random.Random(seed)
    found: dict[str, str] = {}
    while len(found) < count:
        text, subject = _one(dice)
        found.setdefault(text, subject)
    return found


def statements(count: int, seed: int = 0) -> list[str]:
    """Return only the texts."""
    return list(with_subjects(count, seed))


def subject_of(text: str) -> str:
    """Return the first thing of the subject that a text speaks of most."""
    return max(_SUBJECTS, key=lambda subject: sum(text.count(thing) for thing in subject))[0]


def mass_posts(count: int, distinct: int, seed: int = 0) -> list[str]:
    """Return ``count`` submissions made of ``distinct`` texts, the first ones far more often."""
    dice = random.Random(seed)
    texts = statements(distinct, seed)
    copies = dice.choices(texts, cum_weights=_heights(distinct), k=count - distinct)
    posts = texts + copies
    dice.shuffle(posts)
    return posts
