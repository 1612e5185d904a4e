#!/usr/bin/python3
"""Writes data/kb/topics-sinoviet.conf: Vietnamese (Hán-Việt) names of Chinese persons, places and firms of the knowledge base.

    tools/kb/sinoviet.py >data/kb/topics-sinoviet.conf        in the project's folder

Readings: tools/kb/sinoviet.tsv. A row of data/kb gets such a name where each character of its Chinese one is read there, if it is a
person with a Chinese surname, a place whose English name is the pinyin of its Chinese one, or a firm of FIRMS. Mark: '?' where the
name is Vietnamese as well; persons of two syllables, or with surnames that Vietnam has, only with a cue ('??')."""
import glob
import re
import sys
import unicodedata
from collections import defaultdict

FIRMS = set("""阿里巴巴 百度 京东 美团 小米 华为 吉利 奇瑞 长城汽车 长安汽车 东风汽车 蔚来 小鹏 理想汽车 威马 恒大 碧桂园 万科 比亚迪 宁德时代 中兴
腾讯 网易 携程 滴滴 快手 字节跳动 拼多多 新浪 搜狐 联想 海尔 美的 格力 海信 中芯国际 长江存储 寒武纪 商汤 旷视 科大讯飞 智谱 月之暗面 百川智能
阶跃星辰 大疆 顺丰 圆通 万达 复星 中信 茅台 贵州茅台 伊利 蒙牛 农夫山泉 娃哈哈 三鹿 安踏 李宁
合众 哪吒汽车 零跑 极氪 极越 高合 赛力斯 问界 岚图 上汽 北汽 广汽 一汽 江淮 红旗汽车 五菱 猎聘 智联招聘 前程无忧 饿了么 盒马 菜鸟 钉钉 同仁堂
海底捞 泡泡玛特 瑞幸 蜜雪冰城 紫金矿业 隆基 通威 晶科 天合 阳光电源""".split())
# by hand where the paper name is not the reading of the first Chinese name, or a shorter one is usual: Chinese -> names
BY_HAND = {
    "理想汽车": ["Lý Tưởng?"], "小鹏": ["Tiểu Bằng?"], "小鹏汽车": ["Tiểu Bằng?"], "蔚来": ["Vị Lai?", "Úy Lai"], "蔚来汽车": ["Vị Lai?", "Úy Lai"],
    "奇瑞": ["Kỳ Thụy"], "吉利": ["Cát Lợi?"], "华为": ["Hoa Vi?", "Hoa Vĩ?"], "小米": ["Tiểu Mễ"], "百度": ["Bách Độ"], "阿里巴巴": ["A Lí Ba Ba"],
    "京东": ["Kinh Đông"], "美团": ["Mỹ Đoàn"], "腾讯": ["Đằng Tấn"], "长城汽车": ["Trường Thành?"], "恒大": ["Hằng Đại"], "碧桂园": ["Bích Quế Viên"],
    "万科": ["Vạn Khoa"], "联想": ["Liên Tưởng?"], "三鹿": ["Tam Lộc?"], "茅台": ["Mao Đài"], "贵州茅台": ["Quý Châu Mao Đài"], "东风汽车": ["Đông Phong?"],
    "长安汽车": ["Trường An?"], "滴滴": ["Tích Tích?"], "网易": ["Võng Dịch"], "字节跳动": ["Tự Tiết Khiêu Động"], "猎聘": ["Liệp Sính"],
    "零跑": ["Linh Bào"], "宁德时代": ["Ninh Đức Thời Đại"], "快手": ["Khoái Thủ"], "威马": ["Uy Mã"], "威马汽车": ["Uy Mã"], "万达": ["Vạn Đạt"],
    "大疆": ["Đại Cương"], "携程": ["Huề Trình"], "格力": ["Cách Lực"], "海尔": ["Hải Nhĩ"], "江淮": ["Giang Hoài"], "江淮汽车": ["Giang Hoài"],
    "上汽": ["Thượng Khí"], "北汽": ["Bắc Khí"], "广汽": ["Quảng Khí"], "商汤": ["Thương Thang"], "中芯国际": ["Trung Tâm Quốc Tế"], "智谱": ["Trí Phổ"],
}
# surnames that Vietnamese bear as well
SHARED = set("陈黎阮范黄潘武邓裴杜胡吴杨李林郑张刘丁唐高梁朱何江蔡谢苏宋陶段马莫陆罗乔郭关石孙徐汪徐赵石曹曾石谭尹龙金雷")
CUES = "+Trung Quốc|Bắc Kinh|Thượng Hải|Thâm Quyến|Hồng Kông"
VIETNAMESE_PLACES = set("Bảo Sơn|An Dương|Thanh Dương|Bình Dương|Đông Dương|Thái Nguyên|Nam Sơn|Thái An|Thanh Sơn|Vĩnh Châu|Hải Dương|Tân Châu|Trung Sơn|"
                        "An Khang|An Khánh|An Sơn|Bình Sơn|Thanh Hải|Kim Sơn|Ninh Sơn|Tân Hưng|Tân Hương|Vĩnh Hưng|Thái Hòa|Đông Hưng|Tân Hội|Phú Châu|Bình Hòa|"
                        "Nam Thành|Đại Đồng|Kim Thành|Nam Dương|Đông Sơn|Hòa Bình|Long Nham|Phú Dương|Tây An|Lâm Hải|Vĩnh Khang|Đông Đài|Ninh Hải|Từ Sơn|Yên Đài|Hà Nam|Hà Bắc".split("|"))


