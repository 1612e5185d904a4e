#!/usr/bin/python3
"""Writes data/names/sinoviet.conf: how the syllables of Hán-Việt names read in pinyin. Run it again when sinoviet.tsv grew:

    tools/kb/sinoviet_names.py >data/names/sinoviet.conf        in the project's folder

A reading of several characters stands for the first of them in tools/kb/sinoviet.tsv, but for those of PREFERRED; a surname for the
first in data/names/han.conf, which has them by how common they are."""
import unicodedata

PREFERRED = {"ân": "en", "bá": "bo", "cương": "gang", "hành": "xing", "quý": "gui", "hạ": "xia", "khải": "kai", "tư": "si", "vũ": "yu", "tiết": "xue"}
SURNAMES = {"chu": "Zhou", "vũ": "Wu", "đoàn": "Duan", "tiết": "Xue", "ân": "Yin", "bạch": "Bai", "hà": "He", "từ": "Xu", "tần": "Qin", "du": "Yu",
            "tập": "Xi", "tân": "Xin", "viên": "Yuan", "đàm": "Tan", "lạc": "Luo", "mẫn": "Min", "giồng": "Chong"}
NONE_OF_CHINA = {"nguyễn"}
HEAD = """# How Chinese names are read that Vietnamese texts write by their sound (Hán-Việt): Tôn Đông Húc is Sun Dongxu. Made by
# tools/kb/sinoviet_names.py from tools/kb/sinoviet.tsv, data/text/pinyin.tsv and data/names/han.conf. It is applied where an
# article tells more of [abroad] than of [home], and to names whose every syllable is known.

[language]
vi

[abroad]
location/china | location/beijing | location/shanghai | location/shenzhen | location/guangzhou | location/hangzhou | location/hong_kong | location/nanjing
location/chengdu | location/wuhan | location/xi_an | location/suzhou | location/tianjin | location/chongqing | location/taiwan | location/taipei | location/macau
location/zhejiang | location/guangdong | location/jiangsu | location/sichuan | location/fujian | location/shandong | location/hubei | location/hunan
organization/alibaba | organization/tencent | organization/bytedance | organization/baidu | organization/huawei | organization/xiaomi
organization/meituan | organization/pinduoduo | organization/byd | product/douyin | product/taobao | product/wechat | product/weibo | organization/evergrande

[home]
location/vietnam | location/hanoi | location/ho_chi_minh_city | location/da_nang | location/hai_phong | location/can_tho | location/hue | location/quang_ninh
organization/vingroup | organization/fpt | organization/viettel | organization/vietcombank | organization/vnexpress | organization/national_assembly_of_vietnam
"""


def plain(reading):
    return "".join(c for c in unicodedata.normalize("NFD", reading.replace("ü", "v")) if unicodedata.category(c) != "Mn")


def pinyin():
    table = {}
    for line in open("data/text/pinyin.tsv", encoding="utf-8"):
        if line[0] not in "#+":
            reading, chars = line.rstrip("\n").split("\t")
            for c in chars:
                table.setdefault(c, plain(reading))
    return table


def surnames():
    table, inside = {}, False
    for line in open("data/names/han.conf", encoding="utf-8"):
        line = line.strip()
        inside = line == "[surname]" if line.startswith("[") else inside
        if inside and "=" in line:
            han, latin = line.split("=")
            for form in han.split("|"):
                table.setdefault(form.strip(), (len(table), latin.strip()))
    return table


def main():
    read, known = pinyin(), surnames()
    family, given = {}, {}
    for line in open("tools/kb/sinoviet.tsv", encoding="utf-8"):
        if line[0] == "#" or not line.strip():
            continue
        reading, chars = line.rstrip("\n").split("\t")
        bare = reading.lstrip("+")
        whole = [known[chars]] if chars in known else []
        ranked = sorted(whole + [known[c] for c in chars if c in known])
        if ranked and bare not in NONE_OF_CHINA:
            family[bare] = min(family.get(bare, ranked[0]), ranked[0])
        if reading == bare:
            given[bare] = PREFERRED.get(bare) or next((read[c] for c in chars if c in read), None)
    family.update({reading: (0, latin) for reading, latin in SURNAMES.items()})
    print(HEAD)
    print("[surname]")
    for reading, (_, latin) in sorted(family.items()):
        print(f"{reading} = {SURNAMES.get(reading, latin)}")
    print("\n[given]")
    for reading, latin in sorted(given.items()):
        if latin:
            print(f"{reading} = {latin}")


main()