# characters that foreign places are written with: a name of these alone is none of China
FOREIGN = set("阿巴卡达纳布乌拉尔斯尼亚德伯特来得姆门马夫科克萨库隆波戈多加罗哈迪里比利瓦奥法基内提图莫博卢盧薩杜納塔米曼丹兰")


# surnames of Hong Kong, Taiwan and overseas as they are written there; with the pinyin ones they tell a Chinese from others in Han characters
ROMANISED = set("lee chan chow tsai kwok wong ng lam leung cheung ho yip tse lo mok lai chiang hsu hsieh kung chu tsang yeung lau fong kuo chung cheng koo "
                "soong tung ko hung chou chien kuan chao chen chang tsui hui kwan sit tam".split())


def readings():
    table, surnames = {}, {}
    for line in open("tools/kb/sinoviet.tsv", encoding="utf-8"):
        if line[0] == "#" or not line.strip():
            continue
        reading, chars = line.rstrip("\n").split("\t")
        if reading[0] == "+":
            surnames.update({c: reading[1:] for c in ([chars] if " " in reading else chars)})
        else:
            for c in chars:
                table.setdefault(c, reading)
    return table, surnames


def pinyin():
    table = {}
    for line in open("data/text/pinyin.tsv", encoding="utf-8"):
        if line[0] not in "#+":
            syllable, chars = line.rstrip("\n").split("\t")
            plain = "".join(c for c in unicodedata.normalize("NFD", syllable) if not unicodedata.combining(c))
            table.update({c: plain for c in chars})
    return table


def surnames_of_han():
    found = set()
    for line in open("data/names/han.conf", encoding="utf-8"):
        if line.startswith("[foreign]"):
            break
        found.update(x.strip() for x in line.split("=")[0].split("|") if "=" in line)
    return found


def slug(name):
    name = name.replace("đ", "d").replace("Đ", "D").replace("ß", "s").replace("ø", "o").replace("ł", "l")
    name = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c)).lower()
    return re.sub("[^a-z0-9]+", "_", name).strip("_")


def key(name):
    return re.sub(r"[ \-.'·]", "", name.casefold())


def rows():
    """(type, slug, English name, Chinese names, all names) of each row, additions with its row."""
    found = {}
    for path in sorted(glob.glob("data/kb/*.conf")):
        if "sinoviet" in path:
            continue
        kind = None
        for line in open(path, encoding="utf-8"):
            line = line.strip()
            if not line or line[0] == "#":
                continue
            if line[0] == "[":
                kind = line[1:-1]
                continue
            fields = [x.strip() for x in line.split(";") if x.strip()]
            ident = fields.pop(0)[1:].strip() if fields[0][0] in "@&" else None
            names, han, english = [], [], None
            for f in fields:
                tag = re.match(r"([A-Za-z-]+)!?=", f)
                for n in [] if f[0] == "+" else (f[tag.end():] if tag else f).split("|"):
                    n = n.strip().strip("?!")
                    names.append(n)
                    english = english or n
                    if re.fullmatch("[\u3400-\u9fff]+", n) and (not tag or tag.group(1).startswith("zh")):
                        han.append(n)
            ident = ident or slug(english)
            row = found.setdefault((kind, ident), [english, [], []])
            row[1] += han
            row[2] += names
    return found


def read(han, table, surname=None):
    rest, out = han, []
    if surname:
        out.append(surname[1])
        rest = han[len(surname[0]):]
    for c in rest:
        if c not in table:
            return None
        out.append(table[c])
    return " ".join(w.capitalize() for w in " ".join(out).split())


def main():
    table, surnames = readings()
    latin, known = pinyin(), surnames_of_han()
    found = rows()
    taken = defaultdict(set)
    for k, row in found.items():
        for n in row[2]:
            taken[key(n)].add(k)
    written = ROMANISED | {"".join(latin.get(c, "?") for c in s) for s in known}
    countries = {slug(line.split(";")[0]) for line in open("data/kb/geo-countries.conf", encoding="utf-8")}
    new = defaultdict(list)
    missing = set()
    for k, (english, han, names) in sorted(found.items()):
        kind, ident = k
        for h in han[:3]:
            aliases = []
            if h in BY_HAND and kind == "organization":
                aliases = BY_HAND[h]
            elif kind == "organization" and h in FIRMS:
                name = read(h, table)
                aliases = [name + "?"] if name else []
            elif kind == "person" and 2 <= len(h) <= 3 and written & {w.lower() for n in names for w in re.split("[ -]", n)}:
                first = h[:2] if h[:2] in known and len(h) == 3 else h[0]
                if first not in known:
                    continue
                own = surnames.get(first) or (table.get(first) if len(first) == 1 else None)
                name = read(h, table, (first, own)) if own else None
                aliases = [name + ("??" if len(name.split()) < 3 or first in SHARED else "?")] if name else []
                if not name:
                    missing.update(c for c in h if c not in table)
            elif kind == "location" and ident not in countries and 2 <= len(h) <= 3 and not set(h) <= FOREIGN and "".join(latin.get(c, "?") for c in h) == re.sub("[^a-z]", "", english.lower()):
                name = read(h, table)
                aliases = [name + ("?" if len(h) < 3 else "")] if name and name not in VIETNAMESE_PLACES else []
                if not name:
                    missing.update(c for c in h if c not in table)
            for a in aliases:
                bare = a.rstrip("?")
                if k not in taken[key(bare)]:
                    others = [x for x in taken[key(bare)] if x != k]
                    if any(x[0] == "location" for x in others):
                        continue  # a place of Vietnam's, or another one of China's
                    new[k].append(bare + ("??" if others else a[len(bare):]))
                    taken[key(bare)].add(k)
    print("# Vietnamese (Hán-Việt) names of Chinese persons, places and firms. Made by tools/kb/sinoviet.py from tools/kb/sinoviet.tsv.")
    kind = None
    for (k, ident), aliases in sorted(new.items()):
        if k != kind:
            print(f"\n[{k}]")
            kind = k
        print(f"&{ident}; vi!=" + "|".join(aliases) + (f"; {CUES}" if any("?" in a for a in aliases) else ""))
    print("not read:", "".join(sorted(missing)), file=sys.stderr)


main()
